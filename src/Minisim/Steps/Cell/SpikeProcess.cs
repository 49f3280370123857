namespace Minisim.Steps;

/// <summary>By which law a cell fires.</summary>
public enum SpikeProcess
{
    /// <summary>A two-state gate stepped once a frame, as in the reference: another frame rate is another activity.</summary>
    PerFrame,
    /// <summary>The same gate on a clock of its own: the same spikes at any frame rate.</summary>
    Gated,
    /// <summary>Independent spikes at the cell's rate.</summary>
    Poisson,
    /// <summary>Every k-th event of a faster Poisson train: evenly spaced spikes.</summary>
    Regular,
    /// <summary>Independent events, some of which are complex spikes of 2 to 6 spikes a few milliseconds apart.</summary>
    Bursty,
    /// <summary>Given spikes, read from a file.</summary>
    File,
}
