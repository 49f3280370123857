// A series that differs in one thing only: the same cells, spikes, motion and noise at three depths of focus.
// Run: dotnet run -c Release --project samples/BatchSpecs
using Minisim;
using Minisim.Formats.Zarr;
using Minisim.Presets;

var spec = Preset.Create(Scopes.MiniscopeV4, Regions.CortexL23, new PresetOptions { DurationS = 5, SizePx = (200, 200), Seed = 3 });
foreach (var focus in new double?[] { 120, 160, null })
{
    var variant = spec with { Acquisition = spec.Acquisition with { FocalDepthInTissueUm = focus } };
    var name = $"cortex-focus-{(focus is null ? "auto" : $"{focus:0}um")}.zarr";
    using var sink = new ZarrRecordingSink(name, new ZarrWriteOptions { Overwrite = true });
    var truth = Simulator.Run(variant, [sink]);
    Console.WriteLine($"{name}: focus {truth.FocalDepthUm:0.0} µm, {truth.DetectableSubset().NUnits} of {truth.NUnits} cells detectable");
}
