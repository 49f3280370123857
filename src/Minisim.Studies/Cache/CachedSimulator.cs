using System.Diagnostics.CodeAnalysis;
using Minisim.Formats;
using Minisim.Formats.Zarr;
using Minisim.Rendering;

namespace Minisim.Studies;

/// <summary>The cache as a way of simulating.</summary>
public static class CachedSimulator
{
    extension(Simulator)
    {
        /// <summary>As <see cref="Simulator.Run(Spec, SimulateOptions?, CancellationToken)"/>, but simulated once only: later calls, in any process, open what is in the
        /// cache. The caller disposes the recording.</summary>
        /// <param name="spec">The spec.</param>
        /// <param name="cacheFolder">Folder of the cache; null: the platform's.</param>
        /// <param name="options">How to simulate.</param>
        /// <param name="cancellation">Stops it.</param>
        /// <exception cref="SpecException">The spec breaks its rules.</exception>
        public static Recording RunCached(Spec spec, string? cacheFolder = null, SimulateOptions? options = null, CancellationToken cancellation = default)
        {
            if (options?.Until is not null) throw new ArgumentException("a recording in the cache is of the whole chain: leave Until out, or take the steps out of the spec", nameof(options));
            using var cache = new RecordingCache(cacheFolder);
            return cache.Run(spec, options, cancellation);
        }
    }
}
