namespace Minisim.Steps;

/// <summary>Spikes that were given, as bins of every unit, ascending, packed: one or two bytes a spike.</summary>
internal sealed class GivenSpikes
{
    private readonly byte[] _packed;

    private GivenSpikes(byte[] packed, int units, long spikes) => (_packed, Units, Spikes) = (packed, units, spikes);

    public int Units { get; }
    public long Spikes { get; }

    /// <summary>The text that a spec keeps.</summary>
    public string ToText() => Convert.ToBase64String(_packed);

    /// <summary>What a spec has kept.</summary>
    /// <exception cref="SpikeFileException">It is damaged.</exception>
    public static GivenSpikes Parse(string text)
    {
        byte[] packed;
        try
        {
            packed = Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw Damaged("is no base64.");
        }
        var at = 0;
        long units = Number(packed, ref at), spikes = 0;
        if (units > SpecValidator.MaxCells) throw Damaged($"claims {units} units.");
        for (var unit = 0; unit < units; unit++)
        {
            var count = Number(packed, ref at);
            spikes += count;
            if (count > packed.Length) throw Damaged($"claims {count} spikes of unit {unit}.");
            long bin = 0;
            for (long i = 0; i < count; i++)
            {
                var step = Number(packed, ref at);
                bin = i == 0 ? Signed(step) : bin + step;
                if (Math.Abs(bin) > int.MaxValue / 2 || (i > 0 && step == 0)) throw Damaged("has a spike at an impossible time.");
            }
        }
        return at == packed.Length ? new GivenSpikes(packed, (int)units, spikes) : throw Damaged("has more bytes than spikes.");
    }

    /// <summary>Calls for every unit in turn with its bins; the span is valid during the call.</summary>
    public void ForEach(Action<int, ReadOnlySpan<int>> unit)
    {
        var at = 0;
        var units = Number(_packed, ref at);
        var bins = Array.Empty<int>();
        for (var u = 0; u < units; u++)
        {
            var count = (int)Number(_packed, ref at);
            if (bins.Length < count) bins = new int[Math.Max(count, 2 * bins.Length)];
            for (var i = 0; i < count; i++)
            {
                var step = Number(_packed, ref at);
                bins[i] = (int)(i == 0 ? Signed(step) : bins[i - 1] + step);
            }
            unit(u, bins.AsSpan(0, count));
        }
    }

    /// <summary>A place in a file: <c>line 17</c>, <c>spike_times[4]</c>. Made into text only for a message.</summary>
    internal readonly record struct Place(string Before, long Number, string After = "")
    {
        public override string ToString() => FormattableString.Invariant($"{Before}{Number}{After}");
    }

    private static SpikeFileException Damaged(string why) => new("kept", null, why, "Give the file instead, or take the spec from the recording again.");

    private static long Number(byte[] packed, ref int at)
    {
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (at >= packed.Length || shift > 42) throw Damaged("ends in the middle of a number.");
            var b = packed[at++];
            value |= (long)(b & 127) << shift;
            if (b < 128) return value;
        }
    }

    private static long Signed(long value) => (value & 1) == 0 ? value >> 1 : -(value >> 1) - 1;

    /// <summary>Collects spikes, those of different units in any order, those of one unit ascending.</summary>
    internal sealed class Builder(FineGrid grid, int mostUnits)
    {
        /// <summary>Most spikes that a spec keeps: as text they fit into a spec file.</summary>
        public const int MostSpikes = 1 << 24;

        private readonly List<Unit> _units = [];
        private long _spikes;

        /// <summary>Times that were left out.</summary>
        public long Dropped { get; private set; }
        /// <summary>Spikes that had to move to a free bin.</summary>
        public long Moved { get; private set; }
        /// <summary>Units so far.</summary>
        public int Units => _units.Count;

        /// <summary>Adds a spike.</summary>
        /// <param name="unit">Its unit, from 0.</param>
        /// <param name="timeS">Its time, s.</param>
        /// <param name="where">Which line or element it is, for messages.</param>
        /// <exception cref="SpikeFileException">The time or the unit is impossible.</exception>
        public void Add(double unit, double timeS, Place where)
        {
            if (!(unit >= 0) || unit != Math.Floor(unit)) throw Wrong(where, $"unit {Text(unit)}: units are whole numbers from 0.", "Number the units 0, 1, 2, … in the order of the cells.");
            if (unit >= mostUnits)
                throw Wrong(where, FormattableString.Invariant($"unit {unit}: there are {mostUnits} cells, so the last unit is {mostUnits - 1}."), "Place more cells (place_neurons), or leave units out.");
            if (!double.IsFinite(timeS)) throw Wrong(where, $"the time is {Text(timeS)}, which is no number of seconds.", "Leave such rows out.");
            if (Math.Abs(timeS) > 1e9) throw Wrong(where, $"the time is {Text(timeS)} s: no recording lasts 30 years.", "Give times in seconds from the start of the recording, not clock times or samples.");
            while (_units.Count <= (int)unit) _units.Add(new Unit());
            var to = _units[(int)unit];
            if (timeS < to.LastS)
                throw Wrong(where, $"unit {Text(unit)} has a spike at {Text(timeS)} s after one at {Text(to.LastS)} s.", "Sort the times of every unit.");
            to.LastS = timeS;
            // A bin may begin at 0.3333333 where the file says 0.33333333 s.
            var exact = timeS * grid.Hz;
            if (exact < grid.FirstBin || exact >= grid.EndBin)
            {
                Dropped++;
                return;
            }
            var bin = (int)Math.Floor(exact + 1e-6);
            if (to.Count > 0 && bin <= to.LastBin)
            {
                bin = to.LastBin + 1;
                Moved++;
            }
            if (bin >= grid.EndBin) return;
            if (++_spikes > MostSpikes)
                throw Wrong(where, $"more than {MostSpikes} spikes lie within the recording.", "Shorten the recording (duration_s), or simulate several sessions.");
            to.Add(bin);
        }

        /// <summary>At least that many units, the last of which may be silent.</summary>
        public void AtLeast(long units, string where)
        {
            if (units > mostUnits) throw new SpikeFileException("path", where, $"there are {units} units for {mostUnits} cells.", "Place more cells (place_neurons), or leave units out.");
            while (_units.Count < units) _units.Add(new Unit());
        }

        public GivenSpikes Build()
        {
            var packed = new List<byte>(checked((int)(_units.Sum(u => (long)u.Bytes) + 5L * _units.Count + 5)));
            Put(packed, _units.Count);
            foreach (var unit in _units)
            {
                Put(packed, unit.Count);
                packed.AddRange(unit.Packed);
            }
            return new GivenSpikes([.. packed], _units.Count, _spikes);
        }

        private static void Put(List<byte> to, long value)
        {
            for (; value > 127; value >>= 7) to.Add((byte)(value & 127 | 128));
            to.Add((byte)value);
        }

        private static string Text(double value) => FormattableString.Invariant($"{value}");

        private static SpikeFileException Wrong(Place where, string reason, string remedy) => new("path", where.ToString(), reason, remedy);

        private sealed class Unit
        {
            private byte[] _packed = [];

            public double LastS { get; set; } = double.NegativeInfinity;
            public int LastBin { get; private set; }
            public int Count { get; private set; }
            public int Bytes { get; private set; }
            public ReadOnlySpan<byte> Packed => _packed.AsSpan(0, Bytes);

            public void Add(int bin)
            {
                var step = Count == 0 ? bin >= 0 ? 2L * bin : -2L * bin - 1 : bin - LastBin;
                if (Bytes + 6 > _packed.Length) Array.Resize(ref _packed, Math.Max(16, _packed.Length * 3 / 2));
                for (; step > 127; step >>= 7) _packed[Bytes++] = (byte)(step & 127 | 128);
                _packed[Bytes++] = (byte)step;
                (LastBin, Count) = (bin, Count + 1);
            }
        }
    }
}

/// <summary>A file of spikes that cannot be used, told once: which field of the spec, where in the file, why, what to do.</summary>
internal sealed class SpikeFileException(string name, string? where, string reason, string remedy) : Exception(reason)
{
    public string Field => name;
    public string Reason { get; } = where is null ? reason : $"{where}: {reason}";
    public string Remedy => remedy;

    /// <summary>The same as a problem of a spec.</summary>
    public Problem ToProblem(string step, SpikeFile spikes) => new($"{step}.spikes.{Field}",
        ProblemList.Shorten(Field switch { "path" or "format" => $"\"{spikes.Path}\"", "sha256" => $"\"{spikes.Sha256}\"", _ => null }), Reason, Remedy);
}
