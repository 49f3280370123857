return await Minisim.Cli.CommandLine.RunAsync(args);
