namespace Minisim.Formats.Reading;

/// <summary>A file that is whole but holds, or asks for, what is not read here. Damage is <see cref="InvalidDataException"/>.</summary>
/// <param name="reason">What it holds, without the file's name; a phrase that follows "cannot be read:".</param>
/// <param name="remedy">What to do about it.</param>
internal sealed class NotReadException(string reason, string remedy) : Exception(reason)
{
    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
