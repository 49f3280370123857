using Minisim.Scenes;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>Lines of equal weight around a footprint.</summary>
internal static class Outline
{
    /// <summary>Closed contours at a share of the footprint's peak, in grid coordinates where a pixel's centre is at
    /// (col, row); empty for an empty footprint. Marching squares with linear interpolation, zero around the patch.</summary>
    public static SKPoint[][] Of(Footprint footprint, double share)
    {
        var peak = 0f;
        foreach (var value in footprint.Values)
            if (value > peak) peak = value;
        if (peak <= 0) return [];
        var level = (float)(share * peak);
        if (!(level > 0)) return [];
        // What is as bright is a small part of the patch.
        int top = footprint.Height, bottom = -1, left = footprint.Width, right = -1;
        for (var r = 0; r < footprint.Height; r++)
        {
            var row = footprint.Values.AsSpan(r * footprint.Width, footprint.Width);
            for (var c = 0; c < row.Length; c++)
            {
                if (row[c] < level) continue;
                (top, bottom) = (Math.Min(top, r), r);
                (left, right) = (Math.Min(left, c), Math.Max(right, c));
            }
        }
        // Squares between pixel centres, with a ring of zeros; an edge between two pixels is named by its first pixel.
        var width = footprint.Width + 2;
        var next = new Dictionary<int, int>();
        Span<int> edges = stackalloc int[4];
        for (var r = top - 1; r <= bottom; r++)
            for (var c = left - 1; c <= right; c++)
            {
                bool topLeft = In(r, c), topRight = In(r, c + 1), bottomRight = In(r + 1, c + 1), bottomLeft = In(r + 1, c);
                if (topLeft == topRight && topRight == bottomRight && bottomRight == bottomLeft) continue;
                edges[0] = Edge(r, c, false);
                edges[1] = Edge(r, c + 1, true);
                edges[2] = Edge(r + 1, c, false);
                edges[3] = Edge(r, c, true);
                ReadOnlySpan<bool> corners = [topLeft, topRight, bottomRight, bottomLeft];
                // Clockwise round the square: a line leaves where we step out and ends where we next step in, so that
                // the neighbour across that edge carries it on.
                for (var e = 0; e < 4; e++)
                {
                    if (!corners[e] || corners[(e + 1) % 4]) continue;
                    var f = e + 1;
                    while (corners[f % 4] || !corners[(f + 1) % 4]) f++;
                    next[edges[e]] = edges[f % 4];
                }
            }
        var contours = new List<SKPoint[]>();
        while (next.Count > 0)
        {
            var start = next.Keys.First();
            var points = new List<SKPoint>();
            for (var at = start; next.Remove(at, out var following); at = following) points.Add(Crossing(at));
            contours.Add([.. points]);
        }
        return [.. contours];

        float Value(int r, int c) => r >= 0 && r < footprint.Height && c >= 0 && c < footprint.Width ? footprint.Values[r * footprint.Width + c] : 0;
        bool In(int r, int c) => Value(r, c) >= level;
        int Edge(int r, int c, bool down) => 2 * ((r + 1) * width + c + 1) + (down ? 1 : 0);
        SKPoint Crossing(int edge)
        {
            var down = (edge & 1) == 1;
            int r = (edge >> 1) / width - 1, c = (edge >> 1) % width - 1;
            float a = Value(r, c), b = down ? Value(r + 1, c) : Value(r, c + 1);
            var t = (level - a) / (b - a);
            return new SKPoint(footprint.Col + c + (down ? 0 : t), footprint.Row + r + (down ? t : 0));
        }
    }
}
