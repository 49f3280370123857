// A short recording in memory, and what is known about it. Run: dotnet run -c Release --project samples/TruthTour
using Minisim;
using Minisim.Presets;
using Minisim.Steps;

var spec = Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, new PresetOptions { DurationS = 5, SizePx = (200, 200), Extra = [new BrainMotion()] });
SpecJson.Save(spec, "truth-tour.json");                        // the same recipe for `minisim simulate truth-tour.json`
using var recording = Simulator.Run(spec);
var truth = recording.Truth;

Console.WriteLine($"movie: {recording.Observed.Frames} frames of {recording.Observed.Height} × {recording.Observed.Width}, {recording.Observed.PixelType}");
Console.WriteLine($"cells in view: {truth.NUnits}, detectable: {truth.DetectableSubset().NUnits}, focal plane {truth.FocalDepthUm:0.0} µm");

var spikes = Enumerable.Range(0, truth.NUnits).Select(i => truth.S!.Row<float>(i).ToArray().Sum()).ToArray();
var busiest = Array.IndexOf(spikes, spikes.Max());
var centre = truth.CentersUm.Row<double>(busiest);
Console.WriteLine($"busiest cell: {busiest}, {spikes[busiest]:0} spikes, at z {centre[0]:0.0} µm, y {centre[1]:0.0} µm, x {centre[2]:0.0} µm");

foreach (var array in truth.Arrays)
    Console.WriteLine($"  {array.Name,-24} ({string.Join(", ", array.Axes)}) {array.Units}");
