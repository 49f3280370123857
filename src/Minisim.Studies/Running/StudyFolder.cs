using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Minisim.Studies;

/// <summary>The folder of a study's results: what lies where.</summary>
internal sealed class StudyFolder
{
    private StudyFolder(string path, Study study, PlanFile plan) => (Path, Study, Plan) = (path, study, plan);

    public string Path { get; }
    public Study Study { get; }
    public PlanFile Plan { get; }

    public string Claims => In("claims");
    public string Workers => In("workers");
    public string Journals => In("journal");
    public string Logs => In("logs");
    public string Work => In("work");
    public string Pages => In("pages");
    public string Estimates => In("estimates");
    public string ResultsCsv => In("results.csv");
    public string ResultsParquet => In("results.parquet");
    public string CellsParquet => In("cells.parquet");

    public string LogOf(string unit) => System.IO.Path.Combine(Logs, $"{unit}.log");

    public string PageOf(string unit) => System.IO.Path.Combine(Pages, $"{unit}.html");

    public bool WantsPages => Study.Pages ?? Plan.Units.Count <= Study.MostPages;

    private string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Prepares a folder for a study: a new one, or one that holds results of it, also of an earlier version of its file.</summary>
    /// <exception cref="StudyException">The folder holds something else, or another study is at work in it.</exception>
    public static StudyFolder Prepare(Study study, string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var plan = PlanFile.Of(study.Plan());
        if (File.Exists(full)) throw new StudyException(path, null, "is a file.", "Name a folder for the results.");
        // In this order: somebody else may be preparing it, and what is there but for the plan comes after the plan.
        var hasMore = Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any(e => !IsOurs(System.IO.Path.GetFileName(e)));
        if (hasMore && !File.Exists(PlanPath(full)))
            throw new StudyException(path, null, "holds something else than a study's results.", "Name another folder, or an empty one.");
        var text = StudyWriter.Write(study);
        var folder = new StudyFolder(full, study, plan);
        if (File.Exists(PlanPath(full)) && PlanFile.FingerprintOf(PlanPath(full)) != plan.Fingerprint && folder.HasLiveWorker())
            throw new StudyException(path, null, "a run of another version of this study is at work here.", "Wait for it, stop it ('minisim study cancel'), or name another folder.");
        Directory.CreateDirectory(full);
        WriteWhole(System.IO.Path.Combine(full, "study.json"), text);
        if (!File.Exists(PlanPath(full)) || PlanFile.FingerprintOf(PlanPath(full)) != plan.Fingerprint) WriteWhole(PlanPath(full), plan.Text());
        return folder;
    }

    /// <summary>Opens a folder that was prepared.</summary>
    /// <exception cref="StudyException">It is none.</exception>
    public static StudyFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var file = System.IO.Path.Combine(full, "study.json");
        if (!File.Exists(file) || !File.Exists(PlanPath(full))) throw new StudyException(path, null, "is no folder of a study's results.", "Make one with 'minisim study run STUDY -o DIR'.");
        try
        {
            return new StudyFolder(full, StudyWriter.Read(File.ReadAllText(file)), PlanFile.Read(PlanPath(full)));
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or KeyNotFoundException or InvalidOperationException or FormatException or IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            throw new StudyException(path, null, $"its plan cannot be read: {ProblemList.Shorten(e.Message)}", "Run 'minisim study run STUDY -o DIR' again: what is done stays.");
        }
    }

    private static bool IsOurs(string name) => name is "study.json" or "workers" or "claims" or "journal" || name.EndsWith(".tmp", StringComparison.Ordinal);

    private static string PlanPath(string folder) => System.IO.Path.Combine(folder, "plan.jsonl");

    private bool HasLiveWorker()
    {
        if (!Directory.Exists(Workers)) return false;
        using var presence = new Presence(Workers);
        return presence.Others().Any(presence.IsAlive);
    }

    /// <summary>Writes a file that has its name only when it is whole.</summary>
    public static void WriteWhole(string path, string text) => WriteWhole(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        writer.Write(text);
    });

    /// <summary>Writes a file that has its name only when it is whole.</summary>
    public static void WriteWhole(string path, Action<Stream> write)
    {
        var staging = $"{path}.{Environment.ProcessId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}.tmp";
        try
        {
            using (var file = new FileStream(staging, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1 << 16)) write(file);
            File.Move(staging, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Formats.RecordingWriteException(path, 0, e.Message.TrimEnd('.') + ".", "Make room or give access, and run it again: what is done stays.", e);
        }
        finally
        {
            try
            {
                File.Delete(staging);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its name says that it is not to be trusted.
            }
        }
    }
}
