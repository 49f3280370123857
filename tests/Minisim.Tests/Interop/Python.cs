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
                Absent($"{Interpreter} has no {module}: {reason}");
    }

    /// <summary>Skips the test where a program is missing; fails it in CI.</summary>
    public static void NeedProgram(string program)
    {
        if (Missing.GetOrAdd("program " + program, _ => Try(program, "-version")) is { } reason) Absent($"{program} does not run: {reason}");
    }

    public static void Absent(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"CI must have it: {reason}");
        Assert.Skip(reason);
    }

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
