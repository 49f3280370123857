using Minisim.Formats.Hdf5.Reading;
using Minisim.Formats.Matlab;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Estimates;

/// <summary>A file or folder while it is looked at: what several layouts want to know is found out once.</summary>
internal sealed class EstimateSource : IDisposable
{
    private readonly Lazy<Hdf5File?> _hdf5;
    private readonly Lazy<MatFile?> _matlab;

    public EstimateSource(string path, ReadLimits limits)
    {
        (Path, Limits) = (path, limits);
        if (!IsFolder) ReadLimits.RequireFile(path);
        _hdf5 = new(() => IsFolder ? null : Hdf5File.Open(path, limits));
        _matlab = new(() => IsFolder ? null : Hdf5 is { } root ? MatFile.FromHdf5(root) : MatFile.OpenVersion5(path, limits));
    }

    public string Path { get; }

    public ReadLimits Limits { get; }

    public bool IsFolder => Directory.Exists(Path);

    /// <summary>The root group of an HDF5 file; null for anything else.</summary>
    public Hdf5Group? Hdf5 => _hdf5.Value?.Root;

    /// <summary>The variables of a MATLAB file, version 5 to 7.3, or of any HDF5 file seen as one; null for anything else.</summary>
    public MatFile? Matlab => _matlab.Value;

    /// <summary>Whether it is a MATLAB file before version 7.3.</summary>
    public bool IsMatlab5 => Hdf5 is null && Matlab is not null;

    /// <summary>Whether the file starts like a zip archive.</summary>
    public bool IsZip => !IsFolder && Head(4) is [(byte)'P', (byte)'K', 3 or 5, _];

    private byte[] Head(int count)
    {
        using var stream = File.OpenRead(Path);
        var head = new byte[count];
        var read = stream.ReadAtLeast(head, count, throwOnEndOfStream: false);
        return head[..read];
    }

    /// <summary>What is in it, for somebody who wonders why it is not known.</summary>
    public string Contents()
    {
        IEnumerable<string> names = IsFolder ? Directory.EnumerateFileSystemEntries(Path).Select(e => System.IO.Path.GetFileName(e)).Order(StringComparer.Ordinal).Take(100)
            : Matlab is { } variables ? variables.Names.Select(Variable)
            : IsZip ? ZipNames() : [];
        string[] clean = [.. names.Select(Hdf5File.Clean).Take(25)];
        if (clean.Length == 0 && Matlab is null && !IsZip && System.IO.Path.GetExtension(Path).Equals(".mat", StringComparison.OrdinalIgnoreCase))
            return " It is no MATLAB file of version 5 or later: save it again with -v7.";
        return clean.Length == 0 ? "" : $" It holds {string.Join(", ", clean.Take(24))}{(clean.Length > 24 ? ", …" : "")}.";

        string Variable(string name)
        {
            try
            {
                return $"{name} {variables[name]?.Describe()}".Trim();
            }
            catch (Exception e) when (EstimateReading.IsOfFile(e))
            {
                return name;
            }
        }
    }

    private List<string> ZipNames()
    {
        using var zip = System.IO.Compression.ZipFile.OpenRead(Path);
        return [.. zip.Entries.Take(100).Select(e => e.FullName)];
    }

    public void Dispose()
    {
        if (_hdf5.IsValueCreated) _hdf5.Value?.Dispose();
    }
}
