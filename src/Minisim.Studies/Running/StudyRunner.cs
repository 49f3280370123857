using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Minisim.Formats;

namespace Minisim.Studies;

/// <summary>Works on the units of a study until none is left. Any number of processes, on any number of machines, may do so in one
/// folder.</summary>
public static class StudyRunner
{
    /// <summary>Runs a study: what is done already in the folder is not done again.</summary>
    /// <param name="study">The study.</param>
    /// <param name="folder">Folder of the results.</param>
    /// <param name="options">Jobs, cache, progress, cancellation.</param>
    /// <exception cref="StudyException">A combination of values breaks a spec, or the folder holds something else.</exception>
    /// <exception cref="RecordingWriteException">The folder or the cache cannot be written; what is done stays.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; what is done stays.</exception>
    public static StudySummary Run(Study study, string folder, StudyRunOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(study);
        return new StudyWorker(Prepared(() => StudyFolder.Prepare(study, folder), folder), options ?? new()).Run();
    }

    /// <summary>Prepares a folder for workers without doing any unit.</summary>
    /// <returns>Number of units.</returns>
    public static int Prepare(Study study, string folder) => Prepared(() => StudyFolder.Prepare(study, folder), folder).Plan.Units.Count;

    /// <summary>Works on a study whose folder was prepared, on the same or another machine.</summary>
    public static StudySummary Work(string folder, StudyRunOptions? options = null) => new StudyWorker(StudyFolder.Open(folder), options ?? new()).Run();

    private static StudyFolder Prepared(Func<StudyFolder> prepare, string folder)
    {
        try
        {
            return prepare();
        }
        catch (Exception e) when (e is IOException and not RecordingWriteException or UnauthorizedAccessException)
        {
            throw new RecordingWriteException(folder, 0, e.Message.TrimEnd('.') + ".", "Make room or give access, or name another folder.", e);
        }
    }
}
