"""Recordings that are kept, and studies over many specs."""
import itertools
import os
import warnings

import numpy as np

from .errors import RecordingError, SpecWarning
from .recording import Recording
from .simulation import simulate


def cache_dir():
    """Where ``simulate_cached`` keeps recordings: MINISIM_CACHE, or ``~/.cache/minisim``."""
    return os.environ.get("MINISIM_CACHE") or os.path.join(os.path.expanduser("~"), ".cache", "minisim")


def simulate_cached(spec, *, root=None, threads=None, progress="auto"):
    """The recording of a spec, read from the cache or simulated and kept there.

    Parameters
    ----------
    spec : Spec
        Its ``cache_key()`` is the key: any change of spec or engine that changes a pixel is another one.
    root : path, optional
        Folder of the cache; by default ``cache_dir()``. Nothing in it is ever deleted here.

    Returns
    -------
    Recording
        With the movie in the sensor's own type, as ``simulate`` gives it.
    """
    folder = os.fspath(root) if root is not None else cache_dir()
    path = os.path.join(folder, spec.cache_key() + ".zarr")
    try:
        return kept(path, spec)
    except RecordingError:
        if os.path.isdir(path):
            raise
    os.makedirs(folder, exist_ok=True)
    recording = simulate(spec, threads=threads, progress=progress)
    try:
        recording.save(path, threads=threads, progress=False)
    except RecordingError:
        # Somebody else was faster, or is at it: theirs is the same.
        if not (os.path.isdir(path) or os.path.isdir(path + ".partial")):
            raise
    return recording


def kept(path, spec):
    """A recording of a spec that was saved, with its movie in the sensor's own type."""
    with warnings.catch_warnings():
        # What is odd about the file means that it is not the one to take.
        warnings.simplefilter("error", SpecWarning)
        try:
            recording = Recording.load(path)
        except SpecWarning as e:
            raise RecordingError("%s: %s" % (path, e)) from None
    recording._counts = np.dtype(spec.describe()["dtype"])
    return recording


def sweep(spec, over, run, *, cached=False, root=None, threads=None):
    """Simulates every combination of some values and collects what a function says of each.

    Parameters
    ----------
    spec : Spec
        What they have in common.
    over : dict
        Values by path: ``{"steps.sensor.photons_per_unit": [20, 100], "seed": range(3)}``. All specs are checked before the first is simulated.
    run : function of a Recording
        Its result is a row: a dict, a Report (its numbers) or a single value (column "result").
    cached : bool
        Keeps the recordings, see ``simulate_cached``.

    Returns
    -------
    A pandas DataFrame if pandas is there, else a list of dicts: one row a combination, the values under the last part of their path.
    """
    paths = list(over)
    short = [p.rsplit(".", 1)[-1] for p in paths]
    columns = [s if short.count(s) == 1 else p for s, p in zip(short, paths)]
    combinations = list(itertools.product(*(list(over[p]) for p in paths)))
    specs = [spec.set(dict(zip(paths, values))) for values in combinations]
    rows = []
    for values, one in zip(combinations, specs):
        recording = simulate_cached(one, root=root, threads=threads, progress=False) if cached else simulate(one, threads=threads, progress=False)
        result = run(recording)
        if hasattr(result, "to_dict") and hasattr(result, "n_matched"):
            result = result.to_dict()
        rows.append({**dict(zip(columns, values)), **(result if isinstance(result, dict) else {"result": result})})
    try:
        import pandas
    except ImportError:
        return rows
    return pandas.DataFrame(rows)
