using System.CommandLine;
using System.Globalization;
using Minisim.Studies;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim study submit</c> and <c>cancel</c>: a study as an array job of Slurm.</summary>
internal static class StudySubmitCommand
{
    public static Command Create()
    {
        var (path, output) = (StudyCommand.StudyFile(), StudyCommand.Output());
        var slurm = new Option<bool>("--slurm") { Description = "Submit to Slurm. Without it the folder is only prepared, for 'minisim study work DIR' in the jobs of another scheduler." };
        var partition = new Option<string?>("--partition") { Description = "Partition.", HelpName = "P" };
        var time = new Option<string?>("--time") { Description = "Time of each task, as sbatch takes it.", HelpName = "T" };
        var memory = new Option<string?>("--mem") { Description = "Memory of each task, e.g. 8G.", HelpName = "M" };
        var cpus = new Option<int?>("--cpus") { Description = "Processors of each task.", HelpName = "N" };
        var tasks = new Option<int>("--max-tasks") { Description = "Tasks of the array.", HelpName = "K", DefaultValueFactory = _ => 8 };
        var jobs = new Option<int>("--jobs", "-j") { Description = "Units at work beside each other in a task. Default: one for each two processors.", HelpName = "N" };
        var cache = new Option<string?>("--cache") { Description = "Folder of the cache of recordings, which all tasks must see. Default: cache in the study's folder.", HelpName = "DIR" };
        var extra = new Argument<string[]>("SBATCH FLAGS") { Description = "Behind --: further flags, passed to sbatch as they are.", Arity = ArgumentArity.ZeroOrMore };
        var command = new ExampleCommand("submit", "Submit a study as an array job. Each task takes units from the shared folder until none is left or its time is nearly over; submit again to go on.",
            "minisim study submit depth.json -o depth/ --slurm --time 4:00:00 --mem 8G --cpus 4 --max-tasks 64",
            "minisim study submit depth.json -o depth/ --slurm -- --account=lab --qos=long")
        {
            path, extra, output, slurm, partition, time, memory, cpus, tasks, jobs, cache,
        };
        command.SetAction(result =>
        {
            var (stdout, stderr) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (result.GetValue(tasks) < 1) throw new UsageException($"--max-tasks {result.GetValue(tasks)}: must be 1 or more.");
            if (result.GetValue(cpus) is < 1) throw new UsageException($"--cpus {result.GetValue(cpus)}: must be 1 or more.");
            var study = Study.Load(result.GetRequiredValue(path), out var warnings);
            Terminal.Warn(stderr, warnings);
            var folder = result.GetRequiredValue(output);
            if (!result.GetValue(slurm))
            {
                stdout.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{StudyRunner.Prepare(study, folder):#,0} units prepared, nothing submitted: run 'minisim study work {folder}' in your scheduler's jobs, or say --slurm."));
                return ExitCode.Ok;
            }
            var id = SlurmJob.Submit(study, folder, new SlurmOptions
            {
                Partition = result.GetValue(partition),
                Time = result.GetValue(time),
                Memory = result.GetValue(memory),
                Cpus = result.GetValue(cpus),
                MaxTasks = result.GetValue(tasks),
                Jobs = result.GetValue(jobs),
                CacheFolder = result.GetValue(cache),
                Extra = result.GetValue(extra) ?? [],
            });
            stdout.WriteLine(string.Create(CultureInfo.InvariantCulture, $"job {id} ({Path.Combine(folder, "slurm.sh")}); how it goes: minisim study status {folder}"));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Cancel()
    {
        var folder = StudyCommand.Folder();
        var command = new ExampleCommand("cancel", "Cancel the jobs of a study. What is done stays.", "minisim study cancel depth/") { folder };
        command.SetAction(result =>
        {
            var cancelled = SlurmJob.Cancel(result.GetRequiredValue(folder));
            result.InvocationConfiguration.Output.WriteLine(cancelled.Count == 0 ? "nothing to cancel." : $"cancelled {string.Join(", ", cancelled)}");
            return ExitCode.Ok;
        });
        return command;
    }
}
