namespace Minisim.Rendering;

/// <summary>Threads of the pool, of which a program of ours needs more than the runtime starts with.</summary>
internal static class PoolThreads
{
    /// <summary>Lets the pool have more threads than cores at once. Work that waits for other work, for a device or for its turn holds one for each core otherwise, and
    /// the runtime adds but one every half second, while nothing runs at all. For programs that are ours as a whole: a library leaves the pool to its host.</summary>
    public static void Reserve()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 2 * Environment.ProcessorCount + 4), ports);
    }
}
