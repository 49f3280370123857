using BitMiracle.LibTiff.Classic;
using LibTiff = BitMiracle.LibTiff.Classic.Tiff;

namespace Minisim.Formats.Tiff;

/// <summary>The library speaks of errors on the console and returns false: here they are kept and thrown.</summary>
internal sealed class TiffErrors : TiffErrorHandler
{
    [ThreadStatic] private static string? _last;

    static TiffErrors() => LibTiff.SetErrorHandler(new TiffErrors());

    public static LibTiff Open(string path, Func<LibTiff?> open)
    {
        _last = null;
        return open() ?? throw Error(path);
    }

    public static void Check(string path, bool isGood)
    {
        if (!isGood) throw Error(path);
    }

    public static RecordingFormatException Error(string path) => new(path, $"is not handled by the TIFF library: {_last ?? "no reason given"}.", "The file is damaged, or of a kind that is not read here.");

    public override void ErrorHandler(LibTiff tif, string method, string format, params object[] args) => Keep(method, format, args);
    public override void ErrorHandlerExt(LibTiff tif, object clientData, string method, string format, params object[] args) { }
    public override void WarningHandler(LibTiff tif, string method, string format, params object[] args) { }
    public override void WarningHandlerExt(LibTiff tif, object clientData, string method, string format, params object[] args) { }

    private static void Keep(string method, string format, object[] args)
    {
        try
        {
            _last = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args).TrimEnd('.');
        }
        catch (FormatException)
        {
            _last = format;
        }
        if (!string.IsNullOrEmpty(method)) _last = $"{method}: {_last}";
    }
}
