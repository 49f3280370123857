namespace Minisim.Scenes;

/// <summary>Shapes of light on the canvas: recipes, not pixels, each made when it is asked for, so that a dense scene never holds them twice.
/// Immutable: the same instance is the same shapes.</summary>
internal interface IFootprints
{
    /// <summary>Number of sources.</summary>
    int Count { get; }

    /// <summary>Where a source can be lit; empty if nowhere on the canvas.</summary>
    Patch Bounds(int source);

    /// <summary>Writes a source's patch (row, column), row-major. Thread-safe.</summary>
    void Fill(int source, Span<float> values);

    /// <summary>Blur of a source, Gaussian σ in px: what is finer is not in its shape. 0 = unknown.</summary>
    double SigmaPx(int source);

    /// <summary>Centre of a source (y, x), µm from the optical axis.</summary>
    Lateral CentreUm(int source);

    /// <summary>Writes a source's shape at every <paramref name="step"/>-th pixel, light past the canvas included; only where
    /// <see cref="SigmaPx"/> is known. Thread-safe.</summary>
    /// <param name="source">Which.</param>
    /// <param name="nodes">Canvas place of the first node in pixels, and how many nodes there are down and across.</param>
    /// <param name="step">Pixels from node to node.</param>
    /// <param name="values">(row, column) of the nodes; must be 0.</param>
    void Sample(int source, Patch nodes, int step, Span<float> values);
}
