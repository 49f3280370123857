using PureHDF;

namespace Minisim.Formats.Estimates;

/// <summary>A file or folder while it is looked at: what several layouts want to know is found out once.</summary>
internal sealed class EstimateSource : IDisposable
{
    private readonly Lazy<IH5Group?> _hdf5;
    private IDisposable? _file;

    public EstimateSource(string path)
    {
        Path = path;
        _hdf5 = new(OpenHdf5);
    }

    public string Path { get; }

    public bool IsFolder => Directory.Exists(Path);

    /// <summary>The root group of an HDF5 file; null for anything else.</summary>
    public IH5Group? Hdf5 => _hdf5.Value;

    /// <summary>Whether the file starts like a zip archive.</summary>
    public bool IsZip => !IsFolder && Head(4) is [(byte)'P', (byte)'K', 3 or 5, _];

    private byte[] Head(int count)
    {
        using var stream = File.OpenRead(Path);
        var head = new byte[count];
        var read = stream.ReadAtLeast(head, count, throwOnEndOfStream: false);
        return head[..read];
    }

    private IH5Group? OpenHdf5()
    {
        if (IsFolder) return null;
        // The signature is at 0, or after a user block of 512, 1024, … bytes; MATLAB writes one of 512.
        ReadOnlySpan<byte> signature = [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0d, 0x0a, 0x1a, 0x0a];
        var head = Head(4096);
        foreach (var at in (int[])[0, 512, 1024, 2048])
            if (head.Length >= at + 8 && head.AsSpan(at, 8).SequenceEqual(signature))
            {
                var file = H5File.OpenRead(Path);
                _file = file;
                return file;
            }
        return null;
    }

    public void Dispose() => _file?.Dispose();
}
