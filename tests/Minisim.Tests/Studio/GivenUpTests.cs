using System.Text.Json.Nodes;
using Minisim.Presets;
using Minisim.Studio.Views;

namespace Minisim.Tests.Studio;

/// <summary>While a slider is dragged the server must not go on explaining movies that are gone.</summary>
public class GivenUpTests
{
    private static Spec Small(long seed) => Preset.Create(Scopes.MiniscopeV4, Regions.Ca1, new PresetOptions { DurationS = 1, SizePx = (48, 64), Seed = seed });

    private static async Task<View> Shown(Slot slot, Spec spec)
    {
        var shown = new TaskCompletionSource<View>();
        slot.Show(spec, (view, _) => shown.SetResult(view), shown.SetException);
        return await shown.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Another_spec_gives_up_what_was_being_said_of_the_old_movie()
    {
        using var slot = new Slot(1L << 31, TestContext.Current.CancellationToken);
        await Shown(slot, Small(1));
        var before = slot.Unchanged;
        Assert.False(before.IsCancellationRequested);
        await Shown(slot, Small(2));
        Assert.True(before.IsCancellationRequested);
        Assert.False(slot.Unchanged.IsCancellationRequested);
    }

    [Fact]
    public async Task A_page_at_rest_makes_room_for_the_first_edit_of_everything_once_and_shows_what_it_showed()
    {
        using var slot = new Slot(1L << 31, TestContext.Current.CancellationToken);
        var view = await Shown(slot, Small(1));
        for (var waited = 0; slot.Rehearsals == 0 && waited < 300; waited++) await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(1, slot.Rehearsals);
        using (var now = slot.Take()) Assert.Same(view, now);
        var edited = await Shown(slot, Small(2));
        using (var fresh = Simulator.Compile(Small(2))) Assert.True(fresh.Frame(3).AsSpan().SequenceEqual(edited.Scene!.Frame(3)));
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.Equal(1, slot.Rehearsals);
    }

    [Fact]
    public async Task What_was_given_up_can_be_asked_again()
    {
        using var slot = new Slot(1L << 31, TestContext.Current.CancellationToken);
        var view = await Shown(slot, Small(1));
        var given = new CancellationToken(true);
        Assert.ThrowsAny<OperationCanceledException>(() => view.Cells(given));
        Assert.ThrowsAny<OperationCanceledException>(() => ImageOf.Movie(view, new JsonObject { ["kind"] = "max" }, 0, given));
        var cells = view.Cells(slot.Unchanged);
        Assert.ThrowsAny<OperationCanceledException>(() => cells.AgainstAllLight([], given));
        var ratios = cells.AgainstAllLight([], slot.Unchanged)["peakSnrLocal"]!.AsArray();
        var truth = view.Truth.Find("peak_snr_local")!.ToDoubles();
        Assert.NotEmpty(truth);
        Assert.Equal(truth.Select(v => Math.Round(v, 2)), ratios.Select(r => (double)r!));
    }
}
