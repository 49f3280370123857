using System.Runtime.InteropServices;
using Minisim.Formats.Hdf5.Reading;
using Minisim.Formats.Reading;
using Minisim.Formats.Writing;
using Minisim.Truth;

namespace Minisim.Formats.Hdf5;

/// <summary>A dataset (frame, height, width) of an HDF5 file, read by one thread at a time.</summary>
internal sealed class Hdf5Movie : Movie
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly Hdf5File _file;
    private readonly Hdf5Dataset _data;
    private readonly bool _isTransposed;
    private readonly double? _fps;

    private Hdf5Movie(string path, Hdf5File file, Hdf5Dataset data, string name, bool isTransposed, double? fps)
    {
        (_path, _file, _data, _isTransposed, _fps) = (path, file, data, isTransposed, fps);
        var dims = data.Lengths;
        if (data.IsNull || dims.Count != 3 || dims.Any(d => d is <= 0 or > int.MaxValue) || dims[1] * dims[2] > 1 << 28)
            throw new RecordingFormatException(path, $"{name} has shape [{string.Join(", ", dims)}]; a movie has frames of rows and columns.", "Name a file with a movie in it.");
        Frames = (int)dims[0];
        (Height, Width) = isTransposed ? ((int)dims[2], (int)dims[1]) : ((int)dims[1], (int)dims[2]);
        PixelType = (data.Type.Class, data.Type.Size, data.Type.IsPlain) switch
        {
            (Hdf5Class.Integer, 1, true) when !data.Type.IsSigned => PixelType.UInt8,
            (Hdf5Class.Integer, 2, true) when !data.Type.IsSigned => PixelType.UInt16,
            (Hdf5Class.Float, 4, true) => PixelType.Float32,
            (Hdf5Class.Float, 8, true) => PixelType.Float64,
            _ => throw new RecordingFormatException(path, $"{name} holds {data.Type.Describe()}{(data.Type.IsNumber ? "" : ", no numbers")}.", "Unsigned integers of 8 and 16 bits and floats of 32 and 64 are read here."),
        };
        data.CheckSlices();
    }

    /// <summary>Opens the first of some datasets that is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isTransposed">Whether a frame is (x, y).</param>
    /// <param name="check">Sees to it that what the group of the dataset says of it holds.</param>
    /// <param name="names">Where the dataset may lie.</param>
    /// <exception cref="RecordingFormatException">Missing, truncated, foreign or harmful, or no such dataset.</exception>
    public static Hdf5Movie Open(string path, bool isTransposed, Action<string, Hdf5Group, Hdf5Dataset>? check, params ReadOnlySpan<string> names)
    {
        path = Path.GetFullPath(path);
        var file = OpenFile(path);
        try
        {
            foreach (var name in names)
                if (file.Root.Find(name) is { } found)
                {
                    var data = found as Hdf5Dataset ?? throw new RecordingFormatException(path, $"{name} is a group, not a dataset.", "It is an HDF5 file of another kind.");
                    if (check is not null && name.LastIndexOf('/') is > 0 and var at && file.Root.FindGroup(name[..at]) is { } group) check(path, group, data);
                    return new Hdf5Movie(path, file, data, name, isTransposed, Rate(file.Root, name));
                }
            throw new RecordingFormatException(path, $"has no dataset {string.Join(" or ", names.ToArray())}.", "It is an HDF5 file of another kind.");
        }
        catch (Exception e)
        {
            file.Dispose();
            if (e is RecordingFormatException or OutOfMemoryException) throw;
            throw Refused(path, "cannot be read as HDF5", e);
        }
    }

    /// <summary>Opens a file with the reader for files that nobody vouches for: a recording may come from anywhere.</summary>
    /// <exception cref="RecordingFormatException">Missing, foreign or damaged.</exception>
    public static Hdf5File OpenFile(string path)
    {
        FileMovie.OpenHandle(path).Dispose();
        try
        {
            return Hdf5File.Open(path, new ReadLimits()) ?? throw new RecordingFormatException(path, "is not an HDF5 file.", "It is empty, or something else.");
        }
        catch (Exception e) when (e is not (RecordingFormatException or OutOfMemoryException))
        {
            throw Refused(path, "cannot be read as HDF5", e);
        }
    }

    /// <summary>What stands in the way, in one message; only damage is called that.</summary>
    public static RecordingFormatException Refused(string path, string what, Exception e) => e is NotReadException notRead
        ? new(path, $"{what}: {notRead.Message.TrimEnd('.')}.", notRead.Remedy, e)
        : new(path, $"{what}: {e.Message.TrimEnd('.')}.", "The file is damaged or was not written to its end.", e);

    // The movie's own attribute, or what a series of NWB says.
    private static double? Rate(Hdf5Group file, string name)
    {
        var series = name[..Math.Max(name.LastIndexOf('/'), 0)];
        var (owner, attribute) = series.Length == 0 ? (name, "fps") : ($"{series}/starting_time", "rate");
        return file.FindDataset(owner)?.Attributes.GetValueOrDefault(attribute)?.Number() is { } fps && double.IsFinite(fps) && fps > 0 ? fps : null;
    }

    public override int Frames { get; }
    public override int Height { get; }
    public override int Width { get; }
    public override PixelType PixelType { get; }
    public override double? Fps => _fps;

    public override void Read(int first, int count, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, Frames, nameof(count));
        if (count == 0) return;
        var size = Height * Width * PixelType.Bytes();
        var whole = (long)count * size;
        if (whole > pixels.Length || whole > Array.MaxLength) throw new ArgumentException($"{pixels.Length} bytes do not hold {count} frames");
        var buffer = _isTransposed ? new byte[whole] : [];
        var raw = _isTransposed ? buffer : pixels[..(int)whole];
        lock (_gate)
        {
            try
            {
                _data.ReadSlices(first, count, raw);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw Refused(_path, $"frames {first} to {first + count - 1} cannot be read", e);
            }
        }
        if (_data.Type.IsBigEndian) ByteOrder.Turn(raw, PixelType.Bytes());
        if (!_isTransposed) return;
        for (var f = 0; f < count; f++)
        {
            ReadOnlySpan<byte> from = buffer.AsSpan(f * size, size);
            var to = pixels.Slice(f * size, size);
            switch (PixelType.Bytes())
            {
                case 1: Transposing.Of(from, to, Width, Height); break;
                case 2: Transposing.Of(MemoryMarshal.Cast<byte, ushort>(from), MemoryMarshal.Cast<byte, ushort>(to), Width, Height); break;
                case 4: Transposing.Of(MemoryMarshal.Cast<byte, uint>(from), MemoryMarshal.Cast<byte, uint>(to), Width, Height); break;
                default: Transposing.Of(MemoryMarshal.Cast<byte, ulong>(from), MemoryMarshal.Cast<byte, ulong>(to), Width, Height); break;
            }
        }
    }

    protected override void Dispose(bool disposing) => _file.Dispose();
}
