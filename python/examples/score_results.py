"""Scores what CaImAn, suite2p or minian made of a recording: python score_results.py REC.zarr RESULT [SHIFTS.npy]"""
import sys

import pyminisim as ms
from pyminisim.testing import Estimate, score

rec = ms.Recording.load(sys.argv[1])
estimate = Estimate.load(sys.argv[2], rec, shifts=sys.argv[3] if len(sys.argv) > 3 else None)
# Outlines of pipelines differ in width: a cell counts as found from a fifth of its area on.
report = score(estimate, rec, match_threshold=0.2)
print(report.summary())
print("why cells were missed:", report.causes)
cells = report.cells
print("found: %d of %d" % (sum(v == "found" for v in cells["verdict"]), len(cells["verdict"])))
print("page:", report.to_html("score.html"))
