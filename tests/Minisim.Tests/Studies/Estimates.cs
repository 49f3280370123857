using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Minisim.Tests.Studies;

/// <summary>Results as a pipeline might write them.</summary>
internal static class Estimates
{
    /// <summary>An archive of numpy arrays with one square cell.</summary>
    public static byte[] OneCell(int height, int width)
    {
        var a = new double[height * width];
        for (var r = 40; r < 50; r++)
            for (var c = 40; c < 50; c++)
                a[r * width + c] = 1;
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("A.npy", CompressionLevel.Fastest).Open();
            var head = $"{{'descr': '<f8', 'fortran_order': False, 'shape': (1, {height}, {width}), }}".PadRight(117) + "\n";
            entry.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0]);
            entry.Write(Encoding.ASCII.GetBytes(head));
            entry.Write(MemoryMarshal.AsBytes(a.AsSpan()));
        }
        return buffer.ToArray();
    }
}
