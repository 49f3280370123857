"""Recordings and their ground truth."""
import ctypes
import os
from collections.abc import Mapping

import numpy as np

from . import _calls, _native
from ._arrays import labelled, of_struct, pointer
from .errors import Missing, RecordingError, near, warn
from .spec import Spec


class _Simulated:
    """Where a simulated recording comes from: a spec, compiled when needed and anew in a forked child."""

    def __init__(self, spec, until=None, threads=None):
        self.spec, self.until, self.threads = spec, until, threads
        self._handle = self._info = None

    def compile(self, settings=None):
        """Compiles the spec, in a run of its own or in one that is under way."""
        if settings is None:
            _native.run_calls(self.compile, threads=self.threads)
            return
        scene = ctypes.c_uint64()
        _native.call("compile", self.spec.handle, _native.text(self.until), ctypes.byref(settings), ctypes.byref(scene))
        self._handle = _native.Handle(scene.value)

    @property
    def handle(self):
        if self._handle is None or not self._handle.is_here:
            self.compile()
        return self._handle

    @property
    def info(self):
        if self._info is None:
            self._info = _native.call_json("scene_info", self.handle)
        return self._info

    def truth(self):
        return _native.call_handle("scene_truth", self.handle)

    def frames(self, stage, first, target, progress=None):
        _native.run("scene_frames", self.handle, _native.text(stage), first, len(target), pointer(target), target.nbytes, threads=self.threads, progress=progress)

    def write(self, outputs, threads, progress):
        _native.run("scene_write", self.handle, outputs, threads=threads, progress=progress, description="writing")

    def __reduce__(self):
        return _Simulated, (self.spec, self.until, self.threads)


class _Opened:
    """Where a recording read from a file comes from."""

    def __init__(self, path, threads=None, format=None, max_memory=None):
        self.path, self.threads, self.format, self.max_memory = os.path.abspath(os.fspath(path)), threads, format, max_memory
        self._handle = self._info = self._spec = self._again = None

    def open(self):
        found = ctypes.c_void_p()
        recording = ctypes.c_uint64()
        options = _native.options(format=self.format, max_memory=None if self.max_memory is None else int(self.max_memory))
        _native.call("recording_open", _native.text(self.path), options, ctypes.byref(recording), ctypes.byref(found))
        self._handle = _native.Handle(recording.value)
        return _native.found_odd(_native.library(), found)

    @property
    def handle(self):
        if self._handle is None or not self._handle.is_here:
            self.open()
        return self._handle

    @property
    def info(self):
        if self._info is None:
            self._info = _native.call_json("recording_info", self.handle)
        return self._info

    @property
    def until(self):
        return self.info["until"]

    @property
    def spec(self):
        if self._spec is None and not self.info["movie_only"]:
            self._spec = Spec._of_handle(_native.call_handle("recording_spec", self.handle))
        return self._spec

    def truth(self):
        return _native.call_handle("recording_truth", self.handle)

    def again(self):
        """The same recording simulated from its spec, for what the file does not hold. That it is the same is seen on two frames."""
        if self._again is None:
            if self.info["movie_only"]:
                raise RecordingError("%s: holds a movie alone: there is no spec from which its stages could be rendered." % self.path)
            again = _Simulated(self.spec, self.until, self.threads)
            shape, last = (self.info["height"], self.info["width"]), self.info["frames"] - 1
            same = (again.info["frames"], again.info["height"], again.info["width"]) == (last + 1, *shape)
            for frame in sorted({0, last} - {-1}) if same else ():
                pictures = [np.empty((1, *shape), source.info["dtype"]) for source in (self, again)]
                for source, picture in zip((self, again), pictures):
                    source.frames(None, frame, picture)
                same = same and np.array_equal(*pictures)
            if not same:
                raise RecordingError("%s: its spec does not give its pixels here: it is from another program or version, or was edited. Its stages cannot be rendered; "
                                     "rec.spec simulates a recording of this engine." % self.path)
            self._again = again
        return self._again

    def frames(self, stage, first, target, progress=None):
        _native.run("recording_frames", self.handle, _native.text(stage), first, len(target), pointer(target), target.nbytes, threads=self.threads, progress=progress)

    def write(self, outputs, threads, progress):
        _native.run("recording_export", self.handle, outputs, threads=threads, progress=progress, description="writing")

    def __reduce__(self):
        return _Opened, (self.path, self.threads, self.format, self.max_memory)


class Movie:
    """A movie (frame, height, width) whose frames are rendered, or read, when asked for: ``movie[100:200]`` makes just those, ``movie[7]`` is one
    frame, ``movie[::10, :64, :64]`` a part of every tenth. Nothing is kept."""

    def __init__(self, source, stage, shape, dtype):
        self._source, self._stage = source, stage
        self.shape, self.dtype = tuple(shape), np.dtype(dtype)

    ndim = 3

    @property
    def nbytes(self):
        """Bytes of the whole movie, were it in memory."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    def __len__(self):
        return self.shape[0]

    def __iter__(self):
        for first in range(0, len(self), 32):
            yield from self[first:first + 32]

    def read(self, first, count, out=None):
        """Frames ``first`` to ``first + count - 1``, into ``out`` if it is given."""
        first, count = _native.whole(first, "first"), _native.whole(count, "count")
        shape = (count, *self.shape[1:])
        if out is None:
            out = np.empty(shape, self.dtype)
        elif out.shape != shape or out.dtype != self.dtype or not out.flags.c_contiguous or not out.flags.writeable:
            raise ValueError("out must be a writeable, row-major array of shape %s and type %s" % (shape, self.dtype))
        self._source.frames(self._stage, first, out)
        return out

    def __getitem__(self, key):
        key = key if isinstance(key, tuple) else (key,)
        if key and key[0] is Ellipsis:
            key = (slice(None), *([slice(None)] * (3 - len(key))), *key[1:])
        frames, rest = (key[0], key[1:]) if key else (slice(None), ())
        if isinstance(frames, slice):
            first, stop, step = frames.indices(len(self))
            chosen = range(first, stop, step)
            if step == 1:
                result = self.read(first, len(chosen))
            else:
                result = self._some(chosen)
            return result[(slice(None), *rest)] if rest else result
        if isinstance(frames, (bool, np.bool_)):
            raise IndexError("a movie takes frames by number, slice, list or mask, not %r" % (frames,))
        if np.ndim(frames) == 0:
            frame = self._index(frames)
            image = self.read(frame, 1)[0]
            return image[rest] if rest else image
        chosen = np.asarray(frames)
        if chosen.dtype == bool:
            if chosen.shape != (len(self),):
                raise IndexError("a mask of shape %s does not fit %d frames" % (chosen.shape, len(self)))
            chosen = np.flatnonzero(chosen)
        if not rest and chosen.ndim == 1:
            return self._some([self._index(f) for f in chosen])
        # NumPy's rules for lists along several axes: its own doing, on the frames that are needed.
        needed, places = np.unique(np.asarray([self._index(f) for f in chosen.ravel()], dtype=np.int64), return_inverse=True)
        return self._some(needed)[(places.reshape(chosen.shape), *rest)]

    def _index(self, frame):
        import operator

        try:
            index = operator.index(frame)
        except TypeError:
            raise IndexError("a movie takes frames by number, slice, list or mask, not %r" % (frame,)) from None
        if not -len(self) <= index < len(self):
            raise IndexError("frame %d is not in a movie of %d" % (index, len(self)))
        return index % len(self)

    def _some(self, frames):
        result = np.empty((len(frames), *self.shape[1:]), self.dtype)
        for i, frame in enumerate(frames):
            self._source.frames(self._stage, frame, result[i:i + 1])
        return result

    def __array__(self, dtype=None, copy=None):
        whole = self.read(0, len(self))
        return whole if dtype is None else whole.astype(dtype, copy=False)

    def __repr__(self):
        return "Movie(%s, %s%s)" % (self.shape, self.dtype, "" if self._stage is None else ", stage=%r" % self._stage)


class Snapshots(Mapping):
    """Movies after intermediate stages, by name: arrays, rendered or read when they are first asked for and kept from then on."""

    def __init__(self, recording, names, movies=()):
        self._recording, self._names, self._movies = recording, tuple(names), dict(movies)

    def __getitem__(self, name):
        if name not in self._names:
            why = near(name, self._names) if self._names else "output.save_intermediates keeps them"
            if name in self._recording._chain():
                why = "rec.stage(%r) renders it" % name
            raise Missing("no snapshot %r: %s" % (name, why))
        if name not in self._movies:
            self._movies[name] = self._recording.stage(name)[:]
        return self._movies[name]

    def __iter__(self):
        return iter(self._names)

    def __len__(self):
        return len(self._names)

    def __contains__(self, name):
        return name in self._names

    def __repr__(self):
        return "Snapshots(%s)" % ", ".join(self._names)


class Recording:
    """A recording: the movie and everything true about it.

    Attributes
    ----------
    spec : Spec
        The recipe; None for a movie alone.
    observed : ndarray (frame, height, width)
        The movie in memory: counts in the sensor's own unsigned integer type, float32 without a sensor.
    observed_movie, frames : Movie
        The same, made frame by frame: ``rec.frames[100:200]`` works for recordings larger than memory.
    ground_truth : GroundTruth
        What is true; None for a movie alone.
    snapshots : Snapshots, a mapping of str to ndarray
        Movies after intermediate stages, if ``spec.output.save_intermediates``. ``stage`` gives every stage, kept or not.
    """

    def __init__(self, source):
        self._source = source
        info = source.info
        self.shape = (info["frames"], info["height"], info["width"])
        self.dtype = np.dtype(info["dtype"])
        self._observed = self._truth = self._snapshots = None

    @property
    def spec(self):
        return self._source.spec

    @property
    def until(self):
        """The step or stage after which the chain was stopped, or None."""
        return self._source.until

    @property
    def observed(self):
        if self._observed is None:
            self._observed = self.observed_movie.read(0, self.shape[0])
            self._observed.flags.writeable = False
        return self._observed

    @property
    def observed_movie(self):
        return Movie(self._source, None, self.shape, self.dtype)

    frames = observed_movie

    def _chain(self):
        """Names of all stages of the chain, as the spec says them."""
        if self.spec is None:
            return []
        if isinstance(self._source, _Opened) and self.until is None:
            return self.spec.describe()["stages"]
        source = self._source.again() if isinstance(self._source, _Opened) else self._source
        return [s["name"] for s in source.info["stages"]]

    @property
    def stages(self):
        """Names of the stages that ``stage`` gives, in order."""
        return [s["name"] for s in self._source.info["stages"]] if self.spec is None else self._chain()

    def stage(self, name):
        """The movie after a stage, made frame by frame. Of a recording that was read, stages that its file does not hold are rendered from its spec: the
        same spec gives the same bytes. Where it does not, since another program or version made it, that is a ``RecordingError``."""
        sources = [self._source]
        if isinstance(self._source, _Opened) and name in self._chain() and name not in (s["name"] for s in self._source.info["stages"]):
            sources = [self._source.again()]
        for source in sources:
            for s in source.info["stages"]:
                if s["name"] == name:
                    return Movie(source, name, (self.shape[0], s["height"], s["width"]), s["dtype"])
        raise Missing("no stage %r: %s" % (name, near(name, self.stages)))

    @property
    def snapshots(self):
        if self._snapshots is None:
            stored = [s["name"] for s in self._source.info["stages"]] if isinstance(self._source, _Opened) else []
            kept = stored or ([n for n in self._chain() if n != "sensor"] if self.spec is not None and self.spec.output.save_intermediates else [])
            self._snapshots = Snapshots(self, kept)
        return self._snapshots

    @property
    def ground_truth(self):
        if self._truth is None and self.spec is not None:
            self._truth = GroundTruth._of(self._source)
        return self._truth

    def save(self, *paths, overwrite=False, format=None, range=None, mscam=False, threads=None, progress="auto"):
        """Writes the recording to files, in the formats that their names say, all at once: ``rec.save("a.zarr", "a.nwb")``.

        ``format`` names the format instead, for every path; ``range=(low, high)`` is the brightness that becomes 0 and 255 in 8-bit formats;
        ``mscam`` takes the older names of a Miniscope session folder. Nothing is replaced unless ``overwrite``.
        """
        self._source.write(_outputs(paths, overwrite, format, range, mscam), threads, progress)

    @classmethod
    def load(cls, path, threads=None, *, format=None, max_memory=None):
        """Opens a recording: Zarr, of this package or of the reference package, HDF5 and NWB. The movie is read when asked for, in the sensor's own
        integer type whatever type the file keeps counts in; stages that the file does not hold are rendered from its spec.

        AVI, TIFF, NPY, FFV1 and session folders hold a movie alone: ``spec`` and ``ground_truth`` are None. ``format`` names the format where the name
        of the file does not; ``max_memory`` is how many bytes the file may claim, by default half of the memory that there is.
        """
        source = _Opened(path, threads, format, max_memory)
        for problem in source.open():
            warn(problem)
        return cls(source)

    def preview(self, figure="overview", *, title=None, scale=1.0, traces=None):
        """A picture as PNG bytes: "overview", "contact", "projection", "footprints" or "traces"."""
        png, length = ctypes.c_void_p(), ctypes.c_int64()
        _native.call("preview", self._source.handle, _native.options(figure=figure, title=title, scale=scale, traces=traces), ctypes.byref(png), ctypes.byref(length))
        try:
            return ctypes.string_at(png.value, length.value)
        finally:
            _native.library().free(png)

    def __reduce__(self):
        return Recording, (self._source,)

    def __repr__(self):
        known = "a movie alone" if self.ground_truth is None else "%d cells in view" % self.ground_truth.n_units
        return "Recording(%d frames of %d × %d, %s, %s%s)" % (*self.shape, self.dtype, known, "" if self.until is None else ", until=%r" % self.until)

    def _repr_html_(self):
        from ._html import recording

        return recording(self)


def _outputs(paths, overwrite, format, range, mscam):
    import json

    if not paths:
        raise ValueError("name at least one file to write")
    if range is not None and (isinstance(range, str) or not hasattr(range, "__len__") or len(range) != 2):
        raise ValueError("range = %r: must be (low, high), the brightness that becomes 0 and 255" % (range,))
    for path in paths:
        _native.text(path)
    return json.dumps([{k: v for k, v in (("path", os.fspath(p)), ("overwrite", bool(overwrite)), ("format", format), ("range", None if range is None else [float(v) for v in range]), ("mscam", bool(mscam))) if v is not None}
                       for p in paths]).encode("utf-8")


class GroundTruth:
    """Everything that was chosen on the way to the movie, for the cells in view.

    Arrays that belong to an effect are None without it. Arrays per cell have the cell as their first axis.

    ``C`` clean traces (unit, frame); ``S`` spikes per frame (unit, frame); ``centers_um`` (unit, 3): z, y, x; ``amplitude_per_cell``,
    ``in_focus``, ``detectable``, ``observed_sigma_px``, ``observed_gain``, ``vessel_overlap_fraction`` (unit); ``bleaching`` (unit, frame); ``shifts``
    (frame, 2): dy, dx in px; ``illumination``, ``vignette``, ``leakage``, ``vasculature_mask`` (height, width); ``neuropil_spatial`` (component,
    height, width); ``neuropil_temporal`` (component, frame); ``neuropil_population`` (frame). ``A_planted`` and ``A_observed`` (unit, height, width)
    are made when asked for; ``A_planted_csc`` and ``A_observed_csc`` (pixel, unit) hold the same without the zeros.
    """

    _KNOWN = ("C", "S", "centers_um", "amplitude_per_cell", "in_focus", "detectable", "observed_sigma_px", "observed_gain", "vessel_overlap_fraction", "bleaching",
              "shifts", "illumination", "vignette", "leakage", "vasculature_mask", "neuropil_spatial", "neuropil_temporal", "neuropil_population")

    @classmethod
    def _of(cls, source, units=None):
        self = object.__new__(cls)
        self._source, self._units = source, units
        self._handle = self._info = None
        self._arrays = {}
        return self

    @classmethod
    def from_arrays(cls, A_observed, *, A_planted=None, C=None, S=None, shifts=None, detectable=None, **arrays):
        """A truth from arrays of one's own, for scoring: ``A_observed`` (unit, height, width), the others where there are any."""
        given = {"C": C, "S": S, "shifts": shifts, **arrays}
        self = cls._of(None)
        observed = np.asarray(A_observed)
        if observed.ndim != 3:
            raise ValueError("A_observed has shape %s: it must be (unit, height, width)" % (observed.shape,))
        n = len(observed)
        self._arrays = {k: np.asarray(v) for k, v in given.items() if v is not None}
        self._arrays.update(A_observed=observed, A_planted=observed if A_planted is None else np.asarray(A_planted),
                            detectable=np.ones(n, bool) if detectable is None else np.asarray(detectable, bool))
        for name, array in self._arrays.items():
            if name not in ("shifts",) and name in ("C", "S", "detectable", "A_planted") and len(array) != n:
                raise ValueError("%s has %d rows for %d units" % (name, len(array), n))
        self._info = {"n_units": n, "n_frames": None if C is None else np.shape(C)[1], "fov_shape": list(observed.shape[1:]), "fov_offset": [0, 0],
                      "canvas_shape": list(observed.shape[1:]), "pixel_size_um": None, "focal_depth_um": None, "arrays": []}
        return self

    @property
    def handle(self):
        """The engine's own truth; None for one made from arrays."""
        if self._source is None:
            return None
        if self._handle is None or not self._handle.is_here:
            whole = self._source.truth()
            if self._units is not None:
                units = np.ascontiguousarray(self._units, np.int32)
                whole = _native.call_handle("truth_subset", whole, pointer(units), len(units))
            self._handle = whole
        return self._handle

    @property
    def _facts(self):
        if self._info is None:
            self._info = _native.call_json("truth_info", self.handle)
        return self._info

    @property
    def n_units(self):
        """Number of cells in view."""
        return self._facts["n_units"]

    @property
    def n_frames(self):
        """Number of frames; None where nothing depends on time."""
        return self._facts["n_frames"]

    @property
    def focal_depth_um(self):
        """Resolved focal depth on the axis, µm; None without optics."""
        return self._facts["focal_depth_um"]

    @property
    def fov_shape(self):
        """Rows and columns of the field of view."""
        return tuple(self._facts["fov_shape"])

    @property
    def fov_offset(self):
        """Row and column of the canvas at which the field of view begins."""
        return tuple(self._facts["fov_offset"])

    @property
    def canvas_shape(self):
        """Rows and columns of the canvas."""
        return tuple(self._facts["canvas_shape"])

    @property
    def names(self):
        """Names of the arrays that there are, without the footprints."""
        return [a["name"] for a in self._facts["arrays"]] or [n for n in self._arrays if not n.startswith("A_")]

    def __getitem__(self, name):
        """An array by name, those of extensions included."""
        if name not in self._arrays:
            if self._source is None or name not in self.names:
                raise Missing("the truth has no %s: %s" % (name, near(name, self.names)))
            about = next(a for a in self._facts["arrays"] if a["name"] == name)
            self._arrays[name] = labelled(self._raw(name), name, about["axes"], about["unit"], about["description"], self._units)
        return self._arrays[name]

    def __contains__(self, name):
        return name in self.names

    def _raw(self, name):
        handle = self.handle
        described = _calls.Array()
        _native.call("truth_array", handle, _native.text(name), ctypes.byref(described))
        return of_struct(described, handle)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._KNOWN or name in self.names:
            return self[name] if name in self.names or name in self._arrays else None
        raise AttributeError("the truth has no %s: %s" % (name, near(name, [*self.names, "A_planted", "A_observed", "A_planted_csc", "A_observed_csc", "detectable_subset"])))

    def __dir__(self):
        return [*super().__dir__(), *self._KNOWN, *self.names]

    @property
    def A_planted(self):
        return self._dense("A_planted")

    @property
    def A_observed(self):
        return self._dense("A_observed")

    def _dense(self, kind):
        if kind not in self._arrays:
            target = np.empty((self.n_units, *self.fov_shape), np.float32)
            _native.call("truth_dense", self.handle, _native.text(kind), pointer(target), target.nbytes)
            target.flags.writeable = False
            self._arrays[kind] = labelled(target, kind, ("unit", "height", "width"), None, "footprints, " + ("sharp, peak 1" if kind == "A_planted" else "as the optics show them"), self._units)
        return self._arrays[kind]

    @property
    def A_planted_csc(self):
        return self._sparse("A_planted")

    @property
    def A_observed_csc(self):
        return self._sparse("A_observed")

    def _sparse(self, kind):
        from scipy import sparse

        pixels = self.fov_shape[0] * self.fov_shape[1]
        if self._source is None:
            return sparse.csc_matrix(self._arrays[kind].reshape(self.n_units, pixels).T)
        data, indices, starts = (self._raw("%s.%s" % (kind, part)) for part in ("data", "indices", "indptr"))
        matrix = sparse.csc_matrix((pixels, self.n_units), dtype=np.float32)
        # Set as they are: the constructor would look through them, and the memory is not ours to sort.
        matrix.data, matrix.indices, matrix.indptr = data, indices, starts
        matrix.has_sorted_indices = matrix.has_canonical_format = True
        return matrix

    def subset(self, units):
        """The truth of some cells only, by index or mask: every array per cell is sliced, the rest kept."""
        units = np.asarray(units)
        if units.dtype == bool and units.shape != (self.n_units,):
            raise IndexError("a mask of shape %s does not fit %d cells" % (units.shape, self.n_units))
        if units.size and units.dtype.kind not in "iub":
            raise IndexError("units must be indices of the %d cells in view, or a mask of them" % self.n_units)
        units = np.flatnonzero(units) if units.dtype == bool else units.astype(np.int64)
        if units.ndim != 1 or units.size and (units.min() < -self.n_units or units.max() >= self.n_units):
            raise IndexError("units must be indices of the %d cells in view" % self.n_units)
        units = units % max(self.n_units, 1)
        if self._source is None:
            parts = {k: v[units] if k not in ("shifts",) and len(v) == self.n_units and (k in self._KNOWN[:10] or k.startswith("A_")) else v for k, v in self._arrays.items()}
            return GroundTruth.from_arrays(parts.pop("A_observed"), **parts)
        return GroundTruth._of(self._source, units if self._units is None else np.asarray(self._units)[units])

    def detectable_subset(self):
        """The truth of the detectable cells alone: the fair denominator of recall."""
        return self.subset(np.asarray(self.detectable))

    def xarray(self):
        """All arrays but the footprints as an ``xarray.Dataset``; needs xarray."""
        import xarray

        return xarray.Dataset({name: self[name].xarray() for name in self.names}, attrs={"focal_depth_um": self.focal_depth_um} if self.focal_depth_um is not None else {})

    def __reduce__(self):
        if self._source is None:
            parts = dict(self._arrays)
            return _truth_from_arrays, (parts.pop("A_observed"), parts)
        return _truth_of, (self._source, self._units)

    def __repr__(self):
        return "GroundTruth(%d cells, %d detectable, %s)" % (self.n_units, int(np.sum(self.detectable)), ", ".join(self.names))

    def _repr_html_(self):
        from ._html import truth

        return truth(self)


def _truth_of(source, units):
    return GroundTruth._of(source, units)


def _truth_from_arrays(observed, parts):
    return GroundTruth.from_arrays(observed, **parts)
