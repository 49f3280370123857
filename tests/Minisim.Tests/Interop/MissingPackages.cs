using System.Collections.Concurrent;
using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.TestHost;
using Microsoft.Testing.Platform.Messages;
using Microsoft.Testing.Platform.Services;

namespace Minisim.Tests.Interop;

/// <summary>Tests that need another program or a module skip where it is missing, and one closing line says how many, for want of which
/// packages, and how to get them. In CI (<c>CI=true</c>) nothing may be missing: the tests fail.</summary>
internal static class MissingPackages
{
    private static readonly ConcurrentDictionary<string, int> Skipped = new();

    /// <summary>Whether this run installs what it needs, so that nothing may be missing.</summary>
    public static bool IsCi => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Skips the running test for want of packages; fails it in CI.</summary>
    /// <param name="reason">What does not run, and what it said.</param>
    /// <param name="packages">Debian's names of what is missing.</param>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public static void Absent(string reason, params ReadOnlySpan<string> packages)
    {
        if (IsCi) Assert.Fail($"CI must have it: {reason}");
        Count(packages);
        Assert.Skip(packages.Length == 0 ? reason : $"needs {string.Join(", ", packages)}: {reason}");
    }

    /// <summary>Counts a test that goes without.</summary>
    internal static void Count(ReadOnlySpan<string> packages)
    {
        foreach (var package in packages) Skipped.AddOrUpdate(package, 1, (_, n) => n + 1);
    }

    /// <summary>The closing line; null if nothing was missing.</summary>
    public static string? ClosingLine() => ClosingLine(Skipped);

    internal static string? ClosingLine(IEnumerable<KeyValuePair<string, int>> skipped)
    {
        var ordered = skipped.OrderBy(s => s.Key, StringComparer.Ordinal).ToArray();
        if (ordered.Length == 0) return null;
        var packages = ordered.Where(s => s.Key != Pynwb.Package).Select(s => s.Key).ToArray();
        var how = new List<string>();
        if (packages.Length > 0) how.Add($"sudo apt-get install {string.Join(' ', packages)}");
        if (ordered.Any(s => s.Key == Pynwb.Package)) how.Add("sudo tests/interop/install-pynwb.sh");
        return $"for want of packages: {string.Join(", ", ordered.Select(s => $"{s.Key} ({s.Value} test{(s.Value == 1 ? "" : "s")})"))}. To run them too: {string.Join(" && ", how)}";
    }
}

/// <summary>Says the closing line when the last test is done: as one more skipped entry, the only thing that every way of running
/// tests shows.</summary>
public sealed class MissingPackagesReport : ITestSessionLifetimeHandler, IDataProducer
{
    private readonly IMessageBus _bus;

    private MissingPackagesReport(IMessageBus bus) => _bus = bus;

    /// <summary>Called by the entry point, see the project file.</summary>
    public static void AddExtensions(ITestApplicationBuilder builder, string[] _) =>
        builder.TestHost.AddTestSessionLifetimeHandler(services => new MissingPackagesReport(services.GetMessageBus()));

    public string Uid => nameof(MissingPackagesReport);
    public string Version => Engine.Version;
    public string DisplayName => "What was skipped for want of packages";
    public string Description => "Says at the end which packages would let more tests run.";
    public Type[] DataTypesProduced => [typeof(TestNodeUpdateMessage)];
    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public Task OnTestSessionStartingAsync(ITestSessionContext context) => Task.CompletedTask;

    public Task OnTestSessionFinishingAsync(ITestSessionContext context)
    {
        if (MissingPackages.ClosingLine() is not { } line) return Task.CompletedTask;
        var node = new TestNode { Uid = nameof(MissingPackagesReport), DisplayName = line, Properties = new PropertyBag(new SkippedTestNodeStateProperty("see above; everything else ran")) };
        return _bus.PublishAsync(this, new TestNodeUpdateMessage(context.SessionUid, node));
    }
}
