using System.Security.Cryptography;
using Minisim.Rendering;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Tests.Invariance;

/// <summary>The same spec gives the same bytes, however it is rendered.</summary>
public class RenderingInvarianceTests
{
    /// <summary>A small recording with every step in it, dim enough in places for the Poisson path.</summary>
    internal static Spec Everything(int height = 70, int width = 101, double seconds = 2.05) => new()
    {
        Seed = 7,
        Acquisition = new Acquisition
        {
            DurationS = seconds,
            Optics = new Optics { Na = 0.3, Magnification = 2.9, FieldCurvatureRadiusUm = 2500 },
            ImageSensor = new ImageSensor { NPxHeight = height, NPxWidth = width, PixelPitchUm = 4.8 },
        },
        Steps =
        [
            new PlaceNeurons
            {
                Populations =
                [
                    new Population { DensityPerMm3 = 30000, SomaRadiusUm = 5, Morphology = Morphology.Cytosolic, DepthRangeUm = new(90, 130), MinDistanceUm = 9 },
                    new Population { DensityPerMm3 = 20000, SomaRadiusUm = 6, DepthRangeUm = new(20, 60) },
                ],
            },
            new Behavior { Arena = BehaviorArena.OpenField },
            new CellActivity { PQuiescentToActive = 0.05 },
            new Bleaching { BleachSusceptibility = 0.02 },
            new OpticsStep(),
            new Composite(),
            new Neuropil { SpatialSigmaUm = 15, Amplitude = 0.1 },
            new Autofluorescence { FieldSigmaUm = 20, GranulesPerMm2 = 300 },
            new Vasculature { Enabled = true, Layers = [new VesselLayer { NRoots = 2, RootRadiusUm = 9, DepthUm = 60 }] },
            new Hemodynamics(),
            new BrainMotion { MaxShiftUm = 12 },
            new IlluminationProfile(),
            new Vignette { Falloff = 0.2 },
            new Leakage { Level = 0.01 },
            new HotPixels { Fraction = 0.005 },
            new Sensor { PhotonsPerUnit = 300 },
        ],
    };

    internal static byte[] Bytes(Movie movie)
    {
        var all = new byte[(long)movie.Frames * movie.Height * movie.Width * movie.PixelType.Bytes()];
        movie.Read(0, movie.Frames, all);
        return all;
    }

    [Fact]
    public void One_two_and_seven_threads_give_the_same_bytes_and_the_same_truth()
    {
        using var one = Simulator.Run(Everything(), new SimulateOptions { Threads = 1 });
        foreach (var threads in new[] { 2, 7 })
        {
            using var other = Simulator.Run(Everything(), new SimulateOptions { Threads = threads });
            Assert.Equal(Bytes(one.Observed), Bytes(other.Observed));
            Assert.Equal(one.Truth.Arrays.Count, other.Truth.Arrays.Count);
            foreach (var (a, b) in one.Truth.Arrays.Zip(other.Truth.Arrays)) Assert.True(a.ToDoubles().AsSpan().SequenceEqual(b.ToDoubles()), a.Name);
            foreach (var (a, b) in one.Truth.Planted.Zip(other.Truth.Planted)) Assert.True(a.Values.AsSpan().SequenceEqual(b.Values));
        }
    }

    [Fact]
    public void Frames_alone_in_random_order_are_those_of_the_whole_movie()
    {
        using var whole = Simulator.Run(Everything());
        using var scene = Simulator.Compile(Everything());
        var order = Enumerable.Range(0, scene.Frames).ToArray();
        new System.Random(3).Shuffle(order);
        var expected = new byte[scene.FrameBytes];
        foreach (var frame in order)
        {
            whole.Observed.Read(frame, 1, expected);
            Assert.True(expected.AsSpan().SequenceEqual(scene.Frame(frame)), $"frame {frame}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(1000)]
    public void Any_chunk_size_gives_the_same_bytes(int blockFrames)
    {
        using var whole = Simulator.Run(Everything());
        using var sink = new BlockSink(blockFrames);
        Simulator.Run(Everything(), [sink]);
        Assert.Equal(Bytes(whole.Observed), sink.Bytes);
    }

    [Fact]
    public void Every_vector_width_gives_the_same_bytes()
    {
        var scene = Simulator.Compile(Everything());
        var widths = new[] { SimdWidth.V512, SimdWidth.V256, SimdWidth.V128, SimdWidth.Scalar };
        var movies = widths.Select(width => scene.RenderAt(width, 0, 19)).ToArray();
        for (var i = 1; i < widths.Length; i++) Assert.True(movies[0].AsSpan().SequenceEqual(movies[i]), $"{widths[i]}");
        Assert.True(movies[0].Distinct().Count() > 30);
    }

    [Fact]
    public void A_smaller_sensor_keeps_the_noise_draws_of_its_pixels()
    {
        // Leakage alone: the only randomness is the sensor's, and it is indexed from the optical axis.
        using var large = Simulator.Run(NoiseOnly(64, 150));
        using var small = Simulator.Run(NoiseOnly(40, 98));
        var a = new float[64 * 150];
        var b = new float[40 * 98];
        for (var t = 0; t < large.Observed.Frames; t++)
        {
            large.Observed.ReadFrame(t, a);
            small.Observed.ReadFrame(t, b);
            for (var r = 0; r < 40; r++)
                Assert.True(b.AsSpan(r * 98, 98).SequenceEqual(a.AsSpan((r + 12) * 150 + 26, 98)), $"frame {t}, row {r}");
        }

        static Spec NoiseOnly(int height, int width) => new()
        {
            Acquisition = new Acquisition { DurationS = 0.3, ImageSensor = new ImageSensor { NPxHeight = height, NPxWidth = width } },
            Steps = [new Leakage { Profile = LeakageProfile.Uniform, Level = 0.5 }, new Sensor()],
        };
    }

    [Fact]
    public void Rendering_allocates_nothing_per_frame()
    {
        using var scene = Simulator.Compile(Everything(seconds: 20));
        var target = new byte[32 * scene.FrameBytes];
        scene.Render(0, 32, target);
        var before = GC.GetAllocatedBytesForCurrentThread();
        scene.Render(32, 32, target);
        scene.Render(7, 1, target);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class BlockSink(int blockFrames) : IRecordingSink
    {
        private int _frameBytes;
        public byte[] Bytes { get; private set; } = [];
        public int BlockFrames => blockFrames;

        public void Begin(RecordingHeader header, GroundTruth truth)
        {
            _frameBytes = header.FrameBytes;
            Bytes = new byte[header.Frames * _frameBytes];
        }

        public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels)
        {
            Assert.Equal(0, firstFrame % blockFrames);
            pixels.CopyTo(Bytes.AsSpan(firstFrame * _frameBytes));
        }

        public void Complete() { }
        public void Dispose() { }
    }
}
