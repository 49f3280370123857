using Minisim.Metrics;

namespace Minisim.Studies;

/// <summary>The true cells of a unit in a compact form, appended to a worker's file of cells.</summary>
internal static class CellTable
{
    /// <summary>Names of the features, in order.</summary>
    public static readonly string[] Features =
    [
        "similarity", "trace_corr", "activity_corr", "oracle_corr", "roi_corr", "snr", "depth_um", "row_px", "col_px", "neighbour_distance_um", "firing_rate_hz", "vessel_overlap", "focus_factor",
        "light", "activity", "share_in_view", "time_in_view", "neighbour_ratio",
    ];

    public const byte NoCause = 255;

    /// <summary>The cells behind <c>n_true</c> and <c>recall</c>.</summary>
    public static CellOutcome[] Of(Evaluation e) => [.. e.Cells.Where(c => c.IsFoundByReference is not null)];

    public static byte[] Write(Evaluation e)
    {
        using var buffer = new MemoryStream();
        using var w = new BinaryWriter(buffer);
        var cells = Of(e);
        w.Write(cells.Length);
        foreach (var c in cells)
        {
            w.Write(c.Unit);
            w.Write((byte)c.Verdict);
            w.Write(c.Estimate);
            w.Write(c.Causes.Count > 0 ? (byte)c.Causes[0].Cause : NoCause);
            w.Write(string.Join(' ', c.Causes.Where((r, k) => k == 0 || r.Weight >= MissCauses.Weak).Select(r => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ScoreColumns.Snake(r.Cause)}:{r.Weight:0.###}"))));
            var f = c.Facts;
            foreach (var v in (ReadOnlySpan<double>)
                [
                    c.Similarity, c.TraceCorr, c.ActivityCorr, c.OracleCorr, c.RoiCorr, f.Snr, f.DepthUm, f.Centre.Row, f.Centre.Col, f.NeighbourDistanceUm, f.FiringRateHz, f.VesselOverlap, f.FocusFactor,
                    f.Light, f.Activity, f.ShareInView, f.TimeInView, f.NeighbourRatio,
                ])
                w.Write(v);
        }
        w.Flush();
        return buffer.ToArray();
    }

    public static IEnumerable<CellRow> Read(byte[] bytes)
    {
        using var r = new BinaryReader(new MemoryStream(bytes));
        var count = r.ReadInt32();
        for (var i = 0; i < count; i++)
        {
            var row = new CellRow(r.ReadInt32(), r.ReadByte(), r.ReadInt32(), r.ReadByte(), r.ReadString(), new double[Features.Length]);
            for (var k = 0; k < Features.Length; k++) row.Features[k] = r.ReadDouble();
            yield return row;
        }
    }
}
