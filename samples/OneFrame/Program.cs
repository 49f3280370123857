// Any frame alone, in any order: the bytes are those of the whole movie. Run: dotnet run -c Release --project samples/OneFrame -- SPEC.json 1234
using Minisim;

var spec = SpecJson.Load(args.Length > 0 ? args[0] : Path.Combine("samples", "specs", "S4.json"));
using var scene = Simulator.Compile(spec);
var frame = args.Length > 1 ? int.Parse(args[1]) : scene.Frames / 2;
var counts = scene.Frame(frame);

// A portable grey map, which any picture viewer opens.
var name = $"frame-{frame}.pgm";
using (var file = File.Create(name))
{
    file.Write(System.Text.Encoding.ASCII.GetBytes($"P5\n{scene.Width} {scene.Height}\n255\n"));
    file.Write(counts.AsSpan(0, scene.Height * scene.Width));
}
Console.WriteLine($"{name}: frame {frame} of {scene.Frames}, mean {counts.Average(c => c):0.0} counts, largest {counts.Max()}");
