using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Minisim.Tests.Interop;

/// <summary>Debian's Python and the scripts of tests/interop.</summary>
internal static class Python
{
    private const string Interpreter = "/usr/bin/python3";
    private static readonly ConcurrentDictionary<string, string?> Missing = new();

    /// <summary>Skips the test where a module is missing; fails it in CI, where none may be.</summary>
    public static void Need(params string[] modules)
    {
        foreach (var module in modules)
            if (Missing.GetOrAdd(module, m => Try(Interpreter, "-c", $"import {m}")) is { } reason)
                MissingPackages.Absent($"{Interpreter} has no {module}: {reason}", PackageOf(module));
    }

    /// <summary>Skips the test where a program is missing; fails it in CI.</summary>
    public static void NeedProgram(string program)
    {
        if (Missing.GetOrAdd("program " + program, _ => Try(program, "-version")) is { } reason)
            MissingPackages.Absent($"{program} does not run: {reason}", program switch { "ffprobe" => "ffmpeg", "identify" or "convert" or "compare" => "imagemagick", _ => program });
    }

    /// <summary>Debian's package of a module.</summary>
    public static string PackageOf(string module) => module switch { "cv2" => "python3-opencv", "PIL" => "python3-pil", "pty" => "python3", _ => $"python3-{module.Split('.')[0]}" };

    /// <summary>Skips the test for want of something that no package is named for; fails it in CI.</summary>
    public static void Absent(string reason, params ReadOnlySpan<string> packages) => MissingPackages.Absent(reason, packages);

    /// <summary>Runs a script of tests/interop and parses what it prints.</summary>
    public static JsonElement Script(string name, params string[] arguments) =>
        JsonDocument.Parse(Run(Interpreter, [Path.Combine(AppContext.BaseDirectory, "interop", name), .. arguments])).RootElement;

    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Result}");
    }

    private static string? Try(string program, params string[] arguments)
    {
        try
        {
            Run(program, arguments);
            return null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return e.Message;
        }
    }
}
