namespace Minisim.Scenes;

/// <summary>Light of fields: an envelope each (field, frame).</summary>
internal sealed class EnvelopeEmission(float[][] envelopes) : IEmission
{
    public void Fill(int source, int firstFrame, Span<float> light) => envelopes[source].AsSpan(firstFrame, light.Length).CopyTo(light);
}
