using Minisim.Scenes;

namespace Minisim.Tests.Scene;

public class GaussianBlurTests
{
    private static readonly ParallelOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    [Theory]
    [InlineData(0, 5, 7)]
    [InlineData(0.7, 1, 1)]
    [InlineData(1.3, 9, 31)]
    [InlineData(2.1, 70, 75)]
    [InlineData(5, 3, 40)]
    public void Blur_is_the_double_sum_over_the_kernel(double sigma, int height, int width)
    {
        var kernel = FootprintOptics.GaussianKernel(sigma);
        int padded = width + kernel.Length - 1, rows = height + kernel.Length - 1;
        var random = new System.Random(1);
        var source = Enumerable.Range(0, rows * padded).Select(_ => random.NextSingle()).ToArray();
        var blurred = GaussianBlur.Valid(source, height, width, sigma, new ParallelOptions());
        for (var r = 0; r < height; r++)
            for (var c = 0; c < width; c++)
            {
                double sum = 0;
                for (var i = 0; i < kernel.Length; i++)
                    for (var j = 0; j < kernel.Length; j++)
                        sum += kernel[i] * kernel[j] * source[(r + i) * padded + c + j];
                Assert.Equal(sum, blurred[r * width + c], 2e-6);
            }
    }

    [Fact]
    public void A_blurred_pixel_has_the_same_bytes_wherever_it_lies_in_the_image()
    {
        // Shifting the image moves every pixel between vector lanes, strips and the scalar rest.
        const int size = 90;
        const double sigma = 2.4;
        var radius = FootprintOptics.GaussianRadius(sigma);
        var padded = size + 2 * radius;
        var random = new System.Random(2);
        var source = Enumerable.Range(0, padded * padded).Select(_ => random.NextSingle()).ToArray();
        var whole = GaussianBlur.Valid(source, size, size, sigma, new ParallelOptions());
        for (var cut = 1; cut < 40; cut += 3)
        {
            int left = size - cut, wide = left + 2 * radius;
            var part = new float[wide * wide];
            for (var r = 0; r < wide; r++)
                source.AsSpan((r + cut) * padded + cut, wide).CopyTo(part.AsSpan(r * wide));
            var blurred = GaussianBlur.Valid(part, left, left, sigma, OneThread);
            for (var r = 0; r < left; r++)
                Assert.True(whole.AsSpan((r + cut) * size + cut, left).SequenceEqual(blurred.AsSpan(r * left, left)));
        }
    }
}
