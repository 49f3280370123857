using Minisim.Presets;
using Minisim.Steps;
using Minisim.Truth;

namespace Minisim.Native;

/// <summary>Specs and presets as JSON for callers.</summary>
internal static class SpecDescription
{
    public static string Of(Spec spec)
    {
        var a = spec.Acquisition;
        var chip = a.ImageSensor;
        var size = SpecSize.Of(spec);
        var fov = a.FovUm();
        var type = spec.Find<Sensor>() is null ? PixelType.Float32 : chip.BitDepth <= 8 ? PixelType.UInt8 : PixelType.UInt16;
        return Json.Write(w =>
        {
            w.WriteStartObject();
            w.WriteNumber("frames", a.NFrames());
            w.WriteNumber("height", chip.NPxHeight);
            w.WriteNumber("width", chip.NPxWidth);
            w.WriteString("dtype", NumberTypes.Names[NumberTypes.Of(type)]);
            w.WriteNumber("bytes", (long)a.NFrames() * chip.NPxHeight * chip.NPxWidth * type.Bytes());
            Json.Number(w, "fps", a.Fps);
            Json.Number(w, "duration_s", a.DurationS);
            w.WriteNumber("seed", spec.Seed);
            Json.Number(w, "pixel_size_um", a.PixelSizeUm());
            Json.Number(w, "fov_height_um", fov.Height);
            Json.Number(w, "fov_width_um", fov.Width);
            if (double.IsFinite(size.TotalCells)) w.WriteNumber("cells", (long)Math.Round(size.TotalCells));
            else w.WriteNull("cells");
            w.WriteNumber("canvas_height", (long)size.CanvasHeight);
            w.WriteNumber("canvas_width", (long)size.CanvasWidth);
            w.WriteString("cache_key", spec.CacheKey());
            Json.Strings(w, "steps", spec.Steps.Select(s => StepCatalog.Of(s).Kind));
            Json.Strings(w, "stages", spec.Steps.Select(s => StepCatalog.Of(s).Stage).OfType<string>());
            w.WriteEndObject();
        });
    }

    public static string Presets() => Json.Write(w =>
    {
        w.WriteStartObject();
        w.WriteStartArray("scopes");
        foreach (var scope in Scopes.All) Item(scope.Name, scope.Description);
        w.WriteEndArray();
        w.WriteStartArray("regions");
        foreach (var region in Regions.All) Item(region.Name, region.Description);
        w.WriteEndArray();
        w.WriteEndObject();

        void Item(string name, string description)
        {
            w.WriteStartObject();
            w.WriteString("name", name);
            w.WriteString("description", description);
            w.WriteEndObject();
        }
    });

    public static Spec Preset(string scope, string region, JsonOptions options)
    {
        var found = Scopes.Find(scope) ?? throw new ArgumentException($"no scope is called \"{scope}\"; there are {string.Join(", ", Scopes.All.Select(s => s.Name))}");
        var where = Regions.Find(region) ?? throw new ArgumentException($"no region is called \"{region}\"; there are {string.Join(", ", Regions.All.Select(r => r.Name))}");
        var defaults = new PresetOptions();
        int? Side(string name) => options.Integer(name) is not { } v ? null : v is > 0 and <= 16384 ? (int)v : throw new ArgumentException($"option \"{name}\" = {v}: must be in [1, 16384]");
        var (height, width) = (Side("height"), Side("width"));
        return Minisim.Presets.Preset.Create(found, where, new PresetOptions
        {
            DurationS = options.Number("duration_s") ?? defaults.DurationS,
            Fps = options.Number("fps") ?? defaults.Fps,
            Seed = options.Integer("seed") ?? defaults.Seed,
            SizePx = height is null && width is null ? null : (height ?? found.ImageSensor.NPxHeight, width ?? found.ImageSensor.NPxWidth),
            Activity = options.Number("activity") is { } dial ? new CellActivity().WithActivity(dial) : defaults.Activity,
            NoNeuropil = options.Flag("no_neuropil"),
            NoVessels = options.Flag("no_vessels"),
            NoScopeFields = options.Flag("no_scope_fields"),
        });
    }
}
