using Minisim.Rendering;

namespace Minisim.Tests.Rendering;

/// <summary>What scenes of a chain of edits leave to one another.</summary>
public class SpareMemoryTests
{
    // Nothing is written to it, so that none of it is ever there.
    private const long Large = 100 << 20;

    [Fact]
    public void Memory_is_used_again_where_it_fits_and_what_waits_is_bounded_by_what_is_in_use()
    {
        using var spare = new SpareMemory();
        AlignedBuffer kept = spare.Rent(Large), left = spare.Rent(Large);
        spare.Return(left);
        Assert.Same(left, spare.Rent(9 * Large / 10));
        spare.Return(left);
        // Too small, and far too large.
        var larger = spare.Rent(Large + 1);
        var smaller = spare.Rent(Large / 4);
        Assert.NotSame(left, larger);
        Assert.NotSame(left, smaller);
        spare.Return(larger);
        // Now no more than 64 MB and half as much again as the rest may wait: the oldest go.
        spare.Return(kept);
        Assert.Same(kept, spare.Rent(Large));
        Assert.NotSame(larger, spare.Rent(Large));
    }

    [Fact]
    public void The_next_scene_of_a_chain_may_be_a_little_larger()
    {
        using var spare = new SpareMemory();
        using var next = spare.Continue();
        AlignedBuffer kept = spare.Rent(Large), left = spare.Rent(Large);
        spare.Return(left);
        Assert.Same(left, spare.Rent(Large + Large / 10));
        Assert.Equal(Large + Large / 8, kept.Bytes);
    }
}
