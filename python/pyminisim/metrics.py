"""Scores of what a pipeline recovered, one by one; ``pyminisim.testing.score`` makes all of them in one call."""
import ctypes
import json
import math
from typing import NamedTuple

import numpy as np

from . import _native
from ._arrays import numbers, pairs, pointer, struct


TRACES, SHIFTS = ("unit", "frame"), ("frame", "dy and dx")


class Match:
    """The optimal one-to-one match between estimates and true cells.

    Attributes
    ----------
    similarity : ndarray (estimate, true)
        Similarity of all pairs after the shift.
    pairing : list of (estimate, true)
        All pairs of positive similarity, by ascending estimate.
    shift : (dy, dx)
        Pixels by which the estimate was moved.
    """

    def __init__(self, similarity, pairing, shift):
        self.similarity, self.pairing, self.shift = similarity, pairing, shift

    @property
    def n_est(self):
        """Number of estimates."""
        return self.similarity.shape[0]

    @property
    def n_true(self):
        """Number of true cells."""
        return self.similarity.shape[1]

    def matched_pairs(self, threshold=0.5):
        """The pairs with a similarity of at least ``threshold``."""
        return [p for p in self.pairing if self.similarity[p] >= threshold]

    def recall(self, threshold=0.5):
        """Share of the true cells matched at ``threshold``; 0 without true cells."""
        return len(self.matched_pairs(threshold)) / self.n_true if self.n_true else 0.0

    def precision(self, threshold=0.5):
        """Share of the estimates matched at ``threshold``; 0 without estimates."""
        return len(self.matched_pairs(threshold)) / self.n_est if self.n_est else 0.0

    @property
    def mean_similarity(self):
        """Mean similarity of all pairs, whatever the threshold; 0 without pairs."""
        return float(np.mean([self.similarity[p] for p in self.pairing])) if self.pairing else 0.0

    def __repr__(self):
        return "Match(%d of %d estimates paired with %d true cells, mean similarity %.3f)" % (len(self.pairing), self.n_est, self.n_true, self.mean_similarity)


class ActivitySimilarity(NamedTuple):
    """How well deconvolved activity follows the true spikes, for every pair."""

    correlation: np.ndarray
    scale: np.ndarray
    variance_explained: np.ndarray


def footprints(A, shape=None, order="C", what="A"):
    """Footprints as the engine holds them: a dense array (unit, height, width), or a sparse matrix (pixel, unit) with the shape of the field."""
    if hasattr(A, "tocsc"):
        matrix = A.tocsc()
        if shape is None:
            raise ValueError("%s is sparse, which does not say the shape of its field: give shape=(height, width)" % what)
        if order not in ("C", "F"):
            raise ValueError('order = %r: must be "C" (row-major pixels) or "F" (column-major)' % (order,))
        height, width = (int(n) for n in shape)
        if matrix.shape[0] != height * width:
            raise ValueError("%s has shape %s: its rows must be the %d pixels of a field of %d × %d" % (what, matrix.shape, height * width, height, width))
        data, indices, starts = (numbers(a, ("value",), what) for a in (matrix.data, matrix.indices, matrix.indptr))
        return _native.call_handle("footprints_csc", height, width, int(order == "F"), struct(data), struct(indices), struct(starts))
    return _native.call_handle("footprints_dense", struct(numbers(A, ("unit", "height", "width"), what)))


def shift_option(shift):
    """A shift as an option of the engine: "auto", "none" or whole pixels; half a pixel goes to the even one."""
    if shift is None:
        return "none"
    if isinstance(shift, str):
        if shift != "auto":
            raise ValueError('shift = %r: must be "auto", None or (dy, dx)' % (shift,))
        return shift
    values = [float(v) for v in np.asarray(shift, float).ravel()]
    if len(values) != 2 or not all(map(math.isfinite, values)):
        raise ValueError('shift = %r: must be "auto", None or (dy, dx)' % (shift,))
    return [round(v) for v in values]


def hungarian_match(A_est, A_true, *, metric="iou", energy_frac=0.9, shift=None):
    """Matches estimated with true footprints, one to one, by the largest total similarity; pairs of similarity 0 are dropped.

    Parameters
    ----------
    A_est, A_true : array (unit, height, width)
        Negative weights count as 0. Match against ``ground_truth.A_observed``, which is what can be recovered.
    metric : "iou", "cosine" or "weighted_jaccard"
    energy_frac : float in (0, 1]
        For "iou": a footprint's mask is its fewest brightest pixels that hold this share of its sum.
    shift : None, "auto" or (dy, dx)
        Whole pixels by which the estimate is moved first; "auto" finds them by phase correlation and takes them if they help.
    """
    estimate, truth = footprints(A_est, what="A_est"), footprints(A_true, what="A_true")
    similarity = np.zeros((len(A_est), len(A_true)))
    text = ctypes.c_void_p()
    options = _native.options(metric=metric, energy_fraction=energy_frac, shift=shift_option(shift))
    _native.call("match", estimate, truth, options, pointer(similarity) if similarity.size else None, ctypes.byref(text))
    found = json.loads(_native.take(_native.library(), text))
    return Match(similarity, [(e, t) for e, t, _ in found["pairs"]], tuple(found["shift"]))


def trace_pearson(C_est, C_true, pairing):
    """Pearson's r of the traces (unit, frame) of every pair; NaN where either is constant."""
    estimate, truth, chosen = numbers(C_est, TRACES, "C_est"), numbers(C_true, TRACES, "C_true"), pairs(pairing)
    result = np.empty(len(chosen))
    _native.call("trace_pearson", struct(estimate), struct(truth), pointer(chosen), len(chosen), pointer(result))
    return result


def activity_similarity(S_est, S_true, pairing):
    """How well deconvolved activity (unit, frame), a rate on an unknown scale, follows the true spikes, for every pair.

    ``correlation`` is Pearson's r; ``scale`` the factor ≥ 0 of the least-squares fit ``true ≈ scale·est + offset``; ``variance_explained`` that of the
    fit. A constant estimate has scale and variance explained 0; for a constant truth the latter is NaN.
    """
    estimate, truth, chosen = numbers(S_est, TRACES, "S_est"), numbers(S_true, TRACES, "S_true"), pairs(pairing)
    result = ActivitySimilarity(*(np.empty(len(chosen)) for _ in range(3)))
    _native.call("activity_similarity", struct(estimate), struct(truth), pointer(chosen), len(chosen), *(pointer(a) for a in result))
    return result


def spike_events(S_est, S_true, pairing, tolerance_frames=2):
    """Events of the activity (unit, frame) of all pairs together, matched one to one within a tolerance: (true, estimated, matched).

    Whole numbers count spikes: every run of frames above 0 is an event. Anything else is a rate on an unknown scale: events are runs above a quarter
    of the 99th percentile of a unit's positive values. Both sides are read by this rule, so exchanging them exchanges the first two numbers.
    """
    estimate, truth, chosen = numbers(S_est, TRACES, "S_est"), numbers(S_true, TRACES, "S_true"), pairs(pairing)
    tolerance = _native.whole(tolerance_frames, "tolerance_frames")
    counts = (ctypes.c_int64 * 3)()
    at = ctypes.addressof(counts)
    _native.call("spike_events", struct(estimate), struct(truth), pointer(chosen), len(chosen), tolerance, at, at + 8, at + 16)
    return tuple(counts)


def shift_rmse(shifts_est, shifts_true, *, correction=False, align=False):
    """Root mean square error of a trajectory (frame, 2), px. ``correction``: the estimate undoes the motion and is negated first; ``align``: the mean
    difference of each axis is no error."""
    estimate, truth = numbers(shifts_est, SHIFTS, "shifts_est"), numbers(shifts_true, SHIFTS, "shifts_true")
    result = ctypes.c_double()
    _native.call("shift_rmse", struct(estimate), struct(truth), int(bool(correction)), int(bool(align)), ctypes.addressof(result))
    return result.value


def global_shift_from_trajectories(shifts_est, shifts_true, *, correction=True):
    """The whole-pixel shift (dy, dx) that brings footprints of the pipeline's frame to the truth's: the rounded mean of ``−est − true`` for a
    correction, of ``est − true`` for a displacement."""
    estimate, truth = numbers(shifts_est, SHIFTS, "shifts_est"), numbers(shifts_true, SHIFTS, "shifts_true")
    result = (ctypes.c_int32 * 2)()
    at = ctypes.addressof(result)
    _native.call("global_shift", struct(estimate), struct(truth), int(bool(correction)), at, at + 4)
    return tuple(result)


def field_pearson(est, true):
    """Pearson's r of two fields of one shape, flattened: likeness of shape; NaN where either is constant."""
    estimate, truth = np.asarray(est), np.asarray(true)
    if estimate.shape != truth.shape:
        raise ValueError("fields of shape %s and %s cannot be compared" % (estimate.shape, truth.shape))
    estimate, truth = numbers(estimate.ravel(), ("pixel",), "est"), numbers(truth.ravel(), ("pixel",), "true")
    result = ctypes.c_double()
    _native.call("field_pearson", struct(estimate), struct(truth), ctypes.addressof(result))
    return result.value


def _one(A, unit, what):
    A = np.asarray(A)
    if A.ndim == 3:
        if unit is None:
            raise ValueError("%s has %d units: say which" % (what, len(A)))
        A = A[unit]
    return A[np.newaxis]


def footprint_mask(A, unit=None, *, rel=0.18):
    """The pixels of a footprint above ``rel`` of its peak (height, width), as a hand-drawn region would have them. ``A`` is one footprint, or a stack
    and ``unit`` says which."""
    one = _one(A, unit, "A")
    handle = footprints(one)
    mask = np.zeros(one.shape[1:], bool)
    _native.call("footprint_mask", handle, 0, _native.number(rel, "rel"), pointer(mask), mask.nbytes)
    return mask


def footprint_roi_trace(movie, A, unit=None, *, rel=0.18):
    """Mean of a movie (frame, height, width) inside a footprint's mask, per frame: the baseline that demixing must beat; 0 where the mask is
    empty."""
    frames = numbers(movie, ("frame", "height", "width"), "movie")
    handle = footprints(_one(A, unit, "A"))
    result = np.zeros(len(frames))
    _native.call("roi_traces", struct(frames), handle, _native.number(rel, "rel"), pointer(result), len(result))
    return result
