namespace Minisim.Formats.Miniscope;

/// <summary>Names in a session folder.</summary>
/// <remarks>As Miniscope-DAQ-QT-Software (Aharoni lab) writes it: the session's metaData.json, and a folder of the device's name with
/// numbered videos of 1000 frames, their time stamps and the device's metaData.json. The older software had everything in
/// one folder, <c>msCam1.avi</c> and so on counted from one, and <c>timestamp.dat</c>.</remarks>
internal static class SessionLayout
{
    public const string Device = "Miniscope", TimeStamps = "timeStamps.csv", MetaData = "metaData.json", OldTimeStamps = "timestamp.dat";
    /// <summary>How the session folder is known again when it is to be replaced.</summary>
    public const string Mark = "minisim.json";
    public const int FramesPerFile = 1000;

    public static string Video(bool old, int index) => old ? $"msCam{index + 1}.avi" : Path.Combine(Device, $"{index}.avi");
    public static int Videos(int frames) => (frames + FramesPerFile - 1) / FramesPerFile;
}
