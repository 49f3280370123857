using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Minisim.Formats.Writing;
using Minisim.Truth;

namespace Minisim.Formats.Zarr;

public sealed partial class ZarrRecordingSink
{
    private readonly List<string> _truthNames = [];
    private bool _hasObserved;
    private readonly CancellationTokenSource _stop = new();
    private Task _truth = Task.CompletedTask;

    private void WriteTruth(GroundTruth truth)
    {
        var header = _header!;
        if (BehaviorTables.Path(truth, header.Timeline) is { } path) WriteMetadata(RecordingLayout.Behavior, System.Text.Encoding.UTF8.GetBytes(path));
        if (BehaviorTables.Tuning(truth) is { } tuning) WriteMetadata(RecordingLayout.Tuning, System.Text.Encoding.UTF8.GetBytes(tuning));
        ZarrFiles.CreateDirectory(Path.Combine(_partial, RecordingLayout.Planted));
        WriteMetadata(RecordingLayout.GroundTruth + "/.zattrs", new JsonObject { ["focal_depth_um"] = truth.FocalDepthUm });
        _hasObserved = header.Spec.Output.SaveObservedFootprints;
        if (_hasObserved && !StoredTruth.CanHoldObserved(truth))
            throw new RecordingFormatException(_target, "cannot hold the observed footprints: they cover more pixels altogether than an array can have.", "Leave output.save_observed_footprints out: planted footprints, blur and gain of every cell say the same.");
        if (_hasObserved) ZarrFiles.CreateDirectory(Path.Combine(_partial, RecordingLayout.ObservedFootprints));
        foreach (var footprints in (string[])(_hasObserved ? [RecordingLayout.Planted, RecordingLayout.ObservedFootprints] : [RecordingLayout.Planted]))
            WriteMetadata(footprints + "/.zattrs", new JsonObject
            {
                ["canvas_shape"] = new JsonArray(truth.Grid.Height, truth.Grid.Width),
                ["fov_offset"] = new JsonArray(truth.Grid.Margin, truth.Grid.Margin),
                ["fov_shape"] = new JsonArray(truth.Grid.FovHeight, truth.Grid.FovWidth),
            });

        _truthNames.AddRange(truth.Arrays.Select(a => a.Name));
        List<(string Folder, TruthArray Array, bool IsAbsent)> arrays = [.. truth.Arrays.Select(a => (RecordingLayout.GroundTruth, a, false))];
        foreach (var name in RecordingLayout.Always)
            if (truth.Find(name) is null)
                arrays.Add((RecordingLayout.GroundTruth, Zeros(name, truth.NUnits, header.Frames), true));
        arrays.AddRange(StoredTruth.Planted(truth).Select(a => (RecordingLayout.Planted, a, false)));
        if (_hasObserved) arrays.AddRange(StoredTruth.Observed(truth).Select(a => (RecordingLayout.ObservedFootprints, a, false)));
        // What takes longest first, and one by one: the threads take them as they come. Both SNRs are made at once: who asks for the second waits for the first.
        var work = Partitioner.Create(arrays.OrderBy(a => a.Array.Name switch { SnrArrays.Detection => 0, SnrArrays.PeakLocal => 2, _ => 1 }).ToList(), loadBalance: true);
        // Beside the rendering: some arrays take seconds to make, and the small files of the others wait for the device.
        _truth = Task.Factory.StartNew(() => WriteArrays(work, _stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private void WriteArrays(Partitioner<(string Folder, TruthArray Array, bool IsAbsent)> arrays, CancellationToken stop)
    {
        var errors = new ConcurrentQueue<Exception>();
        // Each has rows, a chunk and its packed bytes in memory: of a long recording few at once.
        Parallel.ForEach(arrays, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(Environment.ProcessorCount, 4) }, item =>
        {
            if (stop.IsCancellationRequested || !errors.IsEmpty) return;
            try
            {
                WriteTruthArray(item.Folder, item.Array, item.IsAbsent);
            }
            catch (Exception e)
            {
                errors.Enqueue(e);
            }
        });
        // One plain error instead of an aggregate: the file system's first refusal says it all.
        if (errors.TryDequeue(out var first)) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
    }

    private static TruthArray Zeros(string name, int units, int frames)
    {
        var (axes, unit, description) = RecordingLayout.Known(name, 0);
        int[] shape = [.. axes.Select(a => a switch { "unit" => units, "frame" => frames, _ => 3 })];
        if (name is "in_focus" or "detectable") return new TruthArray(name, axes, shape, unit, new bool[units], description);
        return axes.Length == 1 ? new TruthArray(name, axes, shape, unit, new double[shape[0]], description)
            : TruthArray.CellByCell<double>(name, axes, (shape[0], shape[1]), TruthElement.Float64, (_, _, to) => to.Clear(), description);
    }

    private void WriteTruthArray(string folder, TruthArray array, bool isAbsent)
    {
        var type = ZarrDataType.Of(array.Element);
        var metadata = new ZarrMetadata
        {
            Shape = [.. array.Shape.Select(s => (long)s)],
            Chunks = RecordingLayout.TruthChunks(array.Shape, type.Bytes),
            DataType = type,
            Compressor = Codec,
        };
        var attributes = new JsonObject { ["_ARRAY_DIMENSIONS"] = new JsonArray([.. array.Axes.Select(a => JsonValue.Create(a))]) };
        if (array.Units is not null) attributes["units"] = array.Units;
        if (array.Description.Length > 0) attributes[RecordingLayout.Description] = array.Description;
        if (array.Role is { } role) attributes[RecordingLayout.Role] = RecordingLayout.NameOf(role);
        if (isAbsent) attributes[RecordingLayout.Absent] = true;
        var stored = ZarrArray.Create(Path.Combine(_partial, folder, array.Name), metadata, attributes, FlushMetadata, Written);
        Array? buffer = null;
        if (array.IsRowByRow) stored.WriteRows((first, count) => array.BytesOfRows(first, count, ref buffer), FlushMetadata, Written);
        else stored.WriteAll(array.Bytes, FlushMetadata, Written);

        void Written(string name, uint crc) => _checksums[$"{folder}/{array.Name}/{name}"] = crc;
    }
}
