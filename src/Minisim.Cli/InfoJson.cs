using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim.Cli;

/// <summary>What <c>info</c> says, for programs: the same facts with the units in their names.</summary>
internal static class InfoJson
{
    /// <summary>Of a spec.</summary>
    public static string Of(string file, Spec spec, IReadOnlyList<Problem> warnings) => Write(w =>
    {
        w.WriteString("file", file);
        w.WriteString("kind", "spec");
        WriteSpec(w, spec);
        WriteWarnings(w, warnings);
    });

    /// <summary>Of a recording.</summary>
    public static string Of(string file, Recording recording) => Write(w =>
    {
        var truth = recording.Truth;
        w.WriteString("file", file);
        w.WriteString("kind", recording.IsMovieOnly ? "movie" : "recording");
        if (!recording.IsMovieOnly) WriteSpec(w, recording.Spec);
        w.WriteStartObject("movie");
        WriteMovie(w, recording.Observed);
        if (recording.IsMovieOnly) WriteNumber(w, "fps", recording.Observed.Fps);
        w.WriteEndObject();
        if (recording.Snapshots.Count > 0)
        {
            w.WriteStartObject("snapshots");
            foreach (var (name, movie) in recording.Snapshots)
            {
                w.WriteStartObject(name);
                WriteMovie(w, movie);
                w.WriteEndObject();
            }
            w.WriteEndObject();
        }
        if (!recording.IsMovieOnly)
        {
            w.WriteStartObject("truth");
            w.WriteNumber("units", truth.NUnits);
            w.WriteNumber("detectable", RecordingReport.Count(truth.Detectable));
            w.WriteNumber("in_focus", RecordingReport.Count(truth.InFocus));
            WriteNumber(w, "focal_plane_um", truth.FocalDepthUm);
            w.WriteStartArray("arrays");
            foreach (var array in truth.Arrays)
            {
                w.WriteStartObject();
                w.WriteString("name", array.Name);
                Strings(w, "axes", array.Axes);
                w.WriteStartArray("shape");
                foreach (var length in array.Shape) w.WriteNumberValue(length);
                w.WriteEndArray();
                w.WriteString("units", array.Units);
                w.WriteString("description", array.Description);
                w.WriteEndObject();
            }
            w.WriteEndArray();
            if (truth.LeftOut.Count > 0)
            {
                w.WriteStartObject("left_out");
                foreach (var (name, reason) in truth.LeftOut) w.WriteString(name, reason);
                w.WriteEndObject();
            }
            w.WriteEndObject();
        }
        WriteWarnings(w, recording.Warnings);
    });

    private static void WriteSpec(Utf8JsonWriter w, Spec spec)
    {
        var a = spec.Acquisition;
        var (fov, size) = (a.FovUm(), SpecSize.Of(spec));
        w.WriteNumber("seed", spec.Seed);
        w.WriteString("cache_key", spec.CacheKey());
        w.WriteNumber("frames", a.NFrames());
        w.WriteNumber("fps", a.Fps);
        w.WriteNumber("duration_s", a.DurationS);
        w.WriteNumber("height_px", a.ImageSensor.NPxHeight);
        w.WriteNumber("width_px", a.ImageSensor.NPxWidth);
        w.WriteNumber("height_um", fov.Height);
        w.WriteNumber("width_um", fov.Width);
        w.WriteNumber("pixel_size_um", a.PixelSizeUm());
        w.WriteNumber("margin_px", size.MarginPx);
        w.WriteString("store_dtype", ChoiceNames.Text(spec.Output.StoreDtype));
        w.WriteNumber("movie_bytes", SpecReport.MovieBytes(spec));
        w.WriteNumber("diffraction_sigma_um", a.Optics.DiffractionSigmaUm());
        w.WriteNumber("depth_of_field_um", a.Optics.ResolvedDepthOfFieldUm());
        w.WriteStartObject("focal_plane");
        w.WriteBoolean("auto", a.FocalDepthInTissueUm is null);
        WriteNumber(w, "um", a.FocalDepthInTissueUm);
        if (spec.Find<PlaceNeurons>() is { } place)
        {
            var populations = place.ResolvedPopulations();
            var best = LayerFocus.DepthUm(a, populations);
            w.WriteNumber("layer_um", best);
            w.WriteNumber("share_in_focus", LayerFocus.ShareInFocus(a, populations, a.FocalDepthInTissueUm ?? best));
        }
        w.WriteEndObject();
        w.WriteStartArray("cells_per_population");
        foreach (var cells in size.CellsPerPopulation) w.WriteNumberValue(cells);
        w.WriteEndArray();
        Strings(w, "steps", spec.Steps.Select(s => StepCatalog.Of(s).Kind));
    }

    private static void WriteMovie(Utf8JsonWriter w, Truth.Movie movie)
    {
        w.WriteNumber("frames", movie.Frames);
        w.WriteNumber("height", movie.Height);
        w.WriteNumber("width", movie.Width);
        w.WriteString("pixels", movie.PixelType.ToString().ToLowerInvariant());
    }

    private static void WriteWarnings(Utf8JsonWriter w, IReadOnlyList<Problem> warnings) => Strings(w, "warnings", warnings.Where(p => p.IsWarning).Select(p => p.ToString()));

    private static void Strings(Utf8JsonWriter w, string name, IEnumerable<string> texts)
    {
        w.WriteStartArray(name);
        foreach (var text in texts) w.WriteStringValue(text);
        w.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter w, string name, double? value)
    {
        if (value is { } number) w.WriteNumber(name, number);
        else w.WriteNull(name);
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var w = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            w.WriteStartObject();
            write(w);
            w.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
