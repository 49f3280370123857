namespace Minisim.Studio.Http;

/// <summary>A request that is refused: a status of HTTP and a sentence for a person.</summary>
internal sealed class StudioError(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
