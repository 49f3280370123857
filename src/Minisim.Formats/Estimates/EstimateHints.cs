namespace Minisim.Formats.Estimates;

/// <summary>Order of the two image axes in a dense mask, or of pixels in a flattened one.</summary>
public enum MaskAxes
{
    /// <summary>As the layout says, or as the shapes show.</summary>
    Auto,
    /// <summary>Rows first (height, width); flattened: row-major.</summary>
    Yx,
    /// <summary>Columns first (width, height); flattened: column-major.</summary>
    Xy,
}

/// <summary>What is known about the recording that an estimate belongs to, and what the user has decided.</summary>
public sealed record EstimateHints
{
    /// <summary>Rows of the field of view; 0 if unknown.</summary>
    public int Height { get; init; }
    /// <summary>Columns of the field of view; 0 if unknown.</summary>
    public int Width { get; init; }
    /// <summary>Frames of the recording; 0 if unknown.</summary>
    public int Frames { get; init; }
    /// <summary>Order of the image axes where the file leaves it open (<c>--axes yx|xy</c>).</summary>
    public MaskAxes Axes { get; init; }
    /// <summary>A <c>.npy</c> file with the motion correction (frame, 2), where the pipeline keeps it elsewhere
    /// (<c>--shifts FILE</c>).</summary>
    public string? ShiftsPath { get; init; }
    /// <summary>Share of the neuropil trace that is subtracted from suite2p's fluorescence; its own default is 0.7.</summary>
    public double NeuropilFactor { get; init; } = 0.7;

    /// <summary>Name of the table that the cells are in, where a file has several (<c>--table NAME</c>): an NWB PlaneSegmentation, a
    /// struct of MATLAB.</summary>
    public string? Table { get; init; }
    /// <summary>Whether only the units that the pipeline accepted are scored (<c>--accepted</c>).</summary>
    public bool AcceptedOnly { get; init; }
    /// <summary>Whether HDF5 links to other files are followed (<c>--follow-links</c>).</summary>
    public bool FollowLinks { get; init; }

    /// <summary>The hints that a recording gives.</summary>
    public static EstimateHints For(Recording recording) => new()
    {
        Height = recording.Truth.Grid.FovHeight,
        Width = recording.Truth.Grid.FovWidth,
        Frames = recording.Observed.Frames,
    };
}
