using System.Globalization;
using System.Text;
using Minisim.Truth;

namespace Minisim.Studio.Stream;

/// <summary>The truth of a recording, frame by frame.</summary>
internal sealed class TruthRows
{
    private readonly double[]? _c, _s, _shifts;
    private readonly int _units, _frames;

    public TruthRows(GroundTruth truth)
    {
        _units = truth.NUnits;
        _frames = truth.C?.Shape[1] ?? truth.S?.Shape[1] ?? 0;
        _c = truth.C?.ToDoubles();
        _s = truth.S?.ToDoubles();
        _shifts = truth.Shifts?.ToDoubles();
    }

    /// <summary><c>{"frame", "movie_frame", "scheduled_s", "sent_s", "late", "shift_px": [dy, dx], "spikes": [[unit, n], …], "c": […]}</c>;
    /// what the recording has not is left out.</summary>
    public string Line(LiveFrame frame)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{{\"frame\":{frame.Number},\"movie_frame\":{frame.MovieFrame},\"scheduled_s\":{frame.Scheduled:0.000000},\"sent_s\":{frame.Sent:0.000000},\"late\":{frame.LateSoFar}");
        if (_shifts is not null) line.Append(CultureInfo.InvariantCulture, $",\"shift_px\":[{_shifts[2 * frame.MovieFrame]:0.####},{_shifts[2 * frame.MovieFrame + 1]:0.####}]");
        if (_s is not null)
        {
            line.Append(",\"spikes\":[");
            var first = true;
            for (var u = 0; u < _units; u++)
                if (_s[u * (long)_frames + frame.MovieFrame] is > 0 and var n)
                {
                    line.Append(CultureInfo.InvariantCulture, $"{(first ? "" : ",")}[{u},{n:0}]");
                    first = false;
                }
            line.Append(']');
        }
        if (_c is not null)
        {
            line.Append(",\"c\":[");
            for (var u = 0; u < _units; u++) line.Append(CultureInfo.InvariantCulture, $"{(u == 0 ? "" : ",")}{_c[u * (long)_frames + frame.MovieFrame]:0.####}");
            line.Append(']');
        }
        return line.Append('}').ToString();
    }
}
