using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minisim.Studio.Http;
using Minisim.Truth;

namespace Minisim.Studio.Views;

/// <summary>Images made of many frames.</summary>
internal static class ImageOf
{
    /// <summary>Frames that are read in a row: together they cost hardly more than one.</summary>
    private const int BlockFrames = 16;
    /// <summary>Frames that an image is made of at the most, in blocks spread evenly over the movie: more would keep the page waiting.</summary>
    public const int MostFrames = 40 * BlockFrames;

    /// <summary>Largest or mean value of every pixel over the movie, float32, as a binary message.</summary>
    public static byte[] Movie(View view, JsonObject request, int revision, CancellationToken cancellation)
    {
        var kind = request.Text("kind");
        if (kind is not ("max" or "mean")) throw new StudioError(StatusCodes.Status400BadRequest, "\"kind\" must be \"max\" or \"mean\".");
        var size = view.Height * view.Width;
        var (image, lockOn) = (new float[size], new Lock());
        if (kind == "max") Array.Fill(image, float.MinValue);
        // The last block ends with the movie.
        var blocks = Math.Min((view.Frames + BlockFrames - 1) / BlockFrames, MostFrames / BlockFrames);
        int First(int block) => (int)((long)block * Math.Max(0, view.Frames - BlockFrames) / Math.Max(1, blocks - 1));
        int Next(int block) => block == blocks - 1 ? Math.Min(view.Frames, First(block) + BlockFrames) : Math.Min(First(block + 1), First(block) + BlockFrames);
        var frames = Enumerable.Range(0, blocks).Sum(b => Next(b) - First(b));
        var runs = Math.Min(blocks, Environment.ProcessorCount);
        Parallel.For(0, runs, new ParallelOptions { CancellationToken = cancellation }, r =>
        {
            var own = new float[size];
            if (kind == "max") Array.Fill(own, float.MinValue);
            var raw = new byte[BlockFrames * view.FrameBytes];
            var values = new float[size];
            for (var b = blocks * r / runs; b < blocks * (r + 1) / runs; b++)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = Next(b) - First(b);
                view.Read(First(b), count, raw.AsSpan(0, count * view.FrameBytes));
                for (var f = 0; f < count; f++)
                {
                    PixelTypes.Convert(raw.AsSpan(f * view.FrameBytes, view.FrameBytes), view.PixelType, MemoryMarshal.AsBytes(values.AsSpan()), PixelType.Float32);
                    if (kind == "max")
                        for (var i = 0; i < size; i++) own[i] = Math.Max(own[i], values[i]);
                    else
                        for (var i = 0; i < size; i++) own[i] += values[i];
                }
            }
            lock (lockOn)
                if (kind == "max")
                    for (var i = 0; i < size; i++) image[i] = Math.Max(image[i], own[i]);
                else
                    for (var i = 0; i < size; i++) image[i] += own[i] / frames;
        });
        return Message(request, image, view.Height, view.Width, revision);
    }

    /// <summary>A field of the truth over the field of view, or <c>focus</c>: the depth that is in focus at every pixel, µm.</summary>
    public static byte[] Field(View view, JsonObject request, int revision)
    {
        var (name, grid) = (request.Text("name") ?? "", view.Truth.Grid);
        if (name == "focus")
        {
            if (view.Truth.FocalDepthUm is not { } focal) throw new StudioError(StatusCodes.Status404NotFound, "Without the optics step nothing is in or out of focus.");
            var depths = new float[grid.FovHeight * grid.FovWidth];
            Parallel.For(0, grid.FovHeight, row =>
            {
                for (var col = 0; col < grid.FovWidth; col++)
                    depths[row * grid.FovWidth + col] = (float)view.Spec.Acquisition.EffectiveFocalUm(focal, (row - (grid.FovHeight - 1) / 2.0) * grid.PixelSizeUm, (col - (grid.FovWidth - 1) / 2.0) * grid.PixelSizeUm);
            });
            return Message(request, depths, grid.FovHeight, grid.FovWidth, revision);
        }
        if (view.Truth.Find(name) is not { Axes: ["height", "width"] } array) throw new StudioError(StatusCodes.Status404NotFound, "The recording has no such field.");
        return Message(request, Array.ConvertAll(array.ToDoubles(), v => (float)v), array.Shape[0], array.Shape[1], revision);
    }

    /// <summary>A float image as a binary message.</summary>
    public static byte[] Message(JsonObject request, ReadOnlySpan<float> image, int height, int width, int revision)
    {
        var message = new byte[FrameMessage.HeaderBytes + 4 * image.Length];
        FrameMessage.WriteHeader(message, request.Int("id", 0, int.MaxValue, 0), 0, height, width, PixelType.Float32, revision, 1);
        MemoryMarshal.AsBytes(image).CopyTo(message.AsSpan(FrameMessage.HeaderBytes));
        return message;
    }
}
