using Minisim.Bench;

switch (args)
{
    case ["codecs"]: CodecBenchmark.Run(); break;
    case ["kernels"]: KernelBenchmark.Run(); break;
    case ["cells", ..]: ChainBenchmark.ManyCells(); break;
    case ["long", ..]: ChainBenchmark.Long(); break;
    case ["spec", var spec, ..]: ChainBenchmark.Spec(spec, args.Length > 2 ? args[2] : null); break;
    default:
        Console.Error.WriteLine("Minisim.Bench spec SPEC.json [OUT] | kernels | cells | long | codecs   (see bench/README.md)");
        return 2;
}
return 0;
