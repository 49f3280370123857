using Minisim.Cli;
using Minisim.Formats;
using Minisim.Presets;

namespace Minisim.Tests.Cli;

/// <summary>Large runs say what they will write, and ask.</summary>
public class DiskGuardTests
{
    [Theory]
    // Below both limits nothing is said.
    [InlineData(1e9, 1e12, null, true, false)]
    // More than 20 GB, or more than half of what is free: said where nobody can answer, asked where somebody can.
    [InlineData(21e9, 1e12, null, true, true)]
    [InlineData(21e9, 1e12, "y", true, true)]
    [InlineData(21e9, 1e12, "Yes ", true, true)]
    [InlineData(21e9, 1e12, "", false, true)]
    [InlineData(21e9, 1e12, "n", false, true)]
    [InlineData(6e9, 1e10, "n", false, true)]
    [InlineData(4e9, 1e10, "n", true, false)]
    public void A_large_run_is_asked_for(double bytes, double free, string? answer, bool begins, bool isSaid)
    {
        var said = new StringWriter();
        Assert.Equal(begins, DiskGuard.MayBegin(bytes, free, said, answer is null ? null : () => answer));
        Assert.Equal(isSaid, said.ToString().Contains("writes about"));
    }

    [Fact]
    public void The_estimate_counts_every_target_and_traces_where_they_are_kept()
    {
        var spec = Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, new() { DurationS = 60 });
        double movie = 1200.0 * 608 * 608, traces = 16.0 * 1200 * SpecSize.Of(spec).TotalCells;
        Assert.Equal(movie, DiskGuard.Bytes(spec, [RecordingFormats.Find("a.avi")]));
        Assert.Equal(2 * movie + traces, DiskGuard.Bytes(spec, [RecordingFormats.Find("a.avi"), RecordingFormats.Find("a.zarr")]));
        Assert.True(DiskGuard.Free(Path.Combine(Path.GetTempPath(), "not", "there", "yet.avi")) > 0);
    }
}
