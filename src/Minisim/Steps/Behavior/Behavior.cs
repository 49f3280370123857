using Minisim.Numerics;
using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>What the animal does: it runs along a track, explores a field, or follows a recorded path. Cells, brain motion, neuropil and blood can
/// follow it.</summary>
/// <remarks>Simulated at 50 Hz whatever the frame rate, so that the same animal is seen at any. Before the start it stands where it starts. Speeds and
/// times without a source are choices; the open field's are those that RatInABox fitted to rats.</remarks>
public sealed partial record Behavior : Step
{
    /// <summary>Where it moves.</summary>
    public BehaviorArena Arena { get; init; } = BehaviorArena.Linear;
    /// <summary>Length of the track or field, m.</summary>
    [Positive(1000), Unit("m")] public double LengthM { get; init; } = 1;
    /// <summary>Width of the field, m.</summary>
    [Positive(1000), Unit("m")] public double WidthM { get; init; } = 0.5;
    /// <summary>Mean speed of a lap away from the ends of the track, m/s.</summary>
    [Positive(10), Unit("m/s")] public double LapSpeedM_S { get; init; } = 0.2;
    /// <summary>Coefficient of variation of that speed from lap to lap (lognormal); 0 also stills the wander within a lap.</summary>
    [Range(0, 2)] public double LapSpeedCv { get; init; } = 0.25;
    /// <summary>Mean pause at the ends of the track, s: 0.5 s and an exponential time.</summary>
    [NonNegative(3600), Unit("s")] public double RewardPauseS { get; init; } = 3;
    /// <summary>Scale of the speed in the open field, m/s: the speed is Rayleigh-distributed with mean <c>σ·√(π/2)</c>.</summary>
    [Positive(10), Unit("m/s")] public double SpeedSigmaM_S { get; init; } = 0.08;
    /// <summary>Time constant of the speed, s.</summary>
    [Positive(3600), Unit("s")] public double SpeedTauS { get; init; } = 0.7;
    /// <summary>Standard deviation of the turning rate, °/s.</summary>
    [NonNegative(3600), Unit("°/s")] public double TurnStdDegS { get; init; } = 120;
    /// <summary>Time constant of the turning rate, s.</summary>
    [Positive(3600), Unit("s")] public double TurnTauS { get; init; } = 0.08;
    /// <summary>Mean time at rest in the open field, s; 0 = it never rests.</summary>
    [NonNegative(3600), Unit("s")] public double RestDwellS { get; init; } = 4;
    /// <summary>Mean time of movement in the open field, s.</summary>
    [Positive(3600), Unit("s")] public double MoveDwellS { get; init; } = 8;
    /// <summary>Recorded path of the arena "file": a CSV file with the columns t_s, x_m, y_m and, if known, heading_rad; null in the other arenas.</summary>
    /// <remarks>Comma-separated, decimal points, a header line, times ascending from 0 on (s), places in m. A relative path counts from the folder of the spec file, or else
    /// from the working folder. A recording keeps the path itself, so that its spec can be simulated again without the file.</remarks>
    public string? Path { get; init; }
    /// <summary>Extent of the arena "file": left, bottom, right, top, m; place fields lie in it. Null = that of the whole path in the file, also of what lies after the end of the recording.</summary>
    [Extension, Unit("m")] public ValueList<double>? ExtentM { get; init; }
    /// <summary>The path itself, kept by a recording: base64 of x, y (m) and heading (rad) as 32-bit floats every 20 ms.</summary>
    [Extension] public string? Kept { get; init; }
    /// <summary>Speed below which the animal counts as at rest in analyses, m/s.</summary>
    [NonNegative(10), Unit("m/s")] public double LocomotionThresholdM_S { get; init; } = 0.02;

    internal override Step FilesFrom(string folder) => Kept is null && Path is not null ? this with { Path = InputFiles.Rooted(folder, Path) } : this;

    internal override Step FilesKept(Spec spec) => Arena == BehaviorArena.File && Kept is null && Path is { Length: > 0 }
        ? WithPath(Path, spec.Acquisition.NFrames() / spec.Acquisition.Fps)
        : this;

    private Behavior WithPath(string path, double seconds)
    {
        var steps = BehaviorFile.Read(path, seconds, out var extent);
        return this with { Path = System.IO.Path.GetFileName(path), Kept = BehaviorFile.ToText(steps), ExtentM = ExtentM ?? [extent.Left, extent.Bottom, extent.Right, extent.Top] };
    }

    internal override void Check(Spec spec, ProblemList problems)
    {
        var here = PathIn(spec);
        if (Arena != BehaviorArena.File)
        {
            if (ExtentM is not null) problems.Error($"{here}.extent_m", null, $"the arena \"{ChoiceNames.Text(Arena)}\" has {(Arena == BehaviorArena.Linear ? "length_m" : "length_m and width_m")}.", "Leave extent_m out.");
            if (Path is not null || Kept is not null) problems.Error($"{here}.path", $"\"{Path}\"", $"it would be ignored, because arena is \"{ChoiceNames.Text(Arena)}\".", "Set arena to \"file\", or leave path out.");
            if (spec.Acquisition.DurationS * BehaviorTrack.Hz > 1 << 28)
                problems.Error("acquisition.duration_s", FormattableString.Invariant($"{spec.Acquisition.DurationS}"), "the behaviour of so long a recording takes more than 2^28 steps of 20 ms.", "Lower duration_s, or simulate several sessions.");
            return;
        }
        if (ExtentM is { } extent && !(extent is [var left, var bottom, var right, var top] && left <= right && bottom <= top && extent.All(m => Math.Abs(m) <= BehaviorFile.MostMetres)))
            problems.Error($"{here}.extent_m", FormattableString.Invariant($"[{string.Join(", ", extent)}]"), FormattableString.Invariant($"it is no rectangle within {BehaviorFile.MostMetres:0} m."), "Give left, bottom, right and top in m, as [0, 0, 1, 0.5], or leave it out.");
        var shape = RecordShape.Of(typeof(Behavior));
        foreach (var name in (ReadOnlySpan<string>)["length_m", "width_m"])
            if (shape.Find(name) is { } field && !Equals(field.Get(this), field.Default))
                problems.Warn($"{here}.{name}", SpecWriter.Text(field.Get(this)!, field.Shape), "a path that was recorded has the size that it has.", "Leave it out; extent_m says where the arena ends.");
        var seconds = spec.Acquisition.NFrames() / spec.Acquisition.Fps;
        if (Kept is { } kept)
        {
            if (BehaviorFile.Parse(kept, seconds) is null)
                problems.Error($"{here}.kept", null, FormattableString.Invariant($"it is no path of {seconds:0.##} s: {12L * BehaviorTrack.StepsFor(seconds)} bytes in base64 are needed."), "Give path again, or the duration that the recording had.");
        }
        else if (Path is not { Length: > 0 })
            problems.Error($"{here}.path", Path is null ? null : "\"\"", "the arena \"file\" needs the path of a CSV file.", "Give path, a file with the columns t_s,x_m,y_m.");
        else if (BehaviorFile.Find(Path, seconds) is { } problem)
            problems.Error($"{here}.path", $"\"{Path}\"", problem.Reason, problem.Remedy);
    }

    internal override StepOutput Compile(StepInputs inputs)
    {
        var (timeline, seed) = (inputs.Get<Timeline>(), inputs.Get<Seed>().Value);
        var seconds = timeline.Frames / timeline.FramesPerSecond;
        var track = Arena switch
        {
            BehaviorArena.Linear => Linear(seed, seconds),
            BehaviorArena.OpenField => OpenField(seed, seconds),
            _ => BehaviorFile.Track(BehaviorFile.Parse(Kept!, seconds)!, LocomotionThresholdM_S, ExtentM is [var left, var bottom, var right, var top] ? new(left, bottom, right, top) : null),
        };
        int frames = timeline.Frames;
        var fps = timeline.FramesPerSecond;
        double[] position = new double[2 * frames], speed = new double[frames], heading = new double[frames];
        var lap = new int[frames];
        for (var t = 0; t < frames; t++)
        {
            var time = (t + 0.5) / fps;
            (position[2 * t], position[2 * t + 1]) = (BehaviorTrack.At(track.X, time), BehaviorTrack.At(track.Y, time));
            (speed[t], heading[t], lap[t]) = (BehaviorTrack.At(track.Speed, time), track.HeadingAt(time), track.LapAt(time));
        }
        var output = new StepOutput().Give(track)
            .Publish("behavior_position_m", ["frame", "xy"], [frames, 2], "m", position, "place of the animal (x, y) in the middle of each frame")
            .Publish("behavior_speed_m_s", ["frame"], [frames], "m/s", speed, "speed of the animal in the middle of each frame")
            .Publish("behavior_head_direction_rad", ["frame"], [frames], "rad", heading, "head direction in the middle of each frame, 0 along +x")
            .Publish("behavior_locomotion", ["frame"], [frames], null, track.LocomotionPerFrame(frames, fps), "how far the animal is in locomotion, 0 to 1, in the middle of each frame");
        return track.Lap is null ? output : output.Publish("behavior_lap", ["frame"], [frames], null, lap, "number of the lap in the middle of each frame");
    }

    // The animal's usual speed is that of so long a time, however long the recording is.
    private const double UsualS = 600;

    // Draws: entity 0 wander within a lap, 1 speed of a lap, 2 pause after it, 3 and 4 the two parts of the speed, 5 turning rate, 6 dwells, 7 the start.
    internal BehaviorTrack Linear(ulong seed, double seconds)
    {
        const double dt = 1 / BehaviorTrack.Hz, least = 0.02;
        var n = BehaviorTrack.StepsFor(seconds);
        double[] x = new double[n], speed = new double[n], heading = new double[n];
        var lap = new int[n];
        var wander = Neuropil.OrnsteinUhlenbeck(Of(seed, 0), n, SpeedTauS * BehaviorTrack.Hz);
        var variance = PortableMath.Log(1 + LapSpeedCv * LapSpeedCv);
        double at = 0, pause = 0, lapSpeed = SpeedOf(0);
        var number = 0;
        for (var i = 0; i < n; i++)
        {
            var forward = number % 2 == 0;
            x[i] = forward ? at : LengthM - at;
            heading[i] = forward ? 0 : Math.PI;
            lap[i] = number;
            if (pause > 0)
            {
                pause -= dt;
                if (pause > 0) continue;
                at = 0;
                lapSpeed = SpeedOf(++number);
                continue;
            }
            // The middle of the step, so that the exponential slowing near the ends is met to second order.
            var v = SpeedAt(at + dt / 2 * SpeedAt(at, i), i);
            speed[i] = v;
            at += v * dt;
            if (at < LengthM) continue;
            at = LengthM;
            pause = RewardPauseS <= 0.5 ? RewardPauseS : 0.5 - (RewardPauseS - 0.5) * PortableMath.Log(1 - Of(seed, 2).Uniform((uint)number));
            pause = Math.Max(pause, dt);
        }
        return new BehaviorTrack(x, new double[n], speed, heading, lap, new(0, 0, LengthM, 0), () => Linear(seed, UsualS));

        double SpeedOf(int which) => LapSpeedM_S * PortableMath.Exp(Math.Sqrt(variance) * Of(seed, 1).Normal((uint)which) - variance / 2);

        double SpeedAt(double place, int step)
        {
            var ramp = Math.Clamp(Math.Min(place, LengthM - place) / 0.1, 0.1, 1);
            return Math.Max(lapSpeed * (1 + (LapSpeedCv > 0 ? 0.2 * wander[step] : 0)) * ramp, least);
        }
    }

    internal BehaviorTrack OpenField(ulong seed, double seconds)
    {
        const double dt = 1 / BehaviorTrack.Hz, restTauS = 0.3, headTauS = 0.15;
        var n = BehaviorTrack.StepsFor(seconds);
        double[] x = new double[n], y = new double[n], speed = new double[n], heading = new double[n];
        var u = Neuropil.OrnsteinUhlenbeck(Of(seed, 3), n, SpeedTauS * BehaviorTrack.Hz);
        var w = Neuropil.OrnsteinUhlenbeck(Of(seed, 4), n, SpeedTauS * BehaviorTrack.Hz);
        var turn = Neuropil.OrnsteinUhlenbeck(Of(seed, 5), n, TurnTauS * BehaviorTrack.Hz);
        Draws dwells = Of(seed, 6), start = Of(seed, 7);
        double px = LengthM * start.Uniform(0), py = WidthM * start.Uniform(1), theta = BehaviorTrack.Wrapped(2 * Math.PI * start.Uniform(2)), head = theta;
        var rests = RestDwellS > 0 && start.Uniform(3) < RestDwellS / (RestDwellS + MoveDwellS);
        double gate = rests ? 0 : 1, left = Dwell(0);
        double slow = -PortableMath.ExpM1(-dt / restTauS), nod = -PortableMath.ExpM1(-dt / headTauS);
        uint dwell = 0;
        for (var i = 0; i < n; i++)
        {
            for (; RestDwellS > 0 && left <= 0; left += Dwell(dwell))
            {
                rests = !rests;
                dwell++;
            }
            left -= dt;
            gate += slow * ((rests ? 0 : 1) - gate);
            (x[i], y[i]) = (px, py);
            speed[i] = gate * SpeedSigmaM_S * Math.Sqrt(u[i] * u[i] + w[i] * w[i]);
            head = BehaviorTrack.Wrapped(head + nod * BehaviorTrack.Wrapped(theta - head));
            heading[i] = head;
            theta = BehaviorTrack.Wrapped(theta + TurnStdDegS * Math.PI / 180 * turn[i] * dt);
            double dx = PortableMath.Cos(theta), dy = PortableMath.Sin(theta);
            (px, var turnedX) = Reflected(px + speed[i] * dt * dx, LengthM);
            (py, var turnedY) = Reflected(py + speed[i] * dt * dy, WidthM);
            if (turnedX) theta = BehaviorTrack.Wrapped(Math.PI - theta);
            if (turnedY) theta = BehaviorTrack.Wrapped(-theta);
        }
        return new BehaviorTrack(x, y, speed, heading, null, new(0, 0, LengthM, WidthM), () => OpenField(seed, UsualS));

        // At least a step, so that a field of dwells far shorter than one comes to an end.
        double Dwell(uint which) => Math.Max(dt / 16, -(rests ? RestDwellS : MoveDwellS) * PortableMath.Log(1 - dwells.Uniform(which)));
    }

    // A place beyond a wall, thrown back as often as it has to be; and whether the way along this axis is turned by it.
    private static (double Place, bool IsTurned) Reflected(double place, double length)
    {
        if (place >= 0 && place <= length) return (place, false);
        var folded = place - 2 * length * Math.Floor(place / (2 * length));
        return (folded <= length ? folded : 2 * length - folded, (long)Math.Floor(place / length) % 2 != 0);
    }

    private static Draws Of(ulong seed, uint entity) => new(seed, RandomStream.Behavior, entity);
}
