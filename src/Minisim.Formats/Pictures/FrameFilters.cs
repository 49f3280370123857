using System.Numerics;
using Minisim.Scenes;

namespace Minisim.Formats.Pictures;

/// <summary>Filters of single frames (height, width), which go on beyond the edge as their mirror image.</summary>
internal static class FrameFilters
{
    /// <summary>Gaussian blur, σ in px.</summary>
    public static void Blur(float[] image, int height, int width, float[] kernel, float[] target)
    {
        var radius = kernel.Length / 2;
        var across = new float[(height + 2 * radius) * width];
        var line = new float[width + 2 * radius];
        for (var row = 0; row < height; row++)
        {
            var from = image.AsSpan(row * width, width);
            from.CopyTo(line.AsSpan(radius));
            for (var k = 0; k < radius; k++) (line[radius - 1 - k], line[radius + width + k]) = (from[Mirror(-1 - k, width)], from[Mirror(width + k, width)]);
            GaussianBlur.WeightedSum(line, 1, kernel, across.AsSpan((row + radius) * width, width));
        }
        for (var k = 0; k < radius; k++)
        {
            across.AsSpan((radius + Mirror(-1 - k, height)) * width, width).CopyTo(across.AsSpan((radius - 1 - k) * width));
            across.AsSpan((radius + Mirror(height + k, height)) * width, width).CopyTo(across.AsSpan((radius + height + k) * width));
        }
        for (var row = 0; row < height; row++) GaussianBlur.WeightedSum(across.AsSpan(row * width), width, kernel, target.AsSpan(row * width, width));
    }

    /// <summary>Median over a square of an odd side.</summary>
    public static void Median(float[] image, int height, int width, int side, float[] target)
    {
        int radius = side / 2, middle = side * side / 2;
        var values = new float[side * side];
        for (var row = 0; row < height; row++)
            for (var col = 0; col < width; col++)
            {
                var n = 0;
                for (var dy = -radius; dy <= radius; dy++)
                {
                    var start = Mirror(row + dy, height) * width;
                    if (col >= radius && col + radius < width)
                        for (var dx = -radius; dx <= radius; dx++) values[n++] = image[start + col + dx];
                    else
                        for (var dx = -radius; dx <= radius; dx++) values[n++] = image[start + Mirror(col + dx, width)];
                }
                target[row * width + col] = Select(values, middle);
            }
    }

    /// <summary>White top-hat: what of an image is narrower than a disk, <c>image − opening(image)</c>. In place.</summary>
    public static void TopHat(float[] image, int height, int width, int radius)
    {
        var (eroded, opened) = (new float[image.Length], new float[image.Length]);
        Extreme(image, height, width, radius, eroded, static (a, b) => Vector.Min(a, b), static (a, b) => Math.Min(a, b), float.PositiveInfinity);
        Extreme(eroded, height, width, radius, opened, static (a, b) => Vector.Max(a, b), static (a, b) => Math.Max(a, b), float.NegativeInfinity);
        for (var i = 0; i < image.Length; i++) image[i] -= opened[i];
    }

    // Least or largest value within a disk: of every row, those within ± w for every w up to the radius, then of the rows.
    private static void Extreme(float[] image, int height, int width, int radius, float[] target, Func<Vector<float>, Vector<float>, Vector<float>> wide, Func<float, float, float> one, float neutral)
    {
        var half = Enumerable.Range(0, radius + 1).Select(dy => (int)Math.Sqrt((radius + 0.5) * (radius + 0.5) - dy * dy)).Select(w => Math.Min(w, radius)).ToArray();
        var levels = half.Distinct().Order().ToArray();
        Array.Fill(target, neutral);
        var padded = new float[width + 2 * radius];
        var reached = new float[width];
        for (var row = 0; row < height; row++)
        {
            Array.Fill(padded, neutral);
            image.AsSpan(row * width, width).CopyTo(padded.AsSpan(radius));
            image.AsSpan(row * width, width).CopyTo(reached);
            var w = 0;
            foreach (var level in levels)
            {
                for (; w < level; w++)
                {
                    Combine(padded.AsSpan(radius - w - 1, width), reached);
                    Combine(padded.AsSpan(radius + w + 1, width), reached);
                }
                for (var dy = 0; dy <= radius; dy++)
                {
                    if (half[dy] != level) continue;
                    if (row - dy >= 0) Combine(reached, target.AsSpan((row - dy) * width, width));
                    if (dy > 0 && row + dy < height) Combine(reached, target.AsSpan((row + dy) * width, width));
                }
            }
        }

        void Combine(ReadOnlySpan<float> from, Span<float> to)
        {
            var i = 0;
            for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count) wide(new Vector<float>(from[i..]), new Vector<float>(to[i..])).CopyTo(to[i..]);
            for (; i < to.Length; i++) to[i] = one(from[i], to[i]);
        }
    }

    /// <summary>The image moved by (dy, dx): what rests at row is read at row + dy, between pixels bilinearly.</summary>
    public static void Shift(float[] image, int height, int width, double dy, double dx, float[] target)
    {
        for (var row = 0; row < height; row++)
        {
            var y = Math.Clamp(row + dy, 0, height - 1);
            var top = Math.Min((int)y, Math.Max(height - 2, 0));
            float v = (float)(y - top), u = 1 - v;
            ReadOnlySpan<float> above = image.AsSpan(top * width, width), below = image.AsSpan(Math.Min(top + 1, height - 1) * width, width);
            for (var col = 0; col < width; col++)
            {
                var x = Math.Clamp(col + dx, 0, width - 1);
                int left = Math.Min((int)x, Math.Max(width - 2, 0)), right = Math.Min(left + 1, width - 1);
                var b = (float)(x - left);
                target[row * width + col] = u * (above[left] + b * (above[right] - above[left])) + v * (below[left] + b * (below[right] - below[left]));
            }
        }
    }

    /// <summary>The value that would stand at a place if the numbers were sorted; moves them about.</summary>
    public static float Select(Span<float> values, int place)
    {
        int low = 0, high = values.Length - 1;
        while (low < high)
        {
            var pivot = values[(low + high) / 2];
            int i = low, j = high;
            while (i <= j)
            {
                while (values[i] < pivot) i++;
                while (values[j] > pivot) j--;
                if (i > j) continue;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }
            if (place <= j) high = j;
            else if (place >= i) low = i;
            else break;
        }
        return values[place];
    }

    private static int Mirror(int i, int length)
    {
        if (length == 1) return 0;
        while (i < 0 || i >= length) i = i < 0 ? -1 - i : 2 * length - 1 - i;
        return i;
    }
}
