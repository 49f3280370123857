"""Recordings that are kept, sweeps over specs, and studies."""
import ctypes
import datetime
import json
import os
import warnings

from . import _native
from .errors import RecordingError, SpecWarning, warn
from .recording import Recording
from .simulation import _need_spec, simulate
from .spec import Spec, _default


def cache_dir():
    """Where ``simulate_cached`` keeps recordings, and the command too: MINISIM_CACHE, or the platform's folder for caches."""
    return _native.call_json("cache_list", _folder())["folder"]


def simulate_cached(spec, *, root=None, threads=None, progress="auto"):
    """The recording of a spec, read from the cache or simulated and kept there.

    Any number of processes share a cache: one simulates a recording, the others wait for it. The command's ``simulate --cached`` and studies use the
    same one.

    Parameters
    ----------
    spec : Spec
        Its ``cache_key()`` is the key: any change of spec or engine that changes a pixel is another one.
    root : path, optional
        Folder of the cache; by default ``cache_dir()``. Nothing in it is ever deleted here; see ``cache_prune``.

    Returns
    -------
    Recording
        With the movie in the sensor's own type, as ``simulate`` gives it.
    """
    _need_spec(spec)
    recording, path = ctypes.c_uint64(), ctypes.c_void_p()
    _native.run("cache_recording", _folder(root), spec.handle, threads=threads, progress=progress, description="simulating", results=(ctypes.byref(recording), ctypes.byref(path)))
    # Opened for this call; the movie is read through a handle that a forked or another process can make anew.
    _native.Handle(recording.value).close()
    return kept(_native.take(_native.library(), path))


def cache_path(spec, format="zarr", *, root=None, threads=None, progress="auto"):
    """Path of a spec's recording in the cache, in any of ``formats()``; simulated, or written from the cached recording, if it is missing."""
    _need_spec(spec)
    path = ctypes.c_void_p()
    _native.run("cache_path", _folder(root), spec.handle, _native.text(format), threads=threads, progress=progress, description="simulating", results=(ctypes.byref(path),))
    return _native.take(_native.library(), path)


def cache_list(root=None):
    """What is in the cache, the latest used first: a DataFrame if pandas is there, else a list of dicts, with key, format, path, bytes, last_used."""
    return _table(_entries(_native.call_json("cache_list", _folder(root))))


def cache_prune(older_than=None, max_size=None, *, root=None):
    """Takes recordings out of the cache, and what killed runs left in it; says what went, as ``cache_list``.

    ``older_than``: age of the last use from which a recording goes, as a timedelta or in seconds. ``max_size``: bytes that may stay, 0 for none.
    """
    if older_than is None and max_size is None:
        raise ValueError("say what may go: older_than, max_size, or both (max_size=0 empties the cache)")
    age = -1.0 if older_than is None else older_than.total_seconds() if isinstance(older_than, datetime.timedelta) else _native.number(older_than, "older_than")
    if older_than is not None and not age >= 0 or max_size is not None and not max_size >= 0:
        raise ValueError("older_than and max_size must not be negative")
    return _table(_entries(_native.call_json("cache_prune", _folder(root), age, -1 if max_size is None else int(max_size))))


def _entries(found):
    return [{**e, "last_used": datetime.datetime.fromisoformat(e["last_used"][:19]).replace(tzinfo=datetime.timezone.utc)} for e in found["entries"]]


def _folder(root=None):
    # The engine knows the environment as it was when the library was loaded; a program may have changed it since.
    root = os.environ.get("MINISIM_CACHE") or None if root is None else root
    return None if root is None else _native.text(os.fspath(root))


def kept(path):
    """A recording of a spec that was saved."""
    with warnings.catch_warnings():
        # What is odd about the file means that it is not the one to take.
        warnings.simplefilter("error", SpecWarning)
        try:
            return Recording.load(path)
        except SpecWarning as e:
            raise RecordingError("%s: %s" % (path, e)) from None


def _values(over):
    if not isinstance(over, dict):
        raise TypeError('over = %r: must be a dict of paths and values: {"seed": [1, 2, 3]}' % (over,))
    for path, values in over.items():
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            raise TypeError("%s = %r: must be a list of values, or a rule such as {\"linspace\": [0, 1, 5]}" % (path, values))
    # Anything that can be gone through is a list of values; a rule such as {"linspace": [0, 1, 5]} is a dict.
    return json.dumps({path: values if isinstance(values, dict) else list(values) for path, values in over.items()}, default=_default).encode("utf-8")


def sweep_specs(spec, over):
    """The specs of a sweep: a list of ``(values, spec)``, where values is a dict of path and value. See ``sweep`` for ``over``.

    >>> @pytest.mark.parametrize("values, spec", ms.sweep_specs(base, {"seed": [1, 2], "acquisition.optics.na": [0.2, 0.5]}))
    """
    _need_spec(spec)
    sweep_, points = ctypes.c_uint64(), ctypes.c_void_p()
    _native.call("sweep", spec.handle, _values(over), ctypes.byref(sweep_), ctypes.byref(points))
    handle = _native.Handle(sweep_.value)
    values = json.loads(_native.take(_native.library(), points))
    return [(v, Spec._of_handle(_native.call_handle("sweep_spec", handle, i))) for i, v in enumerate(values)]


def sweep(spec, over, run, *, cached=False, root=None, threads=None):
    """Simulates every combination of some values and collects what a function says of each.

    Parameters
    ----------
    spec : Spec
        What they have in common.
    over : dict
        Values by path: ``{"steps.sensor.photons_per_unit": [20, 100], "seed": range(3)}``; or by rule: ``{"linspace": [first, last, n]}``,
        ``{"logspace": [first, last, n]}``, ``{"range": [start, stop, step]}``. All specs are checked, and every problem told, before the first is
        simulated.
    run : function of a Recording
        Its result is a row: a dict, a Report (its numbers) or a single value (column "result").
    cached : bool
        Keeps the recordings, see ``simulate_cached``.

    Returns
    -------
    A pandas DataFrame if pandas is there, else a list of dicts: one row a combination, the values under the last part of their path.
    """
    specs = sweep_specs(spec, over)
    paths = list(over)
    short = [p.rsplit(".", 1)[-1] for p in paths]
    columns = [s if short.count(s) == 1 else p for s, p in zip(short, paths)]
    rows = []
    for values, one in specs:
        recording = simulate_cached(one, root=root, threads=threads, progress=False) if cached else simulate(one, threads=threads, progress=False)
        result = run(recording)
        if hasattr(result, "to_dict") and hasattr(result, "n_matched"):
            result = result.to_dict()
        if isinstance(result, dict) and set(result) & set(columns):
            raise ValueError("the function's row has %s, which is an axis of the sweep: give it another name" % ", ".join(map(repr, sorted(set(result) & set(columns)))))
        rows.append({**dict(zip(columns, (values[p] for p in paths))), **(result if isinstance(result, dict) else {"result": result})})
    return _table(rows, columns if not rows else None)


def _table(rows, columns=None):
    try:
        import pandas
    except ImportError:
        return rows
    return pandas.DataFrame(rows, columns=columns)


class Study:
    """A question asked of many recordings: what varies, which pipelines run on each, how they are scored.

    ``Study("depth.json")`` reads a file, JSON or YAML; ``Study({"base": spec, "axes": {…}, "pipelines": {…}})`` takes the same as a dict, in which specs
    may be ``Spec`` objects and names of files are relative to ``folder``. The format is that of the command, ``minisim study``; a folder of results is
    the same for both. Every problem is listed in one ``SpecError``.

    >>> results = Study("depth.json").run("depth", jobs=2)
    >>> results.table.groupby("acquisition.optics.na").recall.mean()
    """

    def __init__(self, definition, folder=None):
        self._definition, self._at = definition, folder
        self._open()

    def _open(self):
        if isinstance(self._definition, dict):
            text = json.dumps(self._definition, default=_in_study)
            self._handle = _native.call_handle("study_parse", text.encode("utf-8"), None if self._at is None else _native.text(os.fspath(self._at)))
            return
        study, found = ctypes.c_uint64(), ctypes.c_void_p()
        _native.call("study_load", _native.text(os.fspath(self._definition)), ctypes.byref(study), ctypes.byref(found))
        self._handle = _native.Handle(study.value)
        for problem in _native.found_odd(_native.library(), found):
            warn(problem)

    @property
    def handle(self):
        """The engine's own study."""
        if not self._handle.is_here:
            self._open()
        return self._handle

    def plan(self):
        """What there is to do, as a dict: name, recordings, units, axes, variants, pipelines, keys of the units. Checks every spec."""
        return _native.call_json("study_plan", self.handle)

    def run(self, folder, *, jobs=None, cache=None, retry=False, progress="auto"):
        """Runs what is missing in a folder of results and returns the results. Ctrl-C stops it; what is done stays, and is not done again.

        Parameters
        ----------
        folder : path
            Any number of processes, of this package or of the command, may run the study in one folder at once.
        jobs : int, optional
            Units at work beside each other; by default half the processors.
        cache : path, optional
            Folder of the cache of recordings; by default ``cache_dir()``.
        retry : bool
            Also units that failed before, once more.
        progress : "auto", bool or function
            A function is called with units ended and units in all.
        """
        said = ctypes.c_void_p()
        settings = _native.options(jobs=jobs, cache=os.environ.get("MINISIM_CACHE") or None if cache is None else os.fspath(cache), retry=bool(retry))
        _native.run("study_run", self.handle, _native.text(os.fspath(folder)), settings, progress=progress, description="units", results=(ctypes.byref(said),))
        _native.take(_native.library(), said)
        return StudyResults(folder)

    def __reduce__(self):
        return Study, (self._definition, self._at)

    def __repr__(self):
        plan = self.plan()
        return "Study(%s: %d recordings, %d units)" % (plan["name"], plan["recordings"], plan["units"])


def study_schema():
    """The JSON Schema of study files, as a dict."""
    return _native.call_json("study_schema")


# Columns behind "status" that hold no numbers.
_TEXTS = frozenset(["match_metric", "recording", "unit", "message"])
_COUNTS = frozenset(["attempts"])


class StudyResults:
    """The results of a study in a folder, complete or not; of ``Study.run`` or of the command."""

    def __init__(self, folder):
        self.folder = os.fspath(folder)
        self.status()

    def status(self):
        """How it stands, as a dict: units, done, failed, running, workers, pipelines, failures (unit, message, log, last_lines)."""
        return _native.call_json("study_status", _native.text(self.folder))

    @property
    def table(self):
        """One row for each recording and pipeline with its parameters, with the columns of ``results.csv`` (docs/studies.md): a DataFrame if pandas is
        there, else a list of dicts. Numbers that are not known are NaN."""
        found = _native.call_json("study_results", _native.text(self.folder))
        columns, rows = found["columns"], found["rows"]
        scores = columns.index("status") + 1
        for row in rows:
            for i in range(scores, len(columns)):
                if columns[i] not in _TEXTS:
                    row[i] = float("nan") if row[i] is None else row[i] if columns[i] in _COUNTS or columns[i].startswith("n_") else float(row[i])
        return _table([dict(zip(columns, row)) for row in rows], columns)

    def report(self, html=None, figures=None, *, overwrite=False):
        """Writes results.csv, results.parquet and cells.parquet into the folder, and where they are named the page and a folder of figures; True stands
        for ``report.html`` and ``figures`` in the folder of the study. Files in that folder are its own and made anew; others are replaced only with
        ``overwrite``. Returns the files written."""
        page, pictures = (os.path.join(self.folder, own) if at is True else None if at in (None, False) else os.fspath(at) for at, own in ((html, "report.html"), (figures, "figures")))
        return _native.call_json("study_report", _native.text(self.folder), _native.text(page), _native.text(pictures), int(bool(overwrite)))

    def __repr__(self):
        s = self.status()
        return "StudyResults(%s: %d of %d units done, %d failed)" % (s["name"], s["done"], s["units"], s["failed"])


def _in_study(value):
    return value.model_dump() if isinstance(value, Spec) else _default(value)
