using System.Diagnostics;
using System.Globalization;
using Minisim.Studies;
using Minisim.Tests.Interop;
using Minisim.Tests.Studies;

namespace Minisim.Tests.Cluster;

/// <summary>A real Slurm on the loopback, of one node with two processors, that lives as long as it is held.</summary>
internal sealed class LoopbackSlurm : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minisim-slurm-").FullName;
    private readonly List<Process> _daemons = [];

    public string Configuration => Path.Combine(_folder, "slurm.conf");

    public LoopbackSlurm()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Slurm runs on Linux");
        foreach (var program in new[] { "/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged", "/usr/bin/sbatch" })
            if (!File.Exists(program))
                Python.Absent($"{program} is missing (Debian's slurm-wlm and munge)");
        if (Environment.UserName != "root") Assert.Skip("its daemons are started by root here");
        string D(string name) => Path.Combine(_folder, name);
        // The daemon of keys refuses folders that others may write.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.WriteAllBytes(D("key"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(1024));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(D("key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var name = Environment.MachineName.Split('.')[0];
        var (first, second) = (FreePort(), FreePort());
        foreach (var sub in new[] { "state", "spool" }) Directory.CreateDirectory(D(sub));
        File.WriteAllText(Configuration, $"""
            ClusterName=minisim
            SlurmctldHost={name}(127.0.0.1)
            SlurmctldPort={first}
            SlurmdPort={second}
            AuthType=auth/munge
            AuthInfo=socket={D("munge.socket")}
            CredType=cred/munge
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SlurmUser=root
            SlurmdUser=root
            StateSaveLocation={D("state")}
            SlurmdSpoolDir={D("spool")}
            SlurmctldPidFile={D("slurmctld.pid")}
            SlurmdPidFile={D("slurmd.pid")}
            SlurmctldLogFile={D("slurmctld.log")}
            SlurmdLogFile={D("slurmd.log")}
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            ReturnToService=2
            SchedulerParameters=sched_interval=1,batch_sched_delay=0
            KillWait=2
            MpiDefault=none
            JobCompType=jobcomp/none
            AccountingStorageType=accounting_storage/none
            NodeName={name} NodeAddr=127.0.0.1 CPUs=2 RealMemory=4000 State=UNKNOWN
            PartitionName=main Nodes={name} Default=YES MaxTime=INFINITE State=UP

            """);
        Start("/usr/sbin/munged", "--foreground", "--force", $"--socket={D("munge.socket")}", $"--key-file={D("key")}", $"--log-file={D("munged.log")}", $"--pid-file={D("munged.pid")}", $"--seed-file={D("munged.seed")}");
        Wait(() => File.Exists(D("munge.socket")), "munged");
        Start("/usr/sbin/slurmctld", "-D", "-f", Configuration);
        Start("/usr/sbin/slurmd", "-D", "-f", Configuration, "-N", name);
        Wait(() => Call("sinfo", "--noheader", "--format=%T").Output.Trim() is "idle" or "mixed", $"slurmctld and slurmd: {Read(D("slurmctld.log"))} {Read(D("slurmd.log"))}");
    }

    private static string Read(string path) => File.Exists(path) ? string.Join('\n', File.ReadLines(path).TakeLast(5)) : "no log";

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["SLURM_CONF"] = Configuration;
        var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        _daemons.Add(process);
    }

    public (int Code, string Output) Call(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["SLURM_CONF"] = Configuration;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    public static void Wait(Func<bool> isSo, string what, int seconds = 60)
    {
        var clock = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(seconds), $"{what}: not within {seconds} s");
            Thread.Sleep(100);
        }
    }

    public void Dispose()
    {
        // By their own numbers, the last started first.
        foreach (var process in Enumerable.Reverse(_daemons))
        {
            if (!process.HasExited) ChildSignal.Send(process, ChildSignal.Terminate);
            if (!process.WaitForExit(TimeSpan.FromSeconds(10))) process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Studies as array jobs of a real Slurm.</summary>
public class SlurmTests : StudyTest
{
    private static readonly int Kills = TestSettings.Full ? 30 : 4;

    private static readonly string Cli = Path.Combine(AppContext.BaseDirectory, "minisim-cli.dll");

    private (int Code, string Output) Minisim(LoopbackSlurm slurm, params string[] arguments) => slurm.Call("dotnet", [Cli, .. arguments]);

    private static string[] Submission(string study, string folder, string cache, params string[] more) =>
        ["study", "submit", study, "-o", folder, "--slurm", "--cache", cache, "--max-tasks", "4", "--cpus", "1", "--time", "10", "--partition", "main", .. more];

    [Fact]
    public void An_array_of_four_tasks_does_a_study_of_24_units_though_one_is_requeued_and_equals_the_local_run()
    {
        using var slurm = new LoopbackSlurm();
        File.WriteAllBytes(PathOf("est.npz"), Estimates.OneCell(128, 128));
        var study = Over("""{"oracle": {"builtin": "oracle"}, "copy": {"command": ["sh", "-c", "sleep 0.7; cp {study}/est.npz {out}"], "params": {"a": [1, 2]}}}""", "\"axes\": {\"seed\": {\"range\": [8]}}");
        Assert.Equal(24, study.Plan().Units.Count);
        Run(study, "local");

        var (code, output) = Minisim(slurm, [.. Submission(PathOf("study.json"), PathOf("out"), PathOf("cache")), "--", "--comment=minisim"]);
        Assert.True(code == 0, output);
        var job = Assert.Single(SlurmJob.JobsOf(PathOf("out")));
        Assert.Contains(job, output);
        var script = File.ReadAllText(PathOf("out/slurm.sh"));
        Assert.Contains("#SBATCH --array=1-4", script);
        Assert.Contains("study work", script);

        LoopbackSlurm.Wait(() => StudyStatus.Of(PathOf("out")).Done >= 3, "the first units");
        var status = Minisim(slurm, "study", "status", PathOf("out")).Output;
        Assert.Contains($"Slurm job {job}:", status);
        Assert.Contains("RUNNING", status);
        // One of the two tasks that run is thrown out in the middle and begins again.
        var requeued = slurm.Call("scontrol", "requeue", $"{job}_1");
        Assert.True(requeued.Code == 0, requeued.Output);
        // Slurm would wait two minutes.
        slurm.Call("scontrol", "update", $"JobId={job}_1", "StartTime=now");
        LoopbackSlurm.Wait(() => StudyStatus.Of(PathOf("out")) is { Done: 24 }, "24 units", 240);
        LoopbackSlurm.Wait(() => File.Exists(PathOf("out/results.csv")) && slurm.Call("squeue", "--noheader").Output.Trim().Length == 0, "the end of the job", 240);
        Assert.Equal(Timeless(PathOf("local/results.csv")), Timeless(PathOf("out/results.csv")));
        var units = Directory.EnumerateFiles(PathOf("out/journal"), "*.jsonl").SelectMany(File.ReadLines).Select(l => l.Split('"')[3]).ToArray();
        Assert.Equal(24, units.Length);
        Assert.Equal(24, units.Distinct().Count());
        Assert.True(Directory.EnumerateFiles(PathOf("out/journal"), "*.jsonl").Count(f => new FileInfo(f).Length > 0) >= 2);
    }

    [Fact]
    public void Tasks_killed_without_warning_lose_a_unit_each_and_the_next_submission_ends_the_study()
    {
        using var slurm = new LoopbackSlurm();
        File.WriteAllBytes(PathOf("est.npz"), Estimates.OneCell(128, 128));
        var study = Over("""{"copy": {"command": ["sh", "-c", "sleep 0.3; cp {study}/est.npz {out}"], "params": {"a": [1, 2, 3]}}}""", "\"axes\": {\"seed\": {\"range\": [8]}}");
        Run(study, "local");
        var expected = Timeless(PathOf("local/results.csv"));
        var random = new System.Random(5);
        for (var (round, kills) = (0, 0); kills < Kills; round++)
        {
            var folder = PathOf($"out{round}");
            string[] submission = Submission(PathOf("study.json"), folder, PathOf($"cache{round}"));
            bool IsQueueEmpty() => slurm.Call("squeue", "--noheader").Output.Trim().Length == 0;
            do
            {
                Assert.Equal(0, Minisim(slurm, submission).Code);
                var job = SlurmJob.JobsOf(folder)[^1];
                LoopbackSlurm.Wait(() => StudyStatus.Of(folder).Workers > 0 || IsQueueEmpty(), "a worker");
                Thread.Sleep(random.Next(200, 1500));
                slurm.Call("scancel", "--signal=KILL", "--full", job);
                slurm.Call("scancel", job);
                LoopbackSlurm.Wait(IsQueueEmpty, "the end of the job");
            }
            while (++kills < Kills && StudyStatus.Of(folder).Done < 24);
            Assert.Equal(0, Minisim(slurm, submission).Code);
            LoopbackSlurm.Wait(() => File.Exists(Path.Combine(folder, "results.csv")) && IsQueueEmpty(), "the end", 120);
            Assert.Equal(expected, Timeless(Path.Combine(folder, "results.csv")));
            var units = Directory.EnumerateFiles(Path.Combine(folder, "journal"), "*.jsonl").SelectMany(File.ReadLines).Select(l => l.Split('"')[3]).ToArray();
            Assert.Equal(units.Distinct().Count(), units.Length);
            Assert.Empty(new[] { "workers", "claims" }.Select(f => Path.Combine(folder, f)).Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries));
        }
    }

    [Fact]
    public void A_cancelled_study_leaves_the_queue_and_what_is_done_stays()
    {
        using var slurm = new LoopbackSlurm();
        var study = Over("""{"quick": {"builtin": "none"}, "long": {"command": ["sh", "-c", "sleep 1000"]}}""", "\"axes\": {\"seed\": [1]}");
        Assert.Equal(0, Minisim(slurm, Submission(PathOf("study.json"), PathOf("out"), PathOf("cache"))).Code);
        LoopbackSlurm.Wait(() => StudyStatus.Of(PathOf("out")).Done == 1, "the quick unit");
        var (code, output) = Minisim(slurm, "study", "cancel", PathOf("out"));
        Assert.True(code == 0, output);
        LoopbackSlurm.Wait(() => slurm.Call("squeue", "--noheader").Output.Trim().Length == 0, "the end of the job");
        Assert.Equal((1, 0), (StudyStatus.Of(PathOf("out")).Done, StudyStatus.Of(PathOf("out")).Failed));
        Assert.Contains("nothing", Minisim(slurm, "study", "cancel", PathOf("out")).Output);
        // What Slurm refuses is said in its words.
        (code, output) = Minisim(slurm, Submission(PathOf("study.json"), PathOf("out"), PathOf("cache"), "--", "--partition=nowhere"));
        Assert.Equal(1, code);
        Assert.Contains("sbatch refused", output);
    }

    [Theory]
    [InlineData("UNLIMITED", null)]
    [InlineData("INVALID", null)]
    [InlineData("59", 59)]
    [InlineData("2:05", 125)]
    [InlineData("1:02:05", 3725)]
    [InlineData("2-01:00:00", 176400)]
    public void The_time_that_Slurm_leaves_is_understood(string text, int? seconds) => Assert.Equal(seconds, (int?)SlurmJob.ParseLeft(text)?.TotalSeconds);

    [Fact]
    public void A_worker_whose_time_is_nearly_over_leaves_the_rest_to_others()
    {
        var study = Over("""{"none": {"builtin": "none"}}""", "\"axes\": {\"seed\": {\"range\": [6]}}");
        var asked = 0;
        var summary = Run(study, with: o => o with { Jobs = 1, TimeLeft = () => TimeSpan.FromSeconds(asked++ < 4 ? 1000 : 20) });
        Assert.True(summary.IsOutOfTime);
        Assert.InRange(summary.Done, 1, 5);
        Assert.False(File.Exists(PathOf("out/results.csv")));
        Assert.True(Run(study).IsComplete);
    }

    [Fact]
    public void Names_with_blanks_and_quotes_come_through_the_script()
    {
        var study = Over("""{"none": {"builtin": "none"}}""");
        var script = SlurmJob.Script(study, "/a folder/it's", new SlurmOptions { Command = ["/opt/mini sim"], Memory = "8G" }, 3);
        Assert.Contains("exec '/opt/mini sim' study work '/a folder/it'\\''s'", script);
        Assert.Contains("#SBATCH --array=1-3\n", script);
        Assert.Contains("#SBATCH --mem=8G\n", script);
        Assert.Throws<StudyException>(() => SlurmJob.Script(study, "/a", new SlurmOptions { Partition = "x\nrm -rf /" }, 3));
    }
}
