"""An hour at 1200 × 1200 px is 156 GB of movie: frames are made when they are asked for."""
import numpy as np

import pyminisim as ms

spec = ms.preset("miniscope_v4", "cortex_l23", duration_s=3600, fps=30, size=(1200, 1200), neuropil=False, vessels=False,
                 populations=[ms.NeuronPopulation(positions_um=[(150, y, x) for y in (-400, 0, 400) for x in (-400, 0, 400)])])
rec = ms.compile(spec)
print(rec.frames, "%.0f GB if it were in memory" % (rec.frames.nbytes / 1e9))

middle = rec.frames[54_000:54_010]
print("ten frames from the middle:", middle.shape, middle.dtype, "mean count %.2f" % middle.mean())
print("every thousandth pixel column of one frame:", rec.frames[100_000, 600, ::400])
print("before the camera:", rec.stage("cells_only")[54_000].max())
assert np.array_equal(rec.frames[54_003], middle[3])
