"""A first recording: twenty seconds over CA1, looked at, scored, saved."""
import pyminisim as ms

spec = ms.preset("miniscope_v4", "ca1", duration_s=20, size=(200, 200), motion=True)
rec = ms.simulate(spec)
truth = rec.ground_truth.detectable_subset()

print(rec)
print("movie", rec.observed.shape, rec.observed.dtype, "mean count %.1f" % rec.observed.mean())
print("%d of %d cells can be found; the first fires %d spikes" % (truth.n_units, rec.ground_truth.n_units, truth.S[0].sum()))
print("the brain moves by up to %.1f px" % abs(truth.shifts).max())

rec.save("first.zarr", "first.npy", overwrite=True)
with open("first.png", "wb") as file:
    file.write(rec.preview(title="A first recording"))
