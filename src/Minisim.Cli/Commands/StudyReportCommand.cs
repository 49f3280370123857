using System.CommandLine;
using Minisim.Formats;
using Minisim.Studies;

namespace Minisim.Cli.Commands;

/// <summary><c>minisim study report</c>: tables, a page, figures.</summary>
internal static class StudyReportCommand
{
    public static Command Create()
    {
        var folder = StudyCommand.Folder();
        var html = new Option<string?>("--html") { Description = "Write the page. Default name: report.html in the folder.", HelpName = "OUT.html", Arity = ArgumentArity.ZeroOrOne };
        var png = new Option<string?>("--png") { Description = "Write figures into a folder. Default: figures in the study's folder.", HelpName = "DIR", Arity = ArgumentArity.ZeroOrOne };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace files that exist outside the study's folder; those within are its own." };
        var command = new ExampleCommand("report", "Write the tables of a study, complete or not, and with --html one page to show, with --png figures.",
            "minisim study report depth/ --html",
            "minisim study report depth/ --html depth.html --png figures/")
        {
            folder, html, png, overwrite,
        };
        command.SetAction(result =>
        {
            var stdout = result.InvocationConfiguration.Output;
            var path = result.GetRequiredValue(folder);
            using var results = StudyResults.Open(path);
            results.WriteFiles();
            stdout.WriteLine($"wrote {string.Join(", ", new[] { "results.csv", "results.parquet", "cells.parquet" }.Select(f => Path.Combine(path, f)))}");
            if (result.GetResult(html) is not null)
            {
                var page = result.GetValue(html) ?? Path.Combine(path, "report.html");
                if (Directory.Exists(page)) throw new UsageException($"--html {page}: is a folder; name a file, or put --html behind DIR.");
                if (result.GetValue(html) is not null) WholeFile.Check(page, result.GetValue(overwrite));
                StudyPage.Save(results, page);
                stdout.WriteLine($"wrote {page}");
            }
            if (result.GetResult(png) is not null)
            {
                var figures = StudyFigures.Save(results, result.GetValue(png) ?? Path.Combine(path, "figures"), overwrite: result.GetValue(png) is null || result.GetValue(overwrite));
                foreach (var figure in figures) stdout.WriteLine($"wrote {figure}");
                if (figures.Count == 0) stdout.WriteLine("no figure: nothing was scored.");
            }
            return ExitCode.Ok;
        });
        return command;
    }
}
