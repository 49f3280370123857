using Minisim.Metrics;
using Minisim.Scenes;

namespace Minisim.Formats.Pictures;

/// <summary>The rigid motion of a movie that has no truth: the peak of the cross-correlation of every frame with the mean of all, in rounds, each
/// with the frames as the last has moved them, so that the window in which they are seen draws nothing towards the middle.</summary>
internal static class MotionEstimate
{
    private const int MostSide = 256, Rounds = 3;

    /// <summary>Displacements (dy, dx) per frame, px.</summary>
    /// <param name="frames">The frames (height, width).</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="pixelUm">Size of a pixel, µm.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static (double Dy, double Dx)[] Of(float[][] frames, int height, int width, double pixelUm, CancellationToken cancellation)
    {
        int rows = Side(height), cols = Side(width), top = (height - rows) / 2, left = (width - cols) / 2;
        float[] fine = GaussianBlur.Kernel(2.5 / pixelUm), coarse = GaussianBlur.Kernel(Math.Min(15 / pixelUm, Math.Min(rows, cols) / 8.0));
        double[] windowY = Hann(rows), windowX = Hann(cols);
        // Structure between 2.5 and 15 µm, without the edges, which do not move.
        var seen = new float[frames.Length][];
        Parallel.For(0, frames.Length, new ParallelOptions { CancellationToken = cancellation }, t =>
        {
            var (sharp, smooth) = (new float[height * width], new float[height * width]);
            FrameFilters.Blur(frames[t], height, width, fine, sharp);
            FrameFilters.Blur(frames[t], height, width, coarse, smooth);
            var part = new float[rows * cols];
            for (var r = 0; r < rows; r++)
                for (var c = 0; c < cols; c++) part[r * cols + c] = sharp[(r + top) * width + c + left] - smooth[(r + top) * width + c + left];
            seen[t] = part;
        });
        var shifts = new (double Dy, double Dx)[frames.Length];
        for (var round = 0; round < Rounds; round++)
        {
            var template = new double[rows * cols];
            var moved = new float[rows * cols];
            for (var t = 0; t < seen.Length; t++)
            {
                FrameFilters.Shift(seen[t], rows, cols, shifts[t].Dy, shifts[t].Dx, moved);
                for (var i = 0; i < moved.Length; i++) template[i] += moved[i];
            }
            Window(template, rows, cols, windowY, windowX);
            var templateIm = new double[template.Length];
            Fourier.Forward2D(template, templateIm, rows, cols);
            Parallel.For(0, seen.Length, new ParallelOptions { CancellationToken = cancellation }, t =>
            {
                var still = new float[rows * cols];
                FrameFilters.Shift(seen[t], rows, cols, shifts[t].Dy, shifts[t].Dx, still);
                var (re, im) = (Array.ConvertAll(still, v => (double)v), new double[rows * cols]);
                Window(re, rows, cols, windowY, windowX);
                Fourier.Forward2D(re, im, rows, cols);
                // Frame times conjugate of the template, conjugated once more: the forward transform is then the inverse's conjugate.
                for (var i = 0; i < re.Length; i++)
                    (re[i], im[i]) = (re[i] * template[i] + im[i] * templateIm[i], -(im[i] * template[i] - re[i] * templateIm[i]));
                Fourier.Forward2D(re, im, rows, cols);
                var (dy, dx) = Peak(re, rows, cols);
                shifts[t] = (shifts[t].Dy + dy, shifts[t].Dx + dx);
            });
        }
        return shifts;
    }

    private static (double, double) Peak(double[] correlation, int rows, int cols)
    {
        var (best, y, x) = (double.NegativeInfinity, 0, 0);
        for (var dy = -(rows / 4); dy <= rows / 4; dy++)
            for (var dx = -(cols / 4); dx <= cols / 4; dx++)
                if (At(dy, dx) is var value && value > best)
                    (best, y, x) = (value, dy, dx);
        return (y + Vertex(At(y - 1, x), best, At(y + 1, x)), x + Vertex(At(y, x - 1), best, At(y, x + 1)));

        double At(int dy, int dx) => correlation[(dy + rows) % rows * cols + (dx + cols) % cols];
        // Of the parabola through three values around a peak.
        static double Vertex(double before, double at, double after) => before + after - 2 * at is var bend && bend < 0 ? Math.Clamp((before - after) / (2 * bend), -0.5, 0.5) : 0;
    }

    private static int Side(int length) => Math.Min(MostSide, 1 << (int)Math.Log2(length));

    private static double[] Hann(int n) => [.. Enumerable.Range(0, n).Select(i => 0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / n))];

    private static void Window(double[] image, int rows, int cols, double[] y, double[] x)
    {
        var mean = image.Average();
        for (var r = 0; r < rows; r++)
            for (var c = 0; c < cols; c++) image[r * cols + c] = (image[r * cols + c] - mean) * y[r] * x[c];
    }
}
