using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Minisim.Benchmarks;
using Minisim.Formats;
using Minisim.Rendering;
using Minisim.Truth;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim bench</c>: where the time and the memory of a spec go on this machine.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var input = new SpecInput();
        var threads = new Option<int>("--threads") { Description = "Threads to compare with one. Default: one per processor.", HelpName = "N" };
        var whole = new Option<bool>("--whole") { Description = "Instead of the breakdown, simulate the whole recording once into memory and say how long it took." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress." };
        var json = new Option<bool>("--json") { Description = "Print the breakdown as JSON, for programs. Times in ns or s, memory in bytes." };
        var timeline = new Option<string>("--timeline") { Description = "Instead of the breakdown, simulate the whole recording once into a file beside this one, which is removed again, and draw what every thread did when: blocks rendered and written, flushes, waits. PNG, SVG or PDF by its ending.", HelpName = "FILE" };
        var format = new Option<string>("--format") { Description = "Format of the recording of --timeline.", HelpName = "NAME", DefaultValueFactory = _ => "avi" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the picture of --timeline if it exists." };
        var force = new Option<bool>("--force") { Description = "Begin --timeline even where the machine seems too small for the recording." };
        var command = new ExampleCommand("bench", "Measure where the time and the memory of a spec go on this machine: compiling step by step, every stage of the renderer beside what the machine can do at the best, threads, and the time to expect. Renders a few frames and writes nothing.",
            "minisim bench ca1.json",
            "minisim bench ca1.json --threads 4 --set acquisition.duration_s=600",
            "minisim bench ca1.json --whole",
            "minisim bench ca1.json --timeline run.png --format zarr")
        {
            threads, whole, timeline, format, overwrite, force, quiet, json,
        };
        input.AddTo(command);
        command.SetLongAction((result, cancellation) =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (result.GetValue(threads) < 0) throw new UsageException($"--threads {result.GetValue(threads)}: must be 0 (one per processor) or more.");
            if (result.GetValue(whole) && result.GetValue(json)) throw new UsageException("--json prints the breakdown, --whole has none: give one of them.");
            if (result.GetValue(timeline) is null && result.GetResult(format) is { Implicit: false }) throw new UsageException("--format is that of the recording of --timeline: give both or none.");
            if (result.GetValue(timeline) is not null && (result.GetValue(whole) || result.GetValue(json))) throw new UsageException("--timeline draws one run: leave --whole and --json out.");
            var spec = input.Load(result, out var warnings);
            Terminal.Warn(stderr, [.. warnings, .. RunGuard.Crowd(spec)]);
            var options = new SimulateOptions { Threads = result.GetValue(threads) };
            if (result.GetValue(whole))
            {
                using var sink = new MemorySink();
                long Bytes() => sink.Recording.Observed is var m ? (long)m.Frames * m.Height * m.Width * m.PixelType.Bytes() : 0;
                stdout.WriteLine($"{input.Name(result)}: {Simulation.Run(spec, [sink], options, new RunProgress(stderr, result.GetValue(quiet)), Bytes, cancellation)}");
                return ExitCode.Ok;
            }
            if (result.GetValue(timeline) is { } picture)
            {
                PictureTarget.Checked(picture, result.GetValue(overwrite));
                var written = RecordingFormats.Find(picture, result.GetValue(format));
                if (!RunGuard.MayBegin(RunNeeds.Of(spec, [written], options.ResolvedThreads), RunGuard.Free(picture), result.GetValue(force), "--force", stderr, OutputOptions.Asks(result.GetValue(quiet), stderr)))
                {
                    stderr.WriteLine("not begun.");
                    return ExitCode.Interrupted;
                }
                BenchTimeline.Run(spec, picture, written, result.GetValue(overwrite), options, new RunProgress(stderr, result.GetValue(quiet)), cancellation).Write(stdout);
                return ExitCode.Ok;
            }
            var measured = SpecBenchmark.Run(spec, options, cancellation);
            if (result.GetValue(json)) stdout.WriteLine(Json(input.Name(result), measured));
            else Report(spec, measured).Write(stdout);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Sheet Report(Spec spec, SpecBenchmark b)
    {
        var sheet = new Sheet();
        sheet.Section("Machine")
            .Row("processor", $"{b.Machine.Processor}, {b.Machine.Processors} logical, vectors of {b.Machine.VectorBits} bits")
            .Row("system", $"{b.Machine.System}, {b.Machine.Runtime}, minisim {Engine.Version} (model {Engine.ModelVersion})")
            .Row("memory copy", $"{b.Ceilings.CopyNsPerByte,7:0.000} ns per byte");
        foreach (var w in b.Ceilings.Widths)
            sheet.Row($"{w.Bits} bit", $"{w.MultiplyAddNs,7:0.000} ns per multiply-add, {w.RandomWordNs:0.000} ns per random word (ARS)");

        sheet.Section("Compiling, ms");
        foreach (var (step, time) in b.CompileTimes) sheet.Row(step, $"{time.TotalMilliseconds,7:0.0}");
        sheet.Row("total", $"{b.CompileTime.TotalMilliseconds,7:0.0}  for {b.Cells} cells");

        sheet.Section("Rendering, ns per pixel and frame, one thread");
        foreach (var stage in b.Stages) sheet.Row(stage.Name, Cost(stage.Ns, stage.LimitNs));
        sheet.Row("whole chain", Cost(b.OneThreadNs, b.Stages.Sum(s => s.LimitNs ?? 0)));
        sheet.Row(b.Threads == 1 ? "1 thread" : FormattableString.Invariant($"{b.Threads} threads"), $"{b.AllThreadsNs,7:0.000}  {b.OneThreadNs / b.AllThreadsNs:0.00} × one thread");

        var (frames, height, width) = b.Shape;
        var expected = (b.CompileTime + b.ExpectedRendering).TotalSeconds;
        sheet.Section("The recording")
            .Row("expected time", $"{expected,7:0.00} s for {frames} frames of {height} × {width} px ({frames / spec.Acquisition.Fps / expected:0.0} × real time), without start-up and writing")
            .Row("memory", $"{b.PeakBytes / (double)(1 << 20),7:0} MiB at most, without what the format holds")
            .Row("allocated", $"{b.AllocatedPerFrame,7:0} B per frame once under way")
            .Row("measured on", $"{b.MeasuredFrames,7} of its frames");
        return sheet;
    }

    private static FormattableString Cost(double ns, double? limit)
    {
        // A difference below its limit is noise, and its ratio says nothing.
        if (limit is not > 0) return $"{ns,7:0.000}";
        if (ns < limit) return $"{ns,7:0.000}  limit {limit:0.000}";
        return $"{ns,7:0.000}  limit {limit:0.000}, {ns / limit:0.0} ×";
    }

    private static string Json(string path, SpecBenchmark b)
    {
        using var buffer = new MemoryStream();
        using (var w = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            w.WriteStartObject();
            w.WriteString("file", path);
            w.WriteString("version", Engine.Version);
            w.WriteNumber("model_version", Engine.ModelVersion);
            w.WriteStartObject("machine");
            w.WriteString("processor", b.Machine.Processor);
            w.WriteNumber("processors", b.Machine.Processors);
            w.WriteNumber("vector_bits", b.Machine.VectorBits);
            w.WriteString("system", b.Machine.System);
            w.WriteString("runtime", b.Machine.Runtime);
            w.WriteNumber("copy_ns_per_byte", b.Ceilings.CopyNsPerByte);
            w.WriteStartArray("vectors");
            foreach (var v in b.Ceilings.Widths)
            {
                w.WriteStartObject();
                w.WriteNumber("bits", v.Bits);
                w.WriteNumber("multiply_add_ns", v.MultiplyAddNs);
                w.WriteNumber("random_word_ns", v.RandomWordNs);
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteEndObject();
            w.WriteNumber("cells", b.Cells);
            w.WriteNumber("frames", b.Shape.Frames);
            w.WriteNumber("height", b.Shape.Height);
            w.WriteNumber("width", b.Shape.Width);
            w.WriteNumber("measured_frames", b.MeasuredFrames);
            w.WriteStartArray("compile");
            foreach (var (step, time) in b.CompileTimes)
            {
                w.WriteStartObject();
                w.WriteString("step", step);
                w.WriteNumber("s", time.TotalSeconds);
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteStartArray("stages");
            foreach (var stage in b.Stages)
            {
                w.WriteStartObject();
                w.WriteString("name", stage.Name);
                w.WriteNumber("ns", stage.Ns);
                if (stage.LimitNs is { } limit) w.WriteNumber("limit_ns", limit);
                else w.WriteNull("limit_ns");
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteNumber("one_thread_ns", b.OneThreadNs);
            w.WriteNumber("threads", b.Threads);
            w.WriteNumber("all_threads_ns", b.AllThreadsNs);
            w.WriteNumber("expected_s", (b.CompileTime + b.ExpectedRendering).TotalSeconds);
            w.WriteNumber("allocated_per_frame", b.AllocatedPerFrame);
            w.WriteNumber("peak_bytes", b.PeakBytes);
            w.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
