using Minisim.Cli;
using Minisim.Rendering;

StandardStreams.Prepare();
PoolThreads.Reserve();
// What no thread of ours caught is still one line and a code.
AppDomain.CurrentDomain.UnhandledException += (_, e) => Environment.Exit(CommandLine.Fail((Exception)e.ExceptionObject, Console.Error));
return await CommandLine.RunAsync(args);
