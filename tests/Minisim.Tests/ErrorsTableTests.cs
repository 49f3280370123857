using System.Text.RegularExpressions;
using Minisim.Formats;

namespace Minisim.Tests;

public partial class ErrorsTableTests
{
    [GeneratedRegex(@"^\| `(\w+Exception)`", RegexOptions.Multiline)]
    private static partial Regex Row();

    [Fact]
    public void The_table_of_errors_names_the_exceptions_that_there_are()
    {
        var listed = Row().Matches(File.ReadAllText(Path.Combine(ArchitectureTests.Root(), "CONTRIBUTING.md"))).Select(m => m.Groups[1].Value).Where(n => n != nameof(ArgumentException));
        var thrown = new[] { typeof(Spec).Assembly, typeof(RecordingFormats).Assembly }.SelectMany(a => a.GetExportedTypes()).Where(t => t.IsAssignableTo(typeof(Exception))).Select(t => t.Name);
        Assert.Equal(thrown.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }
}
