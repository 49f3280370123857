using System.Globalization;
using System.Text;

namespace Minisim.Studies;

/// <summary>One row of results: a pipeline with its parameters on a recording.</summary>
public sealed class StudyResult
{
    internal StudyResult(StudyUnit unit, UnitRecord record) => (Unit, Record) = (unit, record);

    internal UnitRecord Record { get; }
    /// <summary>The unit: recording with its axis values, pipeline, parameters.</summary>
    public StudyUnit Unit { get; }
    /// <summary>Whether it is done or failed.</summary>
    public UnitStatus Status => Record.Status;
    /// <summary>Why it failed; null if it is done.</summary>
    public string? Message => Record.Message;
    /// <summary>A scalar of the score by its column, e.g. <c>recall</c>; NaN where it is not known.</summary>
    public double this[string column] => Record[column];
    /// <summary>Time of simulating the recording, where this unit's worker did, s; else NaN.</summary>
    public double SimulateS => Record.SimulateS;
    /// <summary>Time of the pipeline, s.</summary>
    public double PipelineS => Record.PipelineS;
    /// <summary>Time of scoring, s.</summary>
    public double ScoreS => Record.ScoreS;
    /// <summary>Largest resident memory of the pipeline, MB; NaN for what is built in.</summary>
    public double PeakMemoryMb => Record.PeakMb;
}
