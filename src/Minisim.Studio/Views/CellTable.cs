using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Formats.Pictures;
using Minisim.Metrics;
using Minisim.Scenes;
using Minisim.Studio.Http;
using Minisim.Truth;

namespace Minisim.Studio.Views;

/// <summary>Every cell in view, as a page draws and explains it: the facts are those that scoring explains misses with.</summary>
internal sealed class CellTable
{
    /// <summary>Outlines go where the observed footprint has this share of its peak.</summary>
    private const double OutlineShare = 0.5;
    /// <summary>Frames of a trace that are sent at once.</summary>
    public const int MostFrames = 6000;
    private const int MostTraces = 16;

    private readonly View _view;
    private readonly CellFacts[] _facts;
    private readonly JsonArray[] _outlines;
    private readonly Matrix? _c, _s;
    private CellSnr[]? _ratios;

    public CellTable(View view, CancellationToken cancellation)
    {
        _view = view;
        var truth = view.Truth;
        (_c, _s) = (TrueCells.Table(truth.C), TrueCells.Table(truth.S));
        _outlines = new JsonArray[truth.NUnits];
        // Without the ratios against all light and against neighbours, which take longer than all else: they are asked for by themselves.
        var quick = new GroundTruth(truth.Grid, truth.Planted, truth.Arrays.Where(a => a.Name is not (SnrArrays.Detection or SnrArrays.PeakLocal)), truth.FocalDepthUm) { Timeline = truth.Timeline };
        _facts = CellFacts.WithoutNeighbours(quick, RecordingEvaluation.Facts(view.Spec) with { Snr = null }, (u, observed) =>
        {
            var contours = Outline.Of(observed.Crop(truth.Grid.Margin, truth.Grid.Margin, truth.Grid.FovHeight, truth.Grid.FovWidth), OutlineShare);
            _outlines[u] = [.. contours.OrderByDescending(c => c.Length).Take(1).SelectMany(c => c).SelectMany(p => new JsonNode[] { Round(p.X, 1)!, Round(p.Y, 1)! })];
        }, cancellation);
    }

    /// <summary>Signal over the noise of all light there, of every cell.</summary>
    public JsonObject AgainstAllLight(JsonObject request, CancellationToken cancellation) => new()
    {
        ["op"] = "snr",
        ["id"] = request.Number("id"),
        ["peakSnrLocal"] = new JsonArray([.. Enumerable.Range(0, _facts.Length).Select(u => Round(Ratios(u, cancellation).PeakLocal, 2))]),
    };

    // A file has them; a scene's truth would make them without asking whether they are still wanted.
    private CellSnr Ratios(int unit, CancellationToken cancellation)
    {
        var truth = _view.Truth;
        if (truth.Find(SnrArrays.Detection) is not { } detection || truth.Find(SnrArrays.PeakLocal) is not { } peak) return new CellSnr(double.NaN, double.NaN, double.NaN);
        if (_view.Scene is null) return new CellSnr(detection.ToDoubles()[unit], peak.ToDoubles()[unit], double.NaN);
        lock (_outlines) return (_ratios ??= DetectionSnr.Of(truth, RecordingEvaluation.Facts(_view.Spec).Snr!, cancellation))[unit];
    }

    /// <summary>The facts of all cells, a column each.</summary>
    public JsonObject All(JsonObject request)
    {
        var truth = _view.Truth;
        var detectable = truth.Detectable.ToArray();
        var inFocus = truth.InFocus.ToArray();
        return new JsonObject
        {
            ["op"] = "cells",
            ["id"] = request.Number("id"),
            ["threshold"] = Detectability.Threshold,
            ["row"] = Column(f => f.Centre.Row),
            ["col"] = Column(f => f.Centre.Col),
            ["depthUm"] = Column(f => f.DepthUm),
            ["snr"] = Column(f => f.Snr),
            ["rateHz"] = Column(f => f.FiringRateHz, 3),
            ["detectable"] = new JsonArray([.. detectable.Select(d => (JsonNode)d)]),
            ["inFocus"] = new JsonArray([.. inFocus.Select(d => (JsonNode)d)]),
            ["outline"] = new JsonArray([.. _outlines.Select(o => (JsonNode)o.DeepClone())]),
            ["shifts"] = truth.Shifts is { } shifts ? new JsonArray([.. shifts.ToDoubles().Take(2 * 20_000).Select(v => Round(v, 3))]) : null,
            ["yUm"] = new JsonArray([.. Axis(1)]),
            ["xUm"] = new JsonArray([.. Axis(2)]),
        };

        JsonArray Column(Func<CellFacts, double> of, int digits = 2) => [.. _facts.Select(f => Round(of(f), digits))];
        IEnumerable<JsonNode?> Axis(int axis)
        {
            var centres = truth.CentersUm.ToDoubles();
            for (var u = 0; u < truth.NUnits; u++) yield return Round(centres[3 * u + axis], 2);
        }
    }

    /// <summary>One cell: footprints, traces, and what makes its signal-to-noise ratio.</summary>
    public JsonObject One(JsonObject request, CancellationToken cancellation)
    {
        var truth = _view.Truth;
        if (truth.NUnits == 0) throw new StudioError(StatusCodes.Status404NotFound, "There is no cell in view.");
        var unit = request.Int("unit", 0, truth.NUnits - 1);
        var first = request.Int("first", 0, Math.Max(0, _view.Frames - 1), 0);
        var count = Math.Min(MostFrames, _view.Frames - first);
        var facts = _facts[unit];
        var spec = _view.Spec;
        var electronsPerUnit = (spec.Find<Steps.Sensor>()?.PhotonsPerUnit ?? double.NaN) * spec.Acquisition.ImageSensor.QuantumEfficiency;
        var grid = truth.Grid;
        var pixel = Math.Clamp((int)Math.Round(facts.Centre.Row), 0, grid.FovHeight - 1) * grid.FovWidth + Math.Clamp((int)Math.Round(facts.Centre.Col), 0, grid.FovWidth - 1);
        double low = double.NaN, high = double.NaN;
        if (_c is { Columns: > 0 } traces)
        {
            (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (var v in traces.Row(unit)) (low, high) = (Math.Min(low, v), Math.Max(high, v));
        }
        return new JsonObject
        {
            ["op"] = "cell",
            ["id"] = request.Number("id"),
            ["unit"] = unit,
            ["first"] = first,
            ["row"] = Round(facts.Centre.Row, 2),
            ["col"] = Round(facts.Centre.Col, 2),
            ["detectable"] = truth.Detectable.Length > unit && truth.Detectable[unit],
            ["threshold"] = Detectability.Threshold,
            ["snr"] = Round(facts.Snr, 3),
            ["peakSnrLocal"] = Round(Ratios(unit, cancellation).PeakLocal, 3),
            ["detectionSnr"] = Round(Ratios(unit, cancellation).Detection, 3),
            ["depthUm"] = Round(facts.DepthUm, 2),
            ["sigmaPx"] = truth.ObservedSigmaPx is { } sigma ? Round(sigma.ToDoubles()[unit], 3) : null,
            ["gain"] = truth.ObservedGain is { } gain ? Round(gain.ToDoubles()[unit], 5) : null,
            ["focusFactor"] = Round(facts.FocusFactor, 4),
            ["amplitude"] = truth.AmplitudePerCell is { } amplitude ? Round(amplitude.ToDoubles()[unit], 3) : null,
            ["illumination"] = At("illumination"),
            ["vignette"] = At("vignette"),
            ["vessels"] = At("vasculature_mask"),
            ["vesselOverlap"] = Round(facts.VesselOverlap, 3),
            ["electronsPerUnit"] = Round(electronsPerUnit, 3),
            ["readNoiseE"] = spec.Acquisition.ImageSensor.ReadNoiseE,
            ["base"] = Round(low, 4),
            ["peak"] = Round(high, 4),
            ["rateHz"] = Round(facts.FiringRateHz, 3),
            ["neighbourUm"] = Round(facts.NeighbourDistanceUm, 2),
            ["neighbourRatio"] = Round(CellFacts.NeighbourRatioOf(truth, unit), 3),
            ["shareInView"] = Round(facts.ShareInView, 3),
            ["planted"] = Patch(truth.PlantedInFov(unit)),
            ["observed"] = Patch(truth.ObservedInFov(unit)),
            ["c"] = _c is { } c ? new JsonArray([.. Slice(c.Row(unit), first, count).Select(v => Round(v, 4))]) : null,
            ["s"] = _s is { } s ? new JsonArray([.. Slice(s.Row(unit), first, count).Select(v => Round(v, 0))]) : null,
        };

        JsonNode? At(string field) => truth.Find(field) is { } array ? Round(array.ToDoubles()[pixel], 4) : null;
    }

    /// <summary>Traces and spikes of several cells: <c>{"units": [u, …], "first"}</c>.</summary>
    public JsonObject Traces(JsonObject request)
    {
        if (request["units"] is not JsonArray { Count: > 0 and <= MostTraces } units) throw new StudioError(StatusCodes.Status400BadRequest, $"\"units\" must name 1 to {MostTraces} cells.");
        var first = request.Int("first", 0, Math.Max(0, _view.Frames - 1), 0);
        var count = Math.Min(MostFrames, _view.Frames - first);
        int[] chosen = [.. units.Select(u => u is JsonValue v && v.TryGetValue(out int unit) && unit >= 0 && unit < _view.Truth.NUnits ? unit
            : throw new StudioError(StatusCodes.Status400BadRequest, $"\"units\" must be numbers from 0 to {_view.Truth.NUnits - 1}."))];
        return new JsonObject
        {
            ["op"] = "traces",
            ["id"] = request.Number("id"),
            ["first"] = first,
            ["c"] = Rows(_c, 4),
            ["s"] = Rows(_s, 0),
        };

        JsonNode? Rows(Matrix? rows, int digits) => rows is null ? null
            : new JsonArray([.. chosen.Select(u => (JsonNode)new JsonArray([.. Slice(rows.Row(u), first, count).Select(v => Round(v, digits))]))]);
    }

    private static JsonObject Patch(Footprint footprint) => new()
    {
        ["row"] = footprint.Row,
        ["col"] = footprint.Col,
        ["height"] = footprint.Height,
        ["width"] = footprint.Width,
        ["values"] = new JsonArray([.. footprint.Values.Select(v => Round(v, 4))]),
    };

    private static double[] Slice(ReadOnlySpan<double> row, int first, int count) => row.Slice(Math.Min(first, row.Length), Math.Min(count, Math.Max(0, row.Length - first))).ToArray();

    /// <summary>A number as JSON; what is not finite is null.</summary>
    internal static JsonNode? Round(double value, int digits) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, digits)) : null;
}
