"""How much light does a pipeline need? A sweep over exposure and seeds, as a table."""
import numpy as np

import pyminisim as ms
from pyminisim.testing import make_spec


def detectable(rec):
    """What could be found at all, and how well a hand-drawn region follows it."""
    truth = rec.ground_truth
    movie = rec.observed
    traces = [ms.footprint_roi_trace(movie, truth.A_observed[u]) for u in range(truth.n_units)]
    r = ms.trace_pearson(traces, truth.C, [(u, u) for u in range(truth.n_units)])
    return {"detectable": int(truth.detectable.sum()), "roi_r": float(np.nanmedian(r))}


table = ms.sweep(make_spec(duration_s=5), {"steps.sensor.photons_per_unit": [2, 10, 50], "seed": [0, 1, 2]}, detectable)
print(table.groupby("photons_per_unit")[["detectable", "roi_r"]].mean() if hasattr(table, "groupby") else table)
