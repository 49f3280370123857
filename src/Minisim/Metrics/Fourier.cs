using Minisim.Numerics;

namespace Minisim.Metrics;

/// <summary>Discrete Fourier transform of any length: radix 2 for powers of two, Bluestein's chirp transform otherwise
/// (L. Bluestein, IEEE Trans. Audio Electroacoust. 18:451, 1970).</summary>
internal sealed class Fourier
{
    private readonly int _n, _padded;
    private readonly double[] _cos, _sin;                           // twiddles of the power of two
    private readonly double[]? _chirpRe, _chirpIm, _kernelRe, _kernelIm;

    public Fourier(int length)
    {
        _n = length;
        var powerOfTwo = (length & (length - 1)) == 0;
        _padded = powerOfTwo ? length : (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(2 * length - 1));
        _cos = new double[Math.Max(_padded / 2, 1)];
        _sin = new double[_cos.Length];
        for (var k = 0; k < _cos.Length; k++)
        {
            _cos[k] = PortableMath.Cos(2 * Math.PI * k / _padded);
            _sin[k] = -PortableMath.Sin(2 * Math.PI * k / _padded);
        }
        if (powerOfTwo) return;
        (_chirpRe, _chirpIm) = (new double[length], new double[length]);
        (_kernelRe, _kernelIm) = (new double[_padded], new double[_padded]);
        for (var k = 0; k < length; k++)
        {
            // k² mod 2n keeps the angle small and exact.
            var angle = Math.PI * ((long)k * k % (2L * length)) / length;
            _chirpRe[k] = PortableMath.Cos(angle);
            _chirpIm[k] = -PortableMath.Sin(angle);
            _kernelRe[k] = _kernelRe[(_padded - k) % _padded] = _chirpRe[k];
            _kernelIm[k] = _kernelIm[(_padded - k) % _padded] = -_chirpIm[k];
        }
        Radix2(_kernelRe, _kernelIm);
    }

    /// <summary>Forward transform in place, <c>X_k = Σ x_j·e^(−2πi·jk/n)</c>.</summary>
    public void Forward(Span<double> re, Span<double> im)
    {
        if (_chirpRe is null)
        {
            Radix2(re, im);
            return;
        }
        var (a, b) = (new double[_padded], new double[_padded]);
        for (var k = 0; k < _n; k++) (a[k], b[k]) = Times(re[k], im[k], _chirpRe[k], _chirpIm![k]);
        Radix2(a, b);
        // The inverse is the forward transform of the conjugate, conjugated.
        for (var k = 0; k < _padded; k++)
        {
            (a[k], b[k]) = Times(a[k], b[k], _kernelRe![k], _kernelIm![k]);
            b[k] = -b[k];
        }
        Radix2(a, b);
        for (var k = 0; k < _n; k++) (re[k], im[k]) = Times(a[k] / _padded, -b[k] / _padded, _chirpRe[k], _chirpIm![k]);
    }

    private static (double Re, double Im) Times(double a, double b, double c, double d) => (a * c - b * d, a * d + b * c);

    private void Radix2(Span<double> re, Span<double> im)
    {
        var n = _padded;
        for (int i = 1, j = 0; i < n; i++)
        {
            var bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1) j ^= bit;
            j ^= bit;
            if (i >= j) continue;
            (re[i], re[j]) = (re[j], re[i]);
            (im[i], im[j]) = (im[j], im[i]);
        }
        for (var length = 2; length <= n; length <<= 1)
        {
            int half = length >> 1, stride = n / length;
            for (var start = 0; start < n; start += length)
                for (var k = 0; k < half; k++)
                {
                    var (wr, wi) = (_cos[k * stride], _sin[k * stride]);
                    int low = start + k, high = low + half;
                    var (tr, ti) = (re[high] * wr - im[high] * wi, re[high] * wi + im[high] * wr);
                    (re[high], im[high]) = (re[low] - tr, im[low] - ti);
                    re[low] += tr;
                    im[low] += ti;
                }
        }
    }

    /// <summary>Forward transform of an image (height, width) in place.</summary>
    public static void Forward2D(double[] re, double[] im, int height, int width)
    {
        var rows = new Fourier(width);
        Parallel.For(0, height, r => rows.Forward(re.AsSpan(r * width, width), im.AsSpan(r * width, width)));
        var columns = new Fourier(height);
        Parallel.For(0, width, () => (new double[height], new double[height]), (c, _, column) =>
        {
            var (a, b) = column;
            for (var r = 0; r < height; r++) (a[r], b[r]) = (re[r * width + c], im[r * width + c]);
            columns.Forward(a, b);
            for (var r = 0; r < height; r++) (re[r * width + c], im[r * width + c]) = (a[r], b[r]);
            return column;
        }, static _ => { });
    }
}
