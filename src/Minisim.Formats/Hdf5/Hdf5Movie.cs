using System.Runtime.InteropServices;
using Minisim.Formats.Writing;
using Minisim.Truth;
using PureHDF;
using PureHDF.Selections;

namespace Minisim.Formats.Hdf5;

/// <summary>A dataset (frame, height, width) of an HDF5 file, read by one thread at a time.</summary>
internal sealed class Hdf5Movie : Movie
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly IDisposable _file;
    private readonly IH5Dataset _data;
    private readonly bool _isTransposed;
    private readonly double? _fps;

    private Hdf5Movie(string path, IDisposable file, IH5Dataset data, bool isTransposed, double? fps)
    {
        (_path, _file, _data, _isTransposed, _fps) = (path, file, data, isTransposed, fps);
        var dims = data.Space.Dimensions;
        if (dims.Length != 3 || dims.Any(d => d is 0 or > int.MaxValue) || dims[1] * dims[2] > 1 << 28)
            throw new RecordingFormatException(path, $"{data.Name} has shape [{string.Join(", ", dims)}]; a movie has frames of rows and columns.", "Name a file with a movie in it.");
        Frames = (int)dims[0];
        (Height, Width) = isTransposed ? ((int)dims[2], (int)dims[1]) : ((int)dims[1], (int)dims[2]);
        PixelType = (data.Type.Class, data.Type.Size) switch
        {
            (H5DataTypeClass.FixedPoint, 1) when !data.Type.FixedPoint.IsSigned => PixelType.UInt8,
            (H5DataTypeClass.FixedPoint, 2) when !data.Type.FixedPoint.IsSigned => PixelType.UInt16,
            (H5DataTypeClass.FloatingPoint, 4) => PixelType.Float32,
            (H5DataTypeClass.FloatingPoint, 8) => PixelType.Float64,
            var (kind, size) => throw new RecordingFormatException(path, $"{data.Name} holds {kind} of {size} bytes.", "Unsigned 8 and 16 bit and floats are read here."),
        };
    }

    /// <summary>Opens the first of some datasets that is there.</summary>
    /// <exception cref="RecordingFormatException">Missing, truncated or foreign, or no such dataset.</exception>
    public static Hdf5Movie Open(string path, bool isTransposed, params ReadOnlySpan<string> names)
    {
        path = Path.GetFullPath(path);
        using (var handle = FileMovie.OpenHandle(path))
        {
            Span<byte> magic = stackalloc byte[8];
            if (RandomAccess.Read(handle, magic, 0) < 8 || !magic.SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]))
                throw new RecordingFormatException(path, "is not an HDF5 file.", "It is empty, or something else.");
        }
        // The filter must be known before anything is unpacked.
        Hdf5Deflate.Register();
        IDisposable? file = null;
        try
        {
            var native = H5File.OpenRead(path);
            file = native;
            foreach (var name in names)
                if (native.LinkExists(name))
                    return new Hdf5Movie(path, native, native.Dataset(name), isTransposed, Rate(native, name));
            throw new RecordingFormatException(path, $"has no dataset {string.Join(" or ", names.ToArray())}.", "It is an HDF5 file of another kind.");
        }
        catch (Exception e)
        {
            file?.Dispose();
            if (e is RecordingFormatException) throw;
            throw new RecordingFormatException(path, $"cannot be read as HDF5: {e.Message.TrimEnd('.')}.", "The file is damaged or was not written to its end.", e);
        }
    }

    // The movie's own attribute, or what a series of NWB says.
    private static double? Rate(IH5Group file, string name)
    {
        var series = name[..Math.Max(name.LastIndexOf('/'), 0)];
        var (owner, attribute) = series.Length == 0 ? (name, "fps") : ($"{series}/starting_time", "rate");
        if (!file.LinkExists(owner) || file.Dataset(owner) is not { } dataset || !dataset.AttributeExists(attribute)) return null;
        var value = dataset.Attribute(attribute);
        var fps = (value.Type.Class, value.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 8) => value.Read<double>(),
            (H5DataTypeClass.FloatingPoint, 4) => value.Read<float>(),
            _ => 0,
        };
        return double.IsFinite(fps) && fps > 0 ? fps : null;
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
        var buffer = new byte[count * size];
        var (rows, columns) = _isTransposed ? (Width, Height) : (Height, Width);
        var place = new HyperslabSelection(3, [(ulong)first, 0, 0], [(ulong)count, (ulong)rows, (ulong)columns]);
        lock (_gate)
        {
            try
            {
                _data.Read(buffer, fileSelection: place);
            }
            catch (Exception e)
            {
                throw new RecordingFormatException(_path, $"frames {first} to {first + count - 1} cannot be read: {e.Message.TrimEnd('.')}.", "The file is damaged.", e);
            }
        }
        if (!_isTransposed)
        {
            buffer.CopyTo(pixels);
            return;
        }
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
