"""A small calcium-imaging pipeline on numpy and scipy: registration, seeds, footprints, traces.

    python3 pipeline.py MOVIE.npy RESULT.npz [--min-corr 0.5] [--no-registration]

It is made to be read and to be scored, not to be good. RESULT.npz has A (unit, height, width), C (unit, frame) and
shifts (frame, 2), the layout that `minisim score` reads as plain arrays.
"""
import argparse

import numpy as np
from scipy import ndimage

parser = argparse.ArgumentParser()
parser.add_argument("movie")
parser.add_argument("result")
parser.add_argument("--radius", type=int, default=5, help="radius of a cell, px")
parser.add_argument("--min-corr", type=float, default=0.5, help="correlation with its neighbours that makes a pixel a seed")
parser.add_argument("--no-registration", action="store_true")
options = parser.parse_args()

movie = np.load(options.movie).astype(np.float32)
frames, height, width = movie.shape

# What is wider than a cell (background) and narrower (noise) helps neither registration nor seeds.
band = np.stack([ndimage.gaussian_filter(f, 1) - ndimage.gaussian_filter(f, 2 * options.radius) for f in movie])

# Registration: the shift at which a frame correlates best with the mean of all, to the pixel.
shifts = np.zeros((frames, 2))
if not options.no_registration:
    for _ in range(2):
        target = np.conj(np.fft.rfft2(band.mean(0)))
        for t in range(frames):
            peak = np.fft.irfft2(np.fft.rfft2(band[t]) * target, s=(height, width))
            dy, dx = np.unravel_index(peak.argmax(), peak.shape)
            dy, dx = (dy + height // 2) % height - height // 2, (dx + width // 2) % width - width // 2
            if max(abs(dy), abs(dx)) > 15:
                continue
            # Where a frame is shifted down by dy, it is moved up by dy.
            shifts[t] -= (dy, dx)
            band[t] = np.roll(band[t], (-dy, -dx), (0, 1))
            movie[t] = np.roll(movie[t], (-dy, -dx), (0, 1))

# Seeds: pixels that flicker together with their neighbours, the best of each neighbourhood.
z = (band - band.mean(0)) / (band.std(0) + 1e-6)
corr = np.zeros((height, width))
for dy, dx in ((0, 2), (2, 0), (2, 2), (2, -2)):
    c = (z * np.roll(z, (dy, dx), (1, 2))).mean(0)
    corr += (c + np.roll(c, (-dy, -dx), (0, 1))) / 8
corr = ndimage.gaussian_filter(corr, 1)
seeds = np.argwhere((corr == ndimage.maximum_filter(corr, size=2 * options.radius + 1)) & (corr > options.min_corr))

# A footprint is what correlates with its seed; the trace is the mean in it less that of the ring around.
footprints, traces = [], []
for y, x in seeds:
    r = 2 * options.radius
    y0, y1, x0, x1 = max(y - r, 0), min(y + r + 1, height), max(x - r, 0), min(x + r + 1, width)
    seed = z[:, max(y - 1, 0):y + 2, max(x - 1, 0):x + 2].mean((1, 2))
    similar = (z[:, y0:y1, x0:x1] * seed[:, None, None]).mean(0) / (seed.std() + 1e-6)
    labels, _ = ndimage.label(similar > 0.4 * similar.max())
    patch = np.where(labels == labels[y - y0, x - x0], np.clip(similar, 0, None), 0)
    if (patch > 0).sum() < 9:
        continue
    ring = ndimage.binary_dilation(patch > 0, iterations=4) & ~ndimage.binary_dilation(patch > 0, iterations=2)
    pixels = movie[:, y0:y1, x0:x1]
    trace = (pixels * (patch / patch.sum())).sum((1, 2))
    if ring.any():
        trace = trace - pixels[:, ring].mean(1)
    footprint = np.zeros((height, width), np.float32)
    footprint[y0:y1, x0:x1] = patch
    footprints.append(footprint)
    traces.append(trace - np.percentile(trace, 10))

np.savez_compressed(options.result, A=np.array(footprints).reshape(-1, height, width), C=np.array(traces).reshape(-1, frames), shifts=shifts)
print(f"{len(footprints)} cells, {frames} frames -> {options.result}")
