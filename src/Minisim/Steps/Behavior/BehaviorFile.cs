using System.Buffers.Text;
using System.Text;
using Minisim.Numerics;

namespace Minisim.Steps;

/// <summary>A recorded path: read row by row, so that its length costs no memory.</summary>
internal static class BehaviorFile
{
    /// <summary>Most rows of a file: 100 h at 50 Hz are 18 million.</summary>
    public const int MaxRows = 20_000_000;
    private const double MostSeconds = 1e7;
    /// <summary>Farthest place, m.</summary>
    public const double MostMetres = 1e4;
    private const int LongestLine = 1 << 16;
    private const string Form = "The first line is t_s,x_m,y_m or t_s,x_m,y_m,heading_rad; every other has as many numbers, as 0.02,0.51,0.20.";

    /// <summary>What is wrong with a file, said once.</summary>
    /// <param name="Reason">What, and where.</param>
    /// <param name="Remedy">What to do.</param>
    public sealed record Fault(string Reason, string Remedy);

    private sealed class BadFile(string reason, string remedy) : Exception(reason)
    {
        public Fault Fault { get; } = new(reason, remedy);
    }

    /// <summary>What is wrong with a file for a recording of some length; null if nothing is.</summary>
    public static Fault? Find(string path, double seconds)
    {
        try
        {
            Walk(path, seconds, static (_, _, _, _) => { });
            return null;
        }
        catch (BadFile e)
        {
            return e.Fault;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new($"cannot be read: {e.Message}", "Give the path of a readable file.");
        }
    }

    /// <summary>The path every 20 ms, linearly between its rows: x, y and heading of every step, the heading NaN where the file has none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="seconds">Length of the recording.</param>
    /// <param name="extent">Of the whole path, beyond that time, too.</param>
    /// <exception cref="SpecException">The file cannot be used.</exception>
    public static float[] Read(string path, double seconds, out BehaviorTrack.Extent extent)
    {
        double left = double.MaxValue, bottom = double.MaxValue, right = double.MinValue, top = double.MinValue;
        var n = BehaviorTrack.StepsFor(seconds);
        var steps = new float[3 * n];
        var next = 0;
        double lastT = 0, lastX = 0, lastY = 0, lastHeading = 0;
        var first = true;
        try
        {
            Walk(path, seconds, (t, px, py, direction) =>
            {
                var angle = direction ?? double.NaN;
                (left, bottom, right, top) = (Math.Min(left, px), Math.Min(bottom, py), Math.Max(right, px), Math.Max(top, py));
                if (first) (lastT, lastX, lastY, lastHeading, first) = (t, px, py, angle, false);
                for (; next < n && next / BehaviorTrack.Hz <= t; next++)
                {
                    var share = t > lastT ? Math.Clamp((next / BehaviorTrack.Hz - lastT) / (t - lastT), 0, 1) : 1;
                    steps[3 * next] = (float)(lastX + share * (px - lastX));
                    steps[3 * next + 1] = (float)(lastY + share * (py - lastY));
                    steps[3 * next + 2] = (float)BehaviorTrack.Wrapped(lastHeading + share * BehaviorTrack.Wrapped(angle - lastHeading));
                }
                (lastT, lastX, lastY, lastHeading) = (t, px, py, angle);
            });
        }
        catch (BadFile e)
        {
            throw new SpecException([new Problem("behavior.path", $"\"{path}\"", e.Fault.Reason, e.Fault.Remedy)]);
        }
        for (; next < n; next++) (steps[3 * next], steps[3 * next + 1], steps[3 * next + 2]) = ((float)lastX, (float)lastY, (float)lastHeading);
        extent = new(left, bottom, right, top);
        return steps;
    }

    /// <summary>Steps as text, the same on every machine.</summary>
    public static string ToText(float[] steps)
    {
        var bytes = new byte[4 * steps.Length];
        for (var i = 0; i < steps.Length; i++) System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), steps[i]);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>The steps of a text, as many as a recording of some length needs; null if it is none or too short.</summary>
    public static float[]? Parse(string text, double seconds)
    {
        var steps = new float[3 * BehaviorTrack.StepsFor(seconds)];
        var bytes = new byte[text.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length < 4 * steps.Length) return null;
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = System.Buffers.Binary.BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4 * i));
            if (i % 3 < 2 && !(Math.Abs(steps[i]) <= MostMetres)) return null;
        }
        return steps;
    }

    /// <summary>The animal that followed a path.</summary>
    /// <param name="steps">x, y and heading of every step.</param>
    /// <param name="thresholdMS">Speed below which it has no direction, m/s.</param>
    /// <param name="arena">Where it can be; null = where it was.</param>
    public static BehaviorTrack Track(float[] steps, double thresholdMS, BehaviorTrack.Extent? arena)
    {
        var n = steps.Length / 3;
        double[] x = new double[n], y = new double[n], heading = new double[n], speed = new double[n];
        for (var i = 0; i < n; i++) (x[i], y[i], heading[i]) = (steps[3 * i], steps[3 * i + 1], steps[3 * i + 2]);
        // Trackers jitter: the speed is that over a fifth of a second.
        const int half = 5;
        var moves = 0.0;
        for (var i = 0; i < n; i++)
        {
            int from = Math.Max(0, i - half), to = Math.Min(n - 1, i + half);
            double dx = x[to] - x[from], dy = y[to] - y[from];
            speed[i] = to > from ? Math.Sqrt(dx * dx + dy * dy) * BehaviorTrack.Hz / (to - from) : 0;
            if (double.IsFinite(heading[i])) continue;
            if (speed[i] > thresholdMS) moves = PortableMath.Atan2(dy, dx);
            heading[i] = moves;
        }
        return new BehaviorTrack(x, y, speed, heading, null, arena ?? new(x.Min(), y.Min(), x.Max(), y.Max()));
    }

    private static void Walk(string path, double seconds, Action<double, double, double, double?> row)
    {
        switch (InputFile.KindOf(path))
        {
            case PathKind.Missing: throw new BadFile("there is no such file.", "Check the path; a relative one counts from the folder of the spec file.");
            case PathKind.File: break;
            default: throw new BadFile("is no regular file.", "Give the path of a CSV file.");
        }
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var blocks = new InputBlocks(file);
        blocks.SkipMark();
        if (!blocks.Line(LongestLine, out var length)) throw new BadFile("the file is empty.", Form);
        var names = Encoding.UTF8.GetString(Text(blocks, length, 1)).Trim().Split(',').Select(s => s.Trim().Trim('"')).ToArray();
        if (!(names is ["t_s", "x_m", "y_m"] or ["t_s", "x_m", "y_m", "heading_rad"]))
            throw new BadFile($"line 1: the columns are \"{ProblemList.Shorten(string.Join(",", names))}\".", Form);
        blocks.SkipLine(length);
        Span<double> values = stackalloc double[4];
        double last = double.NegativeInfinity, start = 0;
        var rows = 0;
        for (long number = 2; blocks.Line(LongestLine, out length); number++, blocks.SkipLine(length))
        {
            var line = Text(blocks, length, number);
            if (line.Trim(" \t"u8).IsEmpty) continue;
            if (++rows > MaxRows) throw new BadFile($"has more than {MaxRows} rows.", "Thin it: 50 rows a second are enough.");
            Parse(line, number, names.Length, isEnded: blocks.Rest.Length > length, values);
            var t = values[0];
            if (t < 0 || t > MostSeconds) throw Bad(number, $"t_s = {Text(t)} lies outside of 0 to {Text(MostSeconds)} s.", "Times are seconds from the first frame of the recording.");
            if (t <= last) throw Bad(number, $"t_s = {Text(t)} does not come after {Text(last)}, the time of the row before.", "Sort the rows by time, and keep each time once.");
            if (Math.Max(Math.Abs(values[1]), Math.Abs(values[2])) > MostMetres) throw Bad(number, $"the place ({Text(values[1])}, {Text(values[2])}) is farther away than {Text(MostMetres)} m.", "Places are in metres.");
            if (rows == 1) start = t;
            last = t;
            row(t, values[1], values[2], names.Length == 4 ? BehaviorTrack.Wrapped(values[3]) : null);
        }
        if (rows < 2) throw new BadFile(rows == 0 ? "has no row below its header." : "has a single row.", Form);
        const double slack = 0.1;
        if (start > slack) throw new BadFile($"the path begins at {Text(start)} s, after the recording does.", "Times are seconds from the first frame; shift them, or add a row at 0.");
        if (last < seconds - slack)
            throw new BadFile($"the path ends at {Text(last)} s, before the recording, which takes {Text(seconds)} s.", $"Lower acquisition.duration_s to {Text(Math.Floor(last * 10) / 10)}, or add rows.");
    }

    private static void Parse(ReadOnlySpan<byte> line, long number, int columns, bool isEnded, Span<double> values)
    {
        var rest = line;
        for (var c = 0; c < columns; c++)
        {
            var comma = rest.IndexOf((byte)',');
            if (comma < 0 != (c == columns - 1))
            {
                var found = line.Count((byte)',') + 1;
                throw Bad(number, $"has {found} values for {columns} columns: \"{ProblemList.Shorten(Encoding.UTF8.GetString(line))}\".",
                    line.Contains((byte)';') || found == 2 * columns ? "Write decimal points, and commas between the columns only." : !isEnded ? "The file is cut off, or its last line is; write it whole." : Form);
            }
            var field = (comma < 0 ? rest : rest[..comma]).Trim(" \t\""u8);
            if (!Utf8Parser.TryParse(field, out double value, out var used) || used != field.Length || !double.IsFinite(value))
                throw Bad(number, $"\"{ProblemList.Shorten(Encoding.UTF8.GetString(field))}\" is not a finite number.", "Leave rows out in which the animal was not seen: between its neighbours the path is straight.");
            values[c] = value;
            rest = comma < 0 ? [] : rest[(comma + 1)..];
        }
    }

    private static BadFile Bad(long number, string reason, string remedy) => new(FormattableString.Invariant($"line {number}: {reason}"), remedy);

    private static ReadOnlySpan<byte> Text(InputBlocks blocks, int length, long number)
    {
        if (length > LongestLine) throw new BadFile(FormattableString.Invariant($"line {number} is longer than {LongestLine} bytes."), "This is no table of numbers.");
        var line = blocks.Rest[..length];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private static string Text(double value) => FormattableString.Invariant($"{value:0.######}");
}
