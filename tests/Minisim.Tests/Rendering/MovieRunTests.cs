using Minisim.Rendering;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Tests.Rendering;

/// <summary>Rendering and writing on threads of their own: order, back-pressure, errors.</summary>
public class MovieRunTests
{
    private static readonly Spec Long = new()
    {
        Acquisition = new Acquisition { DurationS = 40, ImageSensor = new ImageSensor { NPxHeight = 8, NPxWidth = 8, PixelPitchUm = 100 } },
        Steps = [new PlaceNeurons { Populations = [new Population { PositionsUm = new([new Position(50, 0, 0)]) }] }, new CellActivity(), new Composite(), new Sensor()],
    };

    private sealed class Probe(Action<int> write) : IRecordingSink
    {
        public int BlockFrames => 1;
        public Exception? Aborted { get; private set; }
        public void Begin(RecordingHeader header, GroundTruth truth) { }
        public void Write(string? snapshot, int firstFrame, int count, ReadOnlySpan<byte> pixels) => write(firstFrame);
        public void Abort(Exception cause) => Aborted = cause;
        public void Complete() { }
        public void Dispose() { }
    }

    [Fact]
    public void A_sink_that_waits_for_its_turn_gets_every_block_however_many_threads_render()
    {
        var gate = new object();
        var order = new List<int>();
        using var sink = new Probe(first =>
        {
            lock (gate)
            {
                while (order.Count * 32 != first) Assert.True(Monitor.Wait(gate, TimeSpan.FromSeconds(60)), $"frame {first} waited for frame {order.Count * 32}");
                order.Add(first);
                Monitor.PulseAll(gate);
            }
        });
        Simulator.Run(Long, [sink], new SimulateOptions { Threads = 7 });
        Assert.Equal(Enumerable.Range(0, 25).Select(b => b * 32), order);
    }

    [Fact]
    public async Task A_sink_that_does_not_take_its_blocks_stops_the_rendering()
    {
        using var release = new ManualResetEventSlim();
        var inside = 0;
        using var sink = new Probe(_ =>
        {
            Interlocked.Increment(ref inside);
            release.Wait(TestContext.Current.CancellationToken);
        });
        var run = Task.Run(() => Simulator.Run(Long, [sink], new SimulateOptions { Threads = 2 }), TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => Volatile.Read(ref inside) == 4, TimeSpan.FromSeconds(60));
        await Task.Delay(200, TestContext.Current.CancellationToken);
        // Two threads and as many blocks that wait: four buffers, and not one of the other 21 blocks.
        Assert.Equal(4, Volatile.Read(ref inside));
        release.Set();
        await run;
        Assert.Equal(25, inside);
    }

    [Fact]
    public void The_first_error_of_a_sink_ends_the_run_and_reaches_the_other_sinks()
    {
        var written = 0;
        using var bad = new Probe(first =>
        {
            if (first >= 64) throw new IOException("no room");
        });
        using var good = new Probe(_ => Interlocked.Increment(ref written));
        Assert.Equal("no room", Assert.Throws<IOException>(() => Simulator.Run(Long, [bad, good], new SimulateOptions { Threads = 3 })).Message);
        Assert.Equal("no room", good.Aborted?.Message);
        Assert.True(written < 25);
    }
}
