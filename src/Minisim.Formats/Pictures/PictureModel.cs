using Minisim.Scenes;
using Minisim.Steps;
using Minisim.Truth;
using SkiaSharp;

namespace Minisim.Formats.Pictures;

/// <summary>A cell in view, as pictures show it.</summary>
/// <param name="Unit">Its number in the truth.</param>
/// <param name="Place">Its centre, µm.</param>
/// <param name="Detectable">Whether its SNR reaches the threshold.</param>
/// <param name="Peak">Largest weight of its observed footprint.</param>
/// <param name="Contours">Where its observed footprint is half its peak, in pixels of the movie.</param>
internal sealed record PictureCell(int Unit, Position Place, bool Detectable, float Peak, SKPoint[][] Contours)
{
    /// <summary>How well it is seen, in [0, 1]: the largest change of the image at its brightest pixel, where 1 is what a tenth of
    /// the cells reach.</summary>
    public float Visibility { get; init; } = 1;
}

/// <summary>What the pictures of a recording show, before any of it is drawn.</summary>
internal sealed class PictureModel
{
    public required Recording Recording { get; init; }
    public required PreviewOptions Options { get; init; }
    public required MovieSample Sample { get; init; }
    public required IReadOnlyList<PictureCell> Cells { get; init; }
    /// <summary>Indices into <see cref="Cells"/> whose traces are drawn, from the top of the field down.</summary>
    public required int[] Chosen { get; init; }
    /// <summary>For each of <see cref="Chosen"/> what the movie shows in its footprint, in the window and in the unit of the true
    /// trace; null where that cannot be told.</summary>
    public required IReadOnlyList<double[]?> Measured { get; init; }
    /// <summary>The frame that stands for the movie; −1 if there is none.</summary>
    public required int ShownFrame { get; init; }
    /// <summary>Its pixels; empty if there is none.</summary>
    public required float[] Shown { get; init; }
    /// <summary>First frame of the traces' window.</summary>
    public required int WindowFirst { get; init; }
    /// <summary>Frames of the traces' window.</summary>
    public required int WindowFrames { get; init; }

    public Spec Spec => Recording.Spec;
    public GroundTruth Truth => Recording.Truth;
    public Movie Movie => Recording.Observed;
    public double Fps => Spec.Acquisition.Fps;
    public double PixelSizeUm => Truth.Grid.PixelSizeUm;
    public int Detectable => Cells.Count(c => c.Detectable);
    public string Title => Options.Title ?? "Recording";
    /// <summary>Name of the movie's values.</summary>
    public string ValueName => Sample.Counts is not null && IsSensed ? "counts" : "intensity";
    /// <summary>Largest count of the sensor, if the movie holds counts.</summary>
    public int? MaxCount => Sample.Counts is not null && IsSensed ? Spec.Acquisition.ImageSensor.MaxCount() : null;
    /// <summary>Seconds at the middle of the movie's frame.</summary>
    public double SecondsAt(int frame) => frame / Fps;

    // A run that stops before the sensor has the step in its spec all the same, but its values are not whole, or all dark.
    private bool IsSensed => Spec.Find<Sensor>() is not null && (Movie.PixelType is PixelType.UInt8 or PixelType.UInt16 || Sample.Values is [.., > 0]);

    /// <summary>Looks through a recording; each frame that is needed is read once.</summary>
    public static PictureModel Of(Recording recording, PreviewOptions options)
    {
        var movie = recording.Observed;
        var maker = new PictureMaker(recording.Spec, recording.Truth, movie.Frames, movie.Height, movie.Width, options);
        float[] pixels = new float[movie.Height * movie.Width], ahead = new float[pixels.Length];
        // One frame is looked at while the next is read: by this thread, a movie that is rendered keeps scratch for every thread that reads it.
        var looking = Task.CompletedTask;
        for (var t = 0; t < movie.Frames; t++)
        {
            if (!maker.Needs(t)) continue;
            options.Cancellation.ThrowIfCancellationRequested();
            movie.ReadFrame(t, ahead);
            looking.GetAwaiter().GetResult();
            (pixels, ahead) = (ahead, pixels);
            var (frame, shown) = (t, pixels);
            looking = Task.Run(() => maker.Take(frame, shown), CancellationToken.None);
        }
        looking.GetAwaiter().GetResult();
        return maker.Finish(recording);
    }

    /// <summary>Values of one row of a per-cell, per-frame array.</summary>
    public static double[] Row(TruthArray array, int unit, int first, int count)
    {
        var row = array.RowOfDoubles(unit);
        return count == row.Length ? row : row[first..(first + count)];
    }
}
