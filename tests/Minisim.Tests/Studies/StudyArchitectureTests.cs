using System.Text.RegularExpressions;

namespace Minisim.Tests.Studies;

public class StudyArchitectureTests
{
    [Fact]
    public void Studies_know_a_scheduler_in_one_folder_only_and_nothing_above_them()
    {
        var folder = Path.Combine(ArchitectureTests.Root(), "src", "Minisim.Studies");
        var (slurm, built) = (Path.Combine(folder, "Slurm") + Path.DirectorySeparatorChar, $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}");
        var others = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(f => !f.StartsWith(slurm, StringComparison.Ordinal) && !f.Contains(built, StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(others);
        Assert.DoesNotContain(others, f => Regex.IsMatch(File.ReadAllText(f), "sbatch|squeue|SLURM_"));
        Assert.DoesNotContain(typeof(Minisim.Studies.Study).Assembly.GetReferencedAssemblies(), a => a.Name is "minisim-cli" or "Minisim.Studio" or "System.CommandLine");
    }
}
