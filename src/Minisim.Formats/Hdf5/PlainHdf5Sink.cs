using Minisim.Formats.Writing;
using Minisim.Rendering;
using Minisim.Truth;
using PureHDF;

namespace Minisim.Formats.Hdf5;

/// <summary>Writes a plain HDF5 file: <c>movie</c>, sparse footprints <c>A</c> and <c>A_planted</c>, every truth array under its
/// name, and the spec.</summary>
internal sealed class PlainHdf5Sink(string path, FormatOptions options) : Hdf5Sink(path, options)
{
    protected override bool IsTransposed => false;

    protected override H5File Content(RecordingHeader header, GroundTruth truth, H5Dataset movie)
    {
        movie.Attributes["axes"] = new[] { "frame", "height", "width" };
        movie.Attributes["fps"] = header.Timeline.FramesPerSecond;
        if (header.Until is { } until) movie.Attributes["until"] = until;
        movie.Attributes["pixel_size_um"] = truth.Grid.PixelSizeUm;
        var file = new H5File
        {
            [PlainHdf5Format.Movie] = movie,
            ["A"] = Sparse(SparseFootprints.Observed(truth), "Observed footprints: what was composited."),
            ["A_planted"] = Sparse(SparseFootprints.Planted(truth), "Planted (sharp) footprints, peak 1."),
            ["spec"] = new H5Dataset(SpecJson.Write(header.Spec)),
            [Hdf5Recording.Truth] = new H5Dataset(StoredTruth.Index(header, truth)),
        };
        foreach (var array in StoredTruth.Planted(truth)) file[Hdf5Recording.Planted(array.Name)] = Array(array);
        file.Attributes["creator"] = $"{Engine.Name} {Engine.Version}";
        file.Attributes["spec_cache_key"] = header.Spec.CacheKey(header.Until);
        if (truth.FocalDepthUm is { } depth) file.Attributes["focal_depth_um"] = depth;
        foreach (var array in truth.Arrays) file[array.Name] = Array(array);
        return file;
    }

    private static H5Group Sparse(SparseFootprints a, string description)
    {
        var group = new H5Group
        {
            ["data"] = new H5Dataset(a.Data),
            ["indices"] = new H5Dataset(a.Indices),
            ["indptr"] = new H5Dataset(a.IndPtr),
            ["shape"] = new H5Dataset(a.Shape),
        };
        group.Attributes["format"] = "csc";
        group.Attributes["axes"] = new[] { "pixel", "unit" };
        group.Attributes["description"] = description + " scipy.sparse.csc_matrix((data, indices, indptr), shape); pixel = row + column * height (Fortran order).";
        return group;
    }

    private H5Dataset Array(TruthArray array)
    {
        var dataset = Values(array);
        dataset.Attributes["axes"] = array.Axes.ToArray();
        dataset.Attributes["description"] = array.Description;
        if (array.Units is not null) dataset.Attributes["units"] = array.Units;
        return dataset;
    }
}
