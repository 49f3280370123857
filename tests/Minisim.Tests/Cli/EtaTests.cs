using Minisim.Cli;

namespace Minisim.Tests.Cli;

/// <summary>The time left of runs whose end is known.</summary>
public class EtaTests
{
    // Share done at a time, told every half second, until the end; the first time left that is said, and the true one then.
    private static (double Said, double True, double At)? First(double endS, Func<double, double> share)
    {
        var eta = new Eta();
        for (var t = 0.5; t < endS; t += 0.5)
            if (eta.Left(t, share(t)) is { } left)
                return (left, endS - t, t);
        return null;
    }

    [Fact]
    public void An_even_run_says_its_time_after_four_seconds()
    {
        var (said, left, at) = First(100, t => t / 100)!.Value;
        Assert.InRange(said / left, 0.999, 1.001);
        Assert.InRange(at, 4, 5);
    }

    [Fact]
    public void The_first_time_that_is_said_is_good_to_a_third_though_the_run_begins_slowly()
    {
        // Compiled code and warm caches: a tenth of the speed at first, for as long as warmUp.
        foreach (var warmUp in (double[])[0.5, 1, 2, 3])
        {
            double Work(double t) => t < warmUp ? 0.1 * t : 0.1 * warmUp + (t - warmUp);
            var end = 120.0;
            var first = First(end, t => Work(t) / Work(end));
            Assert.NotNull(first);
            Assert.InRange(first.Value.Said / first.Value.True, 0.7, 1.3);
        }
    }

    [Fact]
    public void Chunks_that_are_there_already_do_not_promise_an_early_end()
    {
        // Half is skipped in a second, the rest takes 60 s.
        var (said, left, _) = First(61, t => t < 1 ? 0.5 * t : 0.5 + 0.5 * (t - 1) / 60)!.Value;
        Assert.InRange(said / left, 0.7, 1.3);
    }

    [Fact]
    public void A_run_that_does_not_get_on_says_nothing() => Assert.Null(First(60, _ => 0.3));
}
