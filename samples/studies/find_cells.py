"""A small pipeline to study: cells are blobs in the projection of what fluctuates.

    find_cells.py MOVIE.npy OUT SIGMA_PX

Writes OUT.npz with A (unit, height, width) and C (unit, frame).
"""
import sys

import numpy as np
from scipy import ndimage

movie = np.load(sys.argv[1], mmap_mode="r")
sigma = float(sys.argv[3])

# What changes in time, without what changes everywhere at once.
deviation = np.zeros(movie.shape[1:])
mean = movie.mean(axis=0)
for frame in movie:
    d = frame - mean
    deviation += np.clip(d - ndimage.gaussian_filter(d, 4 * sigma), 0, None) ** 2
image = ndimage.gaussian_filter(np.sqrt(deviation / len(movie)), sigma)

peaks = (image == ndimage.maximum_filter(image, size=int(4 * sigma) | 1)) & (image > np.median(image) * 1.3)
rows, cols = np.indices(image.shape)
A, C = [], []
for r, c in np.argwhere(peaks):
    weight = np.exp(-((rows - r) ** 2 + (cols - c) ** 2) / (2 * (1.5 * sigma) ** 2))
    weight[weight < 0.1] = 0
    inside = weight > 0
    trace = movie[:, inside] @ weight[inside] / weight.sum()
    ring = (weight == 0) & ((rows - r) ** 2 + (cols - c) ** 2 < (6 * sigma) ** 2)
    A.append(weight)
    C.append(trace - movie[:, ring].mean(axis=1))
shape = movie.shape
np.savez(sys.argv[2], A=np.array(A).reshape(-1, *shape[1:]), C=np.array(C).reshape(-1, shape[0]))
