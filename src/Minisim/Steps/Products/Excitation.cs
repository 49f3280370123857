namespace Minisim.Steps;

/// <summary>Excitation light per FOV pixel (row, column), 1 at the brightest. Equal by its values: most changes of the optics leave it as it was.</summary>
internal sealed record Excitation(double[] Values)
{
    public bool Equals(Excitation? other) => other is not null && Values.AsSpan().SequenceEqual(other.Values);
    public override int GetHashCode() => Values.Length;
}
