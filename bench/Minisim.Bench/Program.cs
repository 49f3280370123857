using Minisim.Bench;

switch (args)
{
    case ["spec", var spec, ..]: ChainBenchmark.Spec(spec, args.Length > 2 ? args[2] : null); break;
    case ["edits", .. var only]: EditLatency.Run(only); break;
    case ["cells"]: ChainBenchmark.ManyCells(); break;
    case ["activity"]: ChainBenchmark.Activity(); break;
    case ["long", .. var rest]: ChainBenchmark.Long(rest is [var minutes, ..] ? double.Parse(minutes, System.Globalization.CultureInfo.InvariantCulture) : 60); break;
    case ["sweep", .. var rest]: Sweep.Run(rest.FirstOrDefault()); break;
    case ["all"]: return Suite.Run(Suite.Groups.Keys);
    case [var group] when Suite.Groups.ContainsKey(group): return Suite.Run([group]);
    default:
        Console.Error.WriteLine($"Minisim.Bench all | {string.Join(" | ", Suite.Groups.Keys)} | spec SPEC.json [OUT] | cells | activity | long [MINUTES] | sweep [SPEC.json] | edits [WORD …]   (see bench/README.md)");
        return 2;
}
return 0;
