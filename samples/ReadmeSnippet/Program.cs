using Minisim;
using Minisim.Presets;
using Minisim.Steps;

var spec = Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, new PresetOptions { DurationS = 10, Extra = [Regions.Ca1.Motion] });
using var recording = Simulator.Run(spec);               // every step of the chain, in memory

var frame = new float[608 * 608];
recording.Observed.ReadFrame(42, frame);                 // counts of the sensor (height, width)
var truth = recording.Truth.DetectableSubset();          // the fair denominator of recall
var trace = truth.C!.Row<double>(0);                     // clean fluorescence of the first cell, per frame
var footprint = truth.ObservedInFov(0);                  // what that cell lights on the sensor
Console.WriteLine($"{truth.NUnits} of {recording.Truth.NUnits} cells detectable; first cell: {footprint.Height} × {footprint.Width} px, peak ΔF {trace.ToArray().Max() - trace.ToArray().Min():0.0}");
