using System.CommandLine;
using System.Diagnostics;
using Minisim.Studio;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim studio</c>: a page to see, build and score recordings.</summary>
internal static class StudioCommand
{
    public static Command Create()
    {
        var open = new Argument<string?>("SPEC.json|REC.zarr") { Description = "What the page opens with.", Arity = ArgumentArity.ZeroOrOne };
        var port = new Option<int?>("--port") { Description = $"Port on 127.0.0.1. Default: {StudioOptions.UsualPort}, or any that is free.", HelpName = "N" };
        var root = new Option<string>("--root") { Description = "The only folder in which files are read and written. Default: the one you are in.", HelpName = "DIR", DefaultValueFactory = _ => "." };
        var noBrowser = new Option<bool>("--no-browser") { Description = "Print the address only." };
        var command = new ExampleCommand("studio", "Open a page in which recordings are built, seen, scored and explained.",
            "minisim studio",
            "minisim studio ca1.json --root ~/recordings",
            "minisim studio --port 9000 --no-browser")
        {
            open, port, root, noBrowser,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (result.GetValue(port) is < 0 or > 65535) throw new UsageException($"--port {result.GetValue(port)}: must be from 0 (any) to 65535.");
            if (!StudioServer.HasPage) throw new UsageException(StudioServer.HowToGetPage);
            var folder = result.GetRequiredValue(root);
            await using var studio = await StudioServer.StartAsync(new StudioOptions { Root = folder, Port = result.GetValue(port), Open = Inside(folder, result.GetValue(open)) }, cancellation);
            stdout.WriteLine(studio.Address);
            await stdout.FlushAsync(cancellation);
            if (!result.GetValue(noBrowser) && !TryOpen(studio.Address)) stderr.WriteLine("Open this address in a browser. Ctrl-C ends the studio.");
            await studio.RunAsync(cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    // Named from where the user is, served from the root.
    private static string? Inside(string root, string? path) => path is null ? null : Path.GetRelativePath(Path.GetFullPath(root), Path.GetFullPath(path)).Replace(Path.DirectorySeparatorChar, '/');

    private static bool TryOpen(Uri address)
    {
        try
        {
            using var browser = OperatingSystem.IsLinux()
                ? Environment.GetEnvironmentVariable("DISPLAY") is null && Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is null ? null : Process.Start(new ProcessStartInfo("xdg-open", [address.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true })
                : Process.Start(new ProcessStartInfo(address.ToString()) { UseShellExecute = true });
            return browser is not null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
