using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Minisim.Studies;

/// <summary>How patient workers are with each other.</summary>
internal sealed record LeaseTiming
{
    /// <summary>How often a worker shows that it lives.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>How long a worker on another machine may show nothing before what it holds is free.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>How long a claim may stay without a name in it: its holder died between making and writing it.</summary>
    public TimeSpan Nameless { get; init; } = TimeSpan.FromSeconds(5);
}
