using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>What a static field does to the pixels after it.</summary>
internal static class StaticFields
{
    /// <summary>Multiplies everything seen so far by a field of the FOV. The product with the earlier field is made in double and
    /// rounded once.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="field">The new factor (row, column).</param>
    /// <param name="earlier">The factor behind the present gain, or null if there is none.</param>
    public static void Multiply(SceneBuilder scene, double[] field, double[]? earlier)
    {
        var gain = new float[field.Length];
        for (var i = 0; i < gain.Length; i++) gain[i] = (float)(earlier is null ? field[i] : earlier[i] * field[i]);
        var offset = scene.Pixels.Offset is { } before ? new float[before.Length] : null;
        if (offset is not null)
            for (var i = 0; i < offset.Length; i++)
                offset[i] = (float)(scene.Pixels.Offset![i] * field[i]);
        scene.Pixels = scene.Pixels with { Gain = gain, Offset = offset };
    }
}
