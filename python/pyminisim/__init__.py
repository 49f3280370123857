"""Synthetic recordings of one-photon miniscopes with exact ground truth.

>>> import pyminisim as ms
>>> rec = ms.simulate(ms.preset("miniscope_v4", "ca1", duration_s=10, motion=True))
>>> rec.observed.shape, rec.ground_truth.detectable_subset().n_units

``Spec → simulate → Recording (movie + GroundTruth) → a pipeline → Estimate → testing.score``
"""
from ._generated import *  # noqa: F401,F403
from ._generated import __all__ as _records
from ._records import Record, Step
from .errors import Problem, RecordingError, SpecError, SpecWarning
from .spec import Spec, formats, kernel_timing, preset, presets, schema, spike_activity_params, tau_from_kernel_timing

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:  # what editors see of the names that come later
    from . import metrics, recording, studies, testing
    from .metrics import (ActivitySimilarity, Match, activity_similarity, field_pearson, footprint_mask, footprint_roi_trace, global_shift_from_trajectories,
                          hungarian_match, shift_rmse, spike_events, trace_pearson)
    from .recording import GroundTruth, Movie, Recording
    from .simulation import compile, simulate, simulate_to, simulate_video
    from .studies import Study, StudyResults, cache_dir, cache_list, cache_path, cache_prune, simulate_cached, study_schema, sweep, sweep_specs

# What needs NumPy is imported when it is first used: importing the package costs next to nothing.
_LATER = {
    "Recording": "recording", "GroundTruth": "recording", "Movie": "recording",
    "simulate": "simulation", "simulate_to": "simulation", "simulate_video": "simulation", "compile": "simulation",
    "hungarian_match": "metrics", "Match": "metrics", "trace_pearson": "metrics", "activity_similarity": "metrics", "ActivitySimilarity": "metrics",
    "shift_rmse": "metrics", "global_shift_from_trajectories": "metrics", "field_pearson": "metrics", "footprint_mask": "metrics",
    "footprint_roi_trace": "metrics", "spike_events": "metrics",
    "simulate_cached": "studies", "cache_dir": "studies", "cache_path": "studies", "cache_list": "studies", "cache_prune": "studies",
    "sweep": "studies", "sweep_specs": "studies", "Study": "studies", "StudyResults": "studies", "study_schema": "studies",
    "testing": None, "studies": None, "metrics": None, "recording": None,
}


def __getattr__(name):
    if name not in _LATER:
        raise AttributeError("module 'pyminisim' has no attribute %r" % name)
    import importlib

    module = importlib.import_module("." + (_LATER[name] or name), __name__)
    value = module if _LATER[name] is None else getattr(module, name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *_LATER})


def engine():
    """Name and versions of the engine, as a dict."""
    from . import _native

    return _native.call_json("engine")


__all__ = [*_records, *(n for n in _LATER if n != "compile"), "Record", "Step", "Spec", "Problem", "SpecError", "SpecWarning", "RecordingError", "preset", "presets", "schema", "formats",
           "kernel_timing", "tau_from_kernel_timing", "spike_activity_params", "engine"]
