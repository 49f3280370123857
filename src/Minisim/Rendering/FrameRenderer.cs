using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Minisim.Random;
using Minisim.Rendering.Simd;
using Minisim.Scenes;
using Minisim.Truth;

namespace Minisim.Rendering;

/// <summary>Renders frames of one <see cref="Scene"/>. Immutable; each thread brings a <see cref="Workspace"/>.</summary>
/// <remarks>
/// <para>A block of frames is rendered in one sweep down the canvas, a band of rows at a time: the band's share of the footprints
/// stays in cache while all frames of the block use it, and composite, shift, static fields, noise and quantisation follow one
/// another on rows that are still hot. Each frame keeps the last <see cref="BandRows"/> + 1 canvas rows in a ring; that is all a
/// bilinear sample needs.</para>
/// <para>The bytes of a frame do not depend on the block it is rendered in: every pixel's arithmetic is the same.</para>
/// </remarks>
internal sealed unsafe class FrameRenderer : IDisposable
{
    /// <summary>Frames of a block where the footprints are small: then it is the rows of the block that must stay in cache.</summary>
    private const int FewFrames = 32;
    /// <summary>Frames of a block where cells overlap so much that reading their weights, once a block, costs more than rows that leave the
    /// cache.</summary>
    private const int ManyFrames = 128;
    /// <summary>Bytes of weights of a pixel, from which on that is so.</summary>
    private const long ManyWeights = 4096;
    /// <summary>Canvas rows of a band.</summary>
    public const int BandRows = 4;
    private const int RingRows = BandRows + 1;
    // A vector may be read or written past the end of a row.
    private const int Slack = 64;
    private const float Padding = 1000;

    private readonly Scene _scene;
    private readonly LightLayout _lights;
    private readonly SourceTiles _tiles;
    private readonly WideLight[] _wide;
    private readonly int _canvasStride, _fovStride, _firstGroup, _groups, _lead, _sources, _pixelBytes;
    private readonly AlignedBuffer _gain, _offset;
    private readonly AlignedBuffer[] _arteries, _veins;
    private readonly AlignedBuffer? _perfusion;
    private readonly SpareMemory _spare;
    private readonly SensorKernel.Constants _sensor;
    private readonly SimdWidth _simd;
    private int _isDisposed;

    /// <param name="scene">The scene.</param>
    /// <param name="parallelism">Threads that prepare it.</param>
    /// <param name="cancellation">Stops the preparation.</param>
    /// <param name="simd">Register width; null = the widest.</param>
    /// <param name="previous">A renderer of a similar scene, not yet disposed, whose tiles are shared where they would be the same; or null.</param>
    /// <param name="isCrowded">For <see cref="LightLayout"/>.</param>
    public FrameRenderer(Scene scene, ParallelOptions parallelism, CancellationToken cancellation = default, SimdWidth? simd = null, FrameRenderer? previous = null, bool? isCrowded = null)
    {
        _scene = scene;
        _simd = simd ?? SimdChoice.Best;
        _lights = new LightLayout(scene, isCrowded);
        _spare = previous?._spare.Continue() ?? new SpareMemory();
        var hasSameShapes = previous is not null && _lights.HasSameShapes(previous._lights);
        _tiles = hasSameShapes && ReferenceEquals(previous!._scene.TissueFactor, scene.TissueFactor) ? previous._tiles.Share() : SourceTiles.OfCanvas(scene, _lights, _spare, parallelism, cancellation);
        _wide = WideLight.Of(scene, _lights, hasSameShapes ? previous!._wide : null, _spare, parallelism, cancellation);
        BlockFrames = _tiles.Bytes + _wide.Sum(w => w.Bytes) < ManyWeights * scene.Grid.Height * scene.Grid.Width ? FewFrames
            : Math.Clamp((scene.Frames + parallelism.MaxDegreeOfParallelism - 1) / Math.Max(1, parallelism.MaxDegreeOfParallelism) + 15 & ~15, FewFrames, ManyFrames);
        Height = scene.Height;
        Width = scene.Width;
        PixelType = scene.Sensor is null ? PixelType.Float32 : scene.Sensor.BitDepth <= 8 ? PixelType.UInt8 : PixelType.UInt16;
        _pixelBytes = PixelType.Bytes();
        FrameBytes = Height * Width * _pixelBytes;
        _sources = _lights.Count;
        _canvasStride = _tiles.Runs * SourceTiles.RunLength + Slack;

        // Column 0 of the FOV sits _lead columns into its first group of 64.
        var firstColumn = -(Width / 2);
        _firstGroup = FloorDiv(firstColumn, SensorKernel.Group);
        _lead = firstColumn - _firstGroup * SensorKernel.Group;
        _groups = (_lead + Width + SensorKernel.Group - 1) / SensorKernel.Group;
        _fovStride = _groups * SensorKernel.Group + Slack;

        // The static fields of the sensor side, with the photons of a unit folded in. Beyond the FOV the kernels see a bright
        // constant, so that no padding takes the sensor's low-light path.
        var scale = scene.Sensor?.ElectronsPerUnit ?? 1;
        if (previous is not null && (Height, Width) == (previous.Height, previous.Width) && scale == (previous._scene.Sensor?.ElectronsPerUnit ?? 1)
            && scene.SensorFactors.Equals(previous._scene.SensorFactors) && scene.SensorOffsets.Equals(previous._scene.SensorOffsets))
            (_gain, _offset) = (previous._gain.Share(), previous._offset.Share());
        else (_gain, _offset) = StaticFields(scale, parallelism);
        _arteries = Array.ConvertAll(scene.Pulse?.Arteries ?? [], Padded);
        _veins = Array.ConvertAll(scene.Pulse?.Veins ?? [], Padded);
        _perfusion = scene.Pulse is { } pulse ? Padded(pulse.Perfusion) : null;
        if (scene.Sensor is not null) _sensor = SensorKernel.Constants.Of(scene.Sensor);
    }

    // With room for a vector past the end of every row.
    private AlignedBuffer Padded(float[] field)
    {
        var buffer = new AlignedBuffer(4L * _scene.Grid.Height * _canvasStride);
        for (var row = 0; row < _scene.Grid.Height; row++)
            field.AsSpan(row * _scene.Grid.Width, _scene.Grid.Width).CopyTo(new Span<float>(buffer.Floats + (long)row * _canvasStride, _canvasStride));
        return buffer;
    }

    // Gain and offset of every pixel of the FOV.
    private (AlignedBuffer Gain, AlignedBuffer Offset) StaticFields(double scale, ParallelOptions parallelism)
    {
        AlignedBuffer gain = new(4L * Height * _fovStride), offset = new(4L * Height * _fovStride);
        new Span<float>(offset.Floats, (int)(offset.Bytes / 4)).Fill(Padding);
        Parallel.For(0, Height, parallelism, row =>
        {
            for (var x = 0; x < Width; x++)
            {
                gain.Floats[(long)row * _fovStride + _lead + x] = (float)(_scene.FactorAt(row * Width + x) * scale);
                offset.Floats[(long)row * _fovStride + _lead + x] = (float)(_scene.OffsetAt(row * Width + x) * scale);
            }
        });
        return (gain, offset);
    }

    /// <summary>Frames of a block: how many it is best to ask for at once.</summary>
    public int BlockFrames { get; }
    /// <summary>Rows of a frame.</summary>
    public int Height { get; }
    /// <summary>Columns of a frame.</summary>
    public int Width { get; }
    /// <summary>Type of the pixels: counts after a sensor, else floats.</summary>
    public PixelType PixelType { get; }
    /// <summary>Bytes of a frame.</summary>
    public int FrameBytes { get; }
    /// <summary>Frames of the movie.</summary>
    public int Frames => _scene.Frames;

    /// <summary>Scratch memory of one thread.</summary>
    public Workspace CreateWorkspace() => new(this);

    /// <summary>Renders consecutive frames (frame, height, width) into <paramref name="target"/>.</summary>
    public void Render(Workspace workspace, int firstFrame, int count, Span<byte> target) => Render(workspace, 0, Height, firstFrame, count, target);

    /// <summary>Renders one row of consecutive frames (frame, width), with the bytes that it has in whole frames.</summary>
    public void RenderRow(Workspace workspace, int row, int firstFrame, int count, Span<byte> target) => Render(workspace, row, row + 1, firstFrame, count, target);

    private void Render(Workspace workspace, int fromRow, int toRow, int firstFrame, int count, Span<byte> target)
    {
        var frameBytes = (toRow - fromRow) * Width * _pixelBytes;
        workspace.Reserve(Math.Min(BlockFrames, count));
        if (target.Length < (long)count * frameBytes) throw new ArgumentException("too small for the frames asked for", nameof(target));
        fixed (byte* pixels = target)
            for (var done = 0; done < count; done += BlockFrames)
            {
                var block = Math.Min(BlockFrames, count - done);
                var to = pixels + (long)done * frameBytes;
                switch (_simd)
                {
                    case SimdWidth.V512: Block<Simd512, Vector512<float>, Vector512<uint>>(workspace, fromRow, toRow, firstFrame + done, block, to); break;
                    case SimdWidth.V256: Block<Simd256, Vector256<float>, Vector256<uint>>(workspace, fromRow, toRow, firstFrame + done, block, to); break;
                    case SimdWidth.V128: Block<Simd128, Vector128<float>, Vector128<uint>>(workspace, fromRow, toRow, firstFrame + done, block, to); break;
                    default: Block<SimdScalar, float, uint>(workspace, fromRow, toRow, firstFrame + done, block, to); break;
                }
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<S, F, U>(Workspace ws, int fromRow, int toRow, int firstFrame, int count, byte* target)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var grid = _scene.Grid;
        var padded = (count + CompositeKernel.Group - 1) / CompositeKernel.Group * CompositeKernel.Group;
        _lights.Gather(_scene.Timeline, firstFrame, count, ws.Emission.Floats);
        for (var k = 0; k < _wide.Length; k++) _wide[k].Composite<S, F, U>(ws.Emission.Floats, padded / CompositeKernel.Group, ws.Nodes[k].Floats);
        for (var k = _wide.Length - 1; k > 0; k--)
            if (!_wide[k].IsOnCanvas) _wide[k].AddToFiner<S, F, U>(ws.Nodes[k].Floats, ws.Nodes[k - 1].Floats, count, ws.Scratch.Floats);
        var shifts = stackalloc Shift[count];
        for (var f = 0; f < count; f++) shifts[f] = ShiftOf(_scene.Timeline.AcquiredFrame(firstFrame + f));
        var frameBytes = (long)(toRow - fromRow) * Width * _pixelBytes;
        int firstBand = 0, endRow = grid.Height;
        if (fromRow > 0 || toRow < Height)
        {
            // Only the canvas rows that these rows sample, with whole bands.
            int least = shifts[0].Row, most = shifts[0].Row;
            for (var f = 1; f < count; f++) (least, most) = (Math.Min(least, shifts[f].Row), Math.Max(most, shifts[f].Row));
            firstBand = Math.Max(0, fromRow + least) / BandRows * BandRows;
            endRow = Math.Min(grid.Height, toRow + most + (shifts[0].Moves ? 1 : 0));
        }

        fixed (SensorKernel.Constants* sensor = &_sensor)
            for (var band = firstBand; band < endRow; band += BandRows)
            {
                var end = Math.Min(band + BandRows, grid.Height);
                CompositeBand<S, F, U>(ws, band, end, padded);
                for (var k = 0; k < _wide.Length; k++)
                    for (var f = 0; f < count && _wide[k].IsOnCanvas; f++)
                        for (var row = band; row < end; row++) _wide[k].AddTo<S, F, U>(ws.Nodes[k].Floats + f * _wide[k].FrameFloats, row, ws.RingRow(f, row), ws.Scratch.Floats);
                if (_perfusion is not null)
                    for (var row = band; row < end; row++)
                        for (var f = 0; f < count; f++)
                            PulseRow<S, F, U>(ws.RingRow(f, row), row, _scene.Timeline.AcquiredFrame(firstFrame + f));
                for (var f = 0; f < count; f++)
                {
                    var s = shifts + f;
                    // FOV row r samples canvas rows r + Row and, when it moves, r + Row + 1; the rows not yet sent whose lower
                    // one is in this band:
                    var reach = s->Moves ? 1 : 0;
                    int from = Math.Max(fromRow, band - s->Row - reach), to = Math.Min(toRow, end - s->Row - reach);
                    for (var r = from; r < to; r++)
                        FovRow<S, F, U>(ws, f, _scene.Timeline.AcquiredFrame(firstFrame + f), r, s, sensor, target + f * frameBytes + (long)(r - fromRow) * Width * _pixelBytes);
                }
            }
    }

    // Run after run, not row after row: the rows of a band share most of their cells, whose light stays in the cache.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CompositeBand<S, F, U>(Workspace ws, int from, int to, int padded)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        for (var run = 0; run < _tiles.Runs; run++)
            for (var row = from; row < to; row++)
                CompositeKernel.Run<S, F, U>(_tiles[row], run, ws.Emission.Floats, (long)_sources * CompositeKernel.Group, padded / CompositeKernel.Group,
                    ws.RingRow(0, row) + run * SourceTiles.RunLength, ws.FrameStride);
    }

    // Frame after frame meets the same row of the fields: those of a row stay in the cache.
    private void PulseRow<S, F, U>(float* target, int row, int frame)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var m = _scene.Pulse!.Frames[frame];
        var at = (long)row * _canvasStride;
        var perfusion = _perfusion!.Floats + at;
        if (_arteries.Length == 0)
            PulseKernel.Tissue<S, F, U>(target, perfusion, m.Loss, _scene.Grid.Width);
        else
            PulseKernel.Vessels<S, F, U>(target, _arteries[m.Artery].Floats + at, _arteries[m.Artery + 1].Floats + at, m.ArteryWeight,
                _veins[m.Vein].Floats + at, _veins[m.Vein + 1].Floats + at, m.VeinWeight, perfusion, m.Loss, _scene.Grid.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FovRow<S, F, U>(Workspace ws, int slot, int frame, int row, Shift* s, SensorKernel.Constants* sensor, byte* target)
        where S : struct, ISimd<F, U> where F : struct where U : struct
    {
        var canvasRow = row + s->Row;
        float* gain = _gain.Floats + (long)row * _fovStride + _lead, offset = _offset.Floats + (long)row * _fovStride + _lead;
        // Without a sensor the row goes through the buffer too: a vector may write past its end.
        var values = ws.Values.Floats + _lead;
        if (s->Moves)
            WarpKernel.Shifted<S, F, U>(ws.RingRow(slot, canvasRow) + s->Col, ws.RingRow(slot, canvasRow + 1) + s->Col, s->Fy, s->Fx, gain, offset, values, Width);
        else
            WarpKernel.Still<S, F, U>(ws.RingRow(slot, canvasRow), gain, offset, values, Width);
        if (_scene.Sensor is null)
        {
            Buffer.MemoryCopy(values, target, 4L * Width, 4L * Width);
            return;
        }
        var axisRow = row - Height / 2;
        NormalsKernel.Row<S, F, U>(_firstGroup, _groups, axisRow, frame, RandomStream.Sensor, &sensor->Keys, ws.Normals.Floats);
        SensorKernel.Counts<S, F, U>(ws.Values.Floats, ws.Normals.Floats, _firstGroup, _groups, axisRow, frame, sensor, ws.Counts.Data, _pixelBytes == 2);
        Buffer.MemoryCopy(ws.Counts.Data + (long)_lead * _pixelBytes, target, (long)Width * _pixelBytes, (long)Width * _pixelBytes);
    }

    private Shift ShiftOf(int frame)
    {
        // Without a margin there is no motion and no row below the last.
        if (_scene.Motion.ShowsCanvas || _scene.Grid.Margin == 0) return new Shift(0, 0, 0, 0, false);
        var (dy, dx) = _scene.Motion.At(frame);
        double y = _scene.Grid.Margin - dy, x = _scene.Grid.Margin - dx;
        double row = Math.Floor(y), col = Math.Floor(x);
        return new Shift((int)row, (int)col, (float)(y - row), (float)(x - col), true);
    }

    public void Dispose()
    {
        // What it shares with other scenes is let go of once.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        _tiles.Dispose();
        foreach (var wide in _wide) wide.Dispose();
        _gain.Dispose();
        _offset.Dispose();
        foreach (var field in _arteries) field.Dispose();
        foreach (var field in _veins) field.Dispose();
        _perfusion?.Dispose();
        _spare.Dispose();
    }

    private static int FloorDiv(int a, int b) => (int)Math.Floor((double)a / b);

    /// <summary>FOV (r, c) samples the canvas at (r + Row + Fy, c + Col + Fx).</summary>
    private readonly record struct Shift(int Row, int Col, float Fy, float Fx, bool Moves);

    /// <summary>Scratch memory of one thread.</summary>
    internal sealed class Workspace : IDisposable
    {
        private readonly FrameRenderer _renderer;
        private readonly int _stride;
        private int _frames;

        public Workspace(FrameRenderer renderer)
        {
            (_renderer, _stride) = (renderer, renderer._canvasStride);
            FrameStride = (long)RingRows * _stride;
            Scratch = new AlignedBuffer(4L * renderer._wide.Select(w => w.ScratchFloats).DefaultIfEmpty().Max());
            Values = new AlignedBuffer(4L * renderer._fovStride);
            new Span<float>(Values.Floats, renderer._fovStride).Fill(Padding);
            Normals = new AlignedBuffer(4L * renderer._fovStride);
            Counts = new AlignedBuffer(2L * renderer._fovStride);
        }

        public AlignedBuffer Ring { get; private set; } = null!;
        public AlignedBuffer Emission { get; private set; } = null!;
        /// <summary>Frames of nodes of every coarse grid.</summary>
        public AlignedBuffer[] Nodes { get; private set; } = [];
        public AlignedBuffer Scratch { get; }
        public AlignedBuffer Values { get; }
        public AlignedBuffer Normals { get; }
        public AlignedBuffer Counts { get; }
        public long FrameStride { get; }

        /// <summary>Makes room for a block of so many frames: who looks at one frame touches no memory of a whole block.</summary>
        public void Reserve(int frames)
        {
            // Grown apart: what a lambda captures is allocated wherever its method returns.
            if (frames > _frames) Grow((frames + CompositeKernel.Group - 1) / CompositeKernel.Group * CompositeKernel.Group);
        }

        private void Grow(int frames)
        {
            Free();
            Ring = new AlignedBuffer(4 * FrameStride * frames);
            Emission = new AlignedBuffer(4L * frames * _renderer._sources);
            Nodes = [.. _renderer._wide.Select(w => new AlignedBuffer(4 * w.FrameFloats * frames))];
            _frames = frames;
        }

        private void Free()
        {
            if (_frames == 0) return;
            Ring.Dispose();
            Emission.Dispose();
            foreach (var nodes in Nodes) nodes.Dispose();
        }

        public float* RingRow(int slot, int canvasRow) => Ring.Floats + slot * FrameStride + (uint)canvasRow % RingRows * _stride;

        public void Dispose()
        {
            Free();
            Scratch.Dispose();
            Values.Dispose();
            Normals.Dispose();
            Counts.Dispose();
        }
    }
}
