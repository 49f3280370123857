"""Recordings and scores for the tests of a pipeline: a fixture in one call, a score in one call."""
import contextlib
import ctypes
import html as _escape
import json
import os
import random

import numpy as np

from . import _native
from ._arrays import numbers, of_struct, struct
from ._calls import Array
from ._generated import Acquisition, BrainMotion, CellActivity, CellOptics, Composite, ImageSensor, NeuronPopulation, Optics, Output, PlaceNeurons, Sensor
from .errors import expecting
from .metrics import SHIFTS, TRACES, footprints, shift_option
from .recording import GroundTruth, Recording
from .simulation import simulate
from .spec import Spec, _steps

_PITCH_UM = 8.0


def make_spec(*, n_cells=6, n_px=128, pixel_size_um=1.0, duration_s=2.0, fps=20.0, seed=0, depth_um=50.0, soma_radius_um=5.0, morphology="soma",
              motion=False, activity=None, sensor=None, extra_steps=(), save_intermediates=False):
    """The spec of ``make_recording``."""
    if not _native.number(pixel_size_um, "pixel_size_um") > 0:
        raise ValueError("pixel_size_um = %r: must be more than 0" % (pixel_size_um,))
    # That the motion is large for so small a field is this function's own doing.
    with expecting("(brain_motion)") if motion else contextlib.nullcontext():
        return Spec(
            acquisition=Acquisition(fps=fps, duration_s=duration_s, optics=Optics(magnification=_PITCH_UM / pixel_size_um),
                                    image_sensor=ImageSensor(n_px_height=n_px, n_px_width=n_px, pixel_pitch_um=_PITCH_UM)),
            seed=seed,
            steps=[
                PlaceNeurons(populations=[NeuronPopulation(soma_radius_um=soma_radius_um, morphology=morphology,
                                                           positions_um=_grid(n_cells, n_px * pixel_size_um, soma_radius_um, depth_um, seed))]),
                activity if activity is not None else CellActivity(p_quiescent_to_active=0.05),
                CellOptics(),
                Composite(),
                *([BrainMotion()] if motion else []),
                sensor if sensor is not None else Sensor(photons_per_unit=40.0),
                *_steps(extra_steps, "extra_steps"),
            ],
            output=Output(save_intermediates=save_intermediates))


def make_recording(*, n_cells=6, n_px=128, pixel_size_um=1.0, duration_s=2.0, fps=20.0, seed=0, depth_um=50.0, soma_radius_um=5.0, morphology="soma",
                   motion=False, activity=None, sensor=None, extra_steps=(), save_intermediates=False):
    """A small, fast, deterministic recording with its truth: the same arguments, the same bytes.

    Parameters
    ----------
    n_cells : int
        Cells, on a jittered grid that keeps them apart.
    n_px : int
        Side of the square sensor, px.
    pixel_size_um : float
        Object-space size of a pixel, µm.
    duration_s, fps, seed :
        Length, s; frames per second; seed of every random draw.
    depth_um, soma_radius_um, morphology :
        Depth of every cell, µm; radius of the somata, µm; "soma" or "cytosolic".
    motion : bool
        Adds brain motion with its defaults.
    activity : CellActivity, optional
        Instead of a lively one.
    sensor : Sensor, optional
        Instead of a well-lit one.
    extra_steps : sequence of steps
        Further ones.
    save_intermediates : bool
        Keeps the movie after every stage in ``snapshots``.
    """
    return simulate(make_spec(n_cells=n_cells, n_px=n_px, pixel_size_um=pixel_size_um, duration_s=duration_s, fps=fps, seed=seed, depth_um=depth_um,
                              soma_radius_um=soma_radius_um, morphology=morphology, motion=motion, activity=activity, sensor=sensor,
                              extra_steps=extra_steps, save_intermediates=save_intermediates), progress=False)


def _grid(n, side_um, radius_um, depth_um, seed):
    _native.whole(n, "n_cells", 1)
    rows = max(1, int(n ** 0.5))
    columns = -(-n // rows)
    # A soma and the light around it stay in view.
    edge = min(3.5 * radius_um, side_um / 4)
    span = side_um - 2 * edge
    pitch = min(span / max(rows - 1, 1), span / max(columns - 1, 1))
    if n > 1 and pitch < 2.5 * radius_um:
        raise ValueError("n_cells = %d: cells of radius %g µm do not fit apart from one another into %g µm. Take fewer, smaller ones or more pixels." % (n, radius_um, side_um))
    jitter = min(radius_um, (pitch - 2.5 * radius_um) / 2) if n > 1 else radius_um
    # The generator of Python's own whose numbers are promised to stay.
    draw = random.Random(seed)
    places = []
    for i in range(n):
        row, column = divmod(i, columns)
        y = 0.0 if rows == 1 else -span / 2 + span * row / (rows - 1)
        x = 0.0 if columns == 1 else -span / 2 + span * column / (columns - 1)
        places.append((float(depth_um), y + jitter * (2 * draw.random() - 1), x + jitter * (2 * draw.random() - 1)))
    return places


# The library is loaded and has read a spec when this module is there, so that the first recording is made as fast as the others.
make_spec(n_cells=1)


def _ordered(value, axes):
    dims = getattr(value, "dims", None)
    return value.transpose(*axes) if dims is not None and set(dims) == set(axes) and tuple(dims) != axes else value


def _aligned(value, cells, what):
    if "unit" not in getattr(value, "coords", ()) or "unit" not in getattr(cells, "coords", ()):
        return value
    own, wanted = np.asarray(value.coords["unit"]), np.asarray(cells.coords["unit"])
    if own.shape == wanted.shape and (own == wanted).all():
        return value
    if len(set(own.tolist())) != len(own) or set(own.tolist()) != set(wanted.tolist()):
        raise ValueError("%s and A have other cells along their coordinate unit" % what)
    return value.sel(unit=wanted)


class Estimate:
    """What a pipeline recovered; only ``A`` is required.

    Parameters
    ----------
    A : array (unit, height, width), or sparse matrix (pixel, unit)
        Footprints; NumPy, xarray or scipy.
    C : array (unit, frame), optional
        Traces.
    S : array (unit, frame), optional
        Deconvolved activity.
    shifts : array (frame, 2), optional
        Motion correction, px: (dy, dx) by which the pipeline moved each frame.
    name : str
        What to call it in a report.
    shape : (height, width), optional
        Of a sparse ``A``; by default the truth's.
    order : "C" or "F"
        Order of the pixels of a sparse ``A``: row-major, or column-major as CaImAn has them.
    """

    def __init__(self, A, C=None, S=None, shifts=None, *, name="estimate", shape=None, order="C"):
        # xarray's arrays say by name which axis is which, and by coordinates which cell is where.
        A, C, S = _ordered(A, ("unit", "height", "width")), _ordered(C, ("unit", "frame")), _ordered(S, ("unit", "frame"))
        self.A, self.C, self.S = A, _aligned(C, A, "C"), _aligned(S, A, "S")
        self.shifts = _ordered(shifts, ("frame", "axis"))
        self.name, self.shape, self.order = name, shape, order
        self.notes = []
        self._opened = None

    @classmethod
    def load(cls, path, truth=None, *, axes="auto", shifts=None, accepted=False, table=None, follow_links=False, max_memory=None):
        """Reads what a pipeline left behind: CaImAn, suite2p, minian, NWB, EXTRACT, CNMF-E, ImageJ ROIs, plain arrays.

        ``truth`` is the recording or ground truth that it belongs to; ``axes`` the order of the image axes where the file leaves it open ("yx",
        "xy"); ``shifts`` a .npy file with the motion correction; ``accepted`` takes only the units that the pipeline itself accepted; ``table`` names the
        table with the cells where a file has several; ``follow_links`` allows HDF5 links into other files; ``max_memory`` is how many bytes the file may
        claim, by default half of the memory that there is. ``notes`` of the result say what was read and what was left out.
        """
        facts = getattr(truth, "ground_truth", truth)
        if facts is not None and not isinstance(facts, GroundTruth):
            raise TypeError("truth = %r: must be the Recording or GroundTruth that the estimate belongs to" % (truth,))
        height, width = facts.fov_shape if facts is not None else (None, None)
        options = _native.options(height=height, width=width, frames=facts.n_frames if facts is not None else None, axes=axes, shifts=None if shifts is None else os.fspath(shifts), accepted=bool(accepted),
                                  table=table, follow_links=bool(follow_links), max_memory=None if max_memory is None else int(max_memory))
        handle, text = ctypes.c_uint64(), ctypes.c_void_p()
        _native.call("estimate_open", _native.text(path), options, ctypes.byref(handle), ctypes.byref(text))
        about = json.loads(_native.take(_native.library(), text))
        opened = _native.Handle(handle.value)
        self = cls(_opened(opened, "A"), _opened(opened, "C"), _opened(opened, "S"), _opened(opened, "shifts"), name=about["name"])
        self.notes, self._opened, self.format = [_native.said(n) for n in about["notes"]], opened, about["format"]
        return self

    def _handle(self, fov):
        if self._opened is not None and self._opened.is_here:
            return self._opened
        self._check_axes(fov)
        if hasattr(self.A, "tocsc"):
            cells = footprints(self.A, self.shape or fov, self.order)
        else:
            cells = footprints(self.A)
        arrays = [None if a is None else numbers(a, axes, n) for a, axes, n in ((self.C, TRACES, "C"), (self.S, TRACES, "S"), (self.shifts, SHIFTS, "shifts"))]
        return _native.call_handle("estimate_new", cells, *(struct(a) for a in arrays), _native.text(self.name))

    def _check_axes(self, fov):
        """Says of axes in another order which they are. What else does not fit, the engine says."""
        if hasattr(self.A, "tocsc"):
            units = self.A.shape[1]
        else:
            shape = _shape(self.A)
            if len(shape) == 2 and len(_shape(self.C)) == 3:
                raise ValueError("A has shape %s and C %s: they are exchanged, footprints come first: Estimate(A, C)" % (shape, _shape(self.C)))
            if len(shape) == 3 and shape[1:] != tuple(fov) and shape[:2] == tuple(fov):
                raise ValueError("A has shape %s, which is (height, width, unit): it must be (unit, height, width), as np.moveaxis(A, 2, 0) is" % (shape,))
            units = shape[0] if shape else 0
        for name, array in (("C", self.C), ("S", self.S)):
            shape = _shape(array)
            if len(shape) == 2 and shape[0] != units == shape[1]:
                raise ValueError("%s has shape %s for %d units, which is (frame, unit): it must be (unit, frame), as %s.T is" % (name, shape, units, name))

    def __reduce__(self):
        return _estimate, (self.A, self.C, self.S, self.shifts, self.name, self.shape, self.order)

    def __repr__(self):
        shape = getattr(self.A, "shape", None)
        return "Estimate(%s, A %s%s)" % (self.name, shape, "".join(", " + n for n, a in (("C", self.C), ("S", self.S), ("shifts", self.shifts)) if a is not None))


def _shape(value):
    """The shape of an array-like; () for what is none."""
    try:
        return tuple(np.shape(value))
    except ValueError:
        return ()


def _estimate(A, C, S, shifts, name, shape, order):
    return Estimate(A, C, S, shifts, name=name, shape=shape, order=order)


def _opened(handle, name):
    shape = (ctypes.c_int64 * 4)()
    _native.call("estimate_array", handle, _native.text(name), None, 0, ctypes.addressof(shape))
    axes = 3 if name == "A" else 2
    lengths = tuple(shape[:axes])
    if name != "A" and not any(lengths):
        return None
    array = np.empty(lengths)
    if array.size:
        _native.call("estimate_array", handle, _native.text(name), array.ctypes.data, array.nbytes, ctypes.addressof(shape))
    return array


def score(estimate, truth, *, match_metric="iou", match_threshold=0.5, restrict_to_detectable=True, footprint_shift="auto"):
    """Scores an estimate in one call.

    Parameters
    ----------
    estimate : Estimate, or array (unit, height, width)
    truth : GroundTruth or Recording
    match_metric : "iou", "cosine" or "weighted_jaccard"
        Similarity that cells are matched by, against ``A_observed``.
    match_threshold : float
        Similarity from which a cell counts as found.
    restrict_to_detectable : bool
        Recall over the detectable cells instead of all planted ones in view.
    footprint_shift : "auto", None or (dy, dx)
        Offset of the pipeline's frame: found from the trajectories if both are there, else by overlap; none; known.

    Returns
    -------
    Report
    """
    if isinstance(estimate, (Recording, GroundTruth)):
        raise TypeError("estimate is a %s: the estimate comes first, score(estimate, truth)" % type(estimate).__name__)
    if isinstance(estimate, (tuple, dict)):
        raise TypeError("estimate is a %s: name its parts, score(Estimate(A, C, S, shifts), truth)" % type(estimate).__name__)
    if isinstance(estimate, (str, os.PathLike)):
        raise TypeError("estimate is a path: read it with Estimate.load(%r, truth)" % os.fspath(estimate))
    if not isinstance(estimate, Estimate):
        estimate = Estimate(estimate)
    facts = truth.ground_truth if isinstance(truth, Recording) else truth
    if isinstance(truth, Recording) and facts is None:
        raise ValueError("the recording is a movie alone: nothing is known that an estimate could be scored against. Keep recordings as Zarr, HDF5 or NWB.")
    if not isinstance(facts, GroundTruth):
        raise TypeError("truth must be a GroundTruth or a Recording, not %s" % type(truth).__name__)
    options = _native.options(metric=match_metric, threshold=match_threshold, all_cells=not restrict_to_detectable, shift=shift_option(footprint_shift))
    handle = estimate._handle(facts.fov_shape)
    values = _native.call_json("score", handle, _cells(facts), options)
    return Report(values, estimate, facts, options)


def _cells(truth):
    if truth.handle is not None:
        return truth.handle
    arrays = [None if truth._arrays.get(n) is None else numbers(truth._arrays[n], axes, n) for n, axes in (("C", TRACES), ("S", TRACES), ("shifts", SHIFTS))]
    detectable = np.ascontiguousarray(truth.detectable, np.uint8)
    return _native.call_handle("cells_new", footprints(truth._arrays["A_observed"]), detectable.ctypes.data if detectable.size else None, *(struct(a) for a in arrays))


class Report:
    """The score of one estimate.

    Attributes
    ----------
    n_requested, n_detectable, n_true, n_est, n_matched : int
        Planted cells in view; those that can be seen; the denominator of recall; estimates; pairs that count.
    recall, precision, f1, mean_overlap : float
    trace_corr, activity_corr, activity_variance_explained, activity_scale : float
        Medians over the pairs; NaN without traces or activity.
    shift_rmse : float or None
        Error of the motion correction, px; None without both trajectories.
    match_metric, match_threshold, footprint_shift :
        What was used; the shift is (dy, dx), px.
    notes : list of str
        What could not be scored and why.
    """

    _NUMBERS = ("recall", "precision", "f1", "mean_overlap", "trace_corr", "activity_corr", "activity_variance_explained", "activity_scale")

    def __init__(self, values, estimate, truth, options):
        for name, value in values.items():
            setattr(self, name, float("nan") if value is None and name in self._NUMBERS else value)
        self.notes = values["notes"] = [_native.said(n) for n in values["notes"]]
        self.footprint_shift = tuple(values["footprint_shift"])
        self._values, self._estimate, self._truth, self._options = values, estimate, truth, options
        self._evaluated = None

    def to_dict(self):
        """The numbers as a dict; None is what was not given."""
        return dict(self._values)

    def to_json(self, indent=2):
        """The numbers as JSON."""
        return json.dumps(self._values, indent=indent, ensure_ascii=False)

    def summary(self):
        """A few lines for people."""
        def n(value, form="%.3f"):
            return "-" if value is None or value != value else form % value

        lines = [self.name,
                 "cells               %d planted in view, %d detectable, %d counted; %d estimated, %d matched (%s ≥ %g)" % (
                     self.n_requested, self.n_detectable, self.n_true, self.n_est, self.n_matched, self.match_metric, self.match_threshold),
                 "recall              %s   precision %s   F1 %s   mean overlap %s" % (n(self.recall), n(self.precision), n(self.f1), n(self.mean_overlap))]
        if self.trace_corr == self.trace_corr:
            lines.append("trace r             %s (median over pairs)" % n(self.trace_corr))
        if self.activity_corr == self.activity_corr:
            lines.append("activity r          %s   variance explained %s   scale %s" % (n(self.activity_corr), n(self.activity_variance_explained), n(self.activity_scale, "%.4g")))
        if self.shift_rmse is not None:
            lines.append("motion RMSE         %s px" % n(self.shift_rmse))
        if self.footprint_shift != (0, 0):
            lines.append("footprint shift     (%d, %d) px" % self.footprint_shift)
        lines += ["note                " + note for note in self.notes]
        return "\n".join(lines)

    def _evaluation(self):
        if self._evaluated is None:
            truth = self._truth
            if truth.handle is None:
                raise ValueError("a truth made from arrays has no recording: cells, causes, bounds and pages need one")
            # Bounds look at the whole movie, and at all cells in view.
            source = truth._source.handle if truth._source.until is None else ctypes.c_uint64(0)
            evaluator = _native.call_handle("evaluator_new", truth.handle, truth._source.spec.handle, source, None)
            evaluation, text = ctypes.c_uint64(), ctypes.c_void_p()
            _native.call("evaluate", evaluator, self._estimate._handle(truth.fov_shape), self._options, ctypes.byref(evaluation), ctypes.byref(text))
            self._evaluated = evaluator, _native.Handle(evaluation.value), json.loads(_native.take(_native.library(), text))
        return self._evaluated

    @property
    def details(self):
        """Everything that can be said about the estimate, as a dict: intervals, verdicts, curves, spikes, agreement."""
        return self._evaluation()[2]

    @property
    def cells(self):
        """Every cell that counts, as a table: what became of it (``verdict``), its estimate and similarity, correlations, bounds, SNR, depth,
        neighbours, and ``cause``, the likeliest reason of a miss. A pandas DataFrame if pandas is there, else a dict of arrays."""
        rows = [c for c in self.details["cells"] if c["counted"]]
        names = [k for k in rows[0] if k != "causes"] if rows else []
        table = {}
        for name in names:
            values = [r[name] for r in rows]
            if name in ("unit",):
                table[name] = np.array(values, np.int64)
            elif name == "verdict":
                table[name] = np.array(values, object)
            elif isinstance(values[0], bool):
                table[name] = np.array(values, bool)
            elif name == "estimate":
                table[name] = np.array([-1 if v is None else v for v in values], np.int64)
            else:
                table[name] = np.array([np.nan if v is None else v for v in values], float)
        table["cause"] = np.array([r["causes"][0]["cause"] if r["causes"] else "" for r in rows], object)
        try:
            import pandas
        except ImportError:
            return table
        return pandas.DataFrame(table)

    @property
    def causes(self):
        """Why cells were missed: how many by the likeliest cause of each, most frequent first."""
        return dict(self.details["main_causes"])

    @property
    def missed(self):
        """The cells that count and were not found: a list of dicts with ``unit``, ``verdict``, ``causes`` (each with ``cause``, ``weight``, ``measure`` and
        ``text``, the likeliest first) and the facts of the cell."""
        return [c for c in self.details["cells"] if c["counted"] and not c["found"]]

    @property
    def bounds(self):
        """What can be reached on this recording: ``oracle_corr`` and ``roi_corr`` of every cell in view, and the traces ``oracle`` and ``roi``
        (unit, frame) behind them: perfect spatial knowledge, and none."""
        evaluator = self._evaluation()[0]
        oracle, roi = Array(), Array()
        _native.call("evaluator_bounds", evaluator, ctypes.byref(oracle), ctypes.byref(roi))
        cells = {c["unit"]: c for c in self.details["cells"]}
        corr = {k: np.array([np.nan if c[k] is None else c[k] for c in cells.values()], float) for k in ("oracle_corr", "roi_corr")}
        return {"oracle": of_struct(oracle, evaluator), "roi": of_struct(roi, evaluator), "unit": np.array(list(cells), np.int64), **corr}

    def to_html(self, path=None, title=None):
        """The score as one self-contained page: the text, or a file if ``path`` is given."""
        evaluator, evaluation, _ = self._evaluation()
        handles = (ctypes.c_uint64 * 1)(evaluation.value)
        page = _native.call_text("evaluation_html", evaluator, handles, 1, _native.text(title or "Score of %s" % self.name))
        if path is None:
            return page
        with open(path, "w", encoding="utf-8") as file:
            file.write(page)
        return os.fspath(path)

    def __repr__(self):
        return "Report(%s: recall %.3f, precision %.3f)" % (self.name, self.recall, self.precision)

    def __str__(self):
        return self.summary()

    def _repr_html_(self):
        return "<pre>%s</pre>" % _escape.escape(self.summary())
