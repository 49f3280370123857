namespace Minisim.Scenes;

/// <summary>Light of the sources of a group.</summary>
internal interface IEmission
{
    /// <summary>Writes the light of a source in consecutive simulated frames. Thread-safe, without allocation.</summary>
    void Fill(int source, int firstFrame, Span<float> light);
}
