namespace Minisim.Tests;

/// <summary>Heavy statistics run in a reduced form unless MINISIM_TESTS=full.</summary>
internal static class TestSettings
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("MINISIM_TESTS") == "full";
}
