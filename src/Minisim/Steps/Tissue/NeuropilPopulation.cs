namespace Minisim.Steps;

/// <summary>Which cells a neuropil field follows.</summary>
public enum NeuropilPopulation
{
    /// <summary>Every field follows the sum of all cells in the field of view.</summary>
    Global,
    /// <summary>Every field follows the cells where it is bright: <c>P_k = Σ_i S_k(y_i, x_i)·C_i</c>.</summary>
    Local,
}
