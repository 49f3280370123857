"""Running the forward chain."""
import ctypes
import os

import numpy as np

from . import _native
from .recording import Recording, Snapshots, _Simulated
from .spec import Spec


def _need_spec(spec):
    if not isinstance(spec, Spec):
        raise TypeError("spec = %r: must be a Spec%s" % (spec, "; a file is read by Spec.load" if isinstance(spec, (str, os.PathLike)) else ""))


def _memory():
    """Bytes of memory that are free; None where the system does not say."""
    try:
        with open("/proc/meminfo") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return None


def simulate(spec, until=None, threads=None, progress="auto", in_memory=None):
    """Runs the chain of a spec and returns the recording.

    Parameters
    ----------
    spec : Spec
    until : str, optional
        Step or stage after which the chain stops, e.g. "composite" or "cells_only".
    threads : int, optional
        None = one per processor. The bytes are the same for any number.
    progress : "auto", bool or function
        "auto" shows a bar in a terminal or notebook if tqdm is there; a function is called with frames done and frames to do.
    in_memory : bool, optional
        False renders no frame yet: ``rec.frames[100:200]`` renders just those, ``rec.observed`` all. None does so where the movie would take
        more than three quarters of the free memory.
    """
    _need_spec(spec)
    source = _Simulated(spec, until, threads)
    made = []

    def work(settings):
        source.compile(settings)
        recording = Recording(source)
        made.append(recording)
        kept = [s for s in source.info["stages"] if s["name"] != "sensor"] if spec.output.save_intermediates else []
        size = recording.observed_movie.nbytes + sum(4 * recording.shape[0] * s["height"] * s["width"] for s in kept)
        free = _memory() if in_memory is None and size > 1 << 28 else None
        if in_memory or in_memory is None and (free is None or size < 0.75 * free):
            _render(recording, source, kept, settings)

    _native.run_calls(work, threads=threads, progress=progress, description="simulating")
    return made[0]


def _render(recording, source, kept, settings):
    movies = [(None, np.empty(recording.shape, recording.dtype))]
    movies += [(s["name"], np.empty((recording.shape[0], s["height"], s["width"]), np.float32)) for s in kept]
    count = len(movies)
    names = (ctypes.c_char_p * count)(*[_native.text(name) for name, _ in movies])
    targets = (ctypes.c_void_p * count)(*[a.ctypes.data if a.size else ctypes.addressof(names) for _, a in movies])
    sizes = (ctypes.c_int64 * count)(*[a.nbytes for _, a in movies])
    _native.call("scene_render", source.handle, count, names, targets, ctypes.addressof(sizes), ctypes.byref(settings))
    recording._observed = movies[0][1]
    # It is what the recording saves and what frames on demand are: a copy may be changed.
    recording._observed.flags.writeable = False
    recording._snapshots = Snapshots(recording, [name for name, _ in movies[1:]], movies[1:])


def compile(spec, until=None, threads=None):
    """A recording of which no frame is rendered yet: ``simulate`` with ``in_memory=False``."""
    return simulate(spec, until, threads, progress=False, in_memory=False)


def simulate_to(spec, *paths, until=None, overwrite=False, format=None, range=None, mscam=False, threads=None, progress="auto"):
    """Simulates straight to files, all fed by one rendering, in memory that does not grow with the number of frames:
    ``simulate_to(spec, "a.zarr", "a.nwb")``. Returns the ground truth. See ``Recording.save`` for the options."""
    recording = simulate(spec, until, threads, progress=False, in_memory=False)
    recording.save(*paths, overwrite=overwrite, format=format, range=range, mscam=mscam, threads=threads, progress=progress)
    return recording.ground_truth


_CODECS = {"Y800": "avi", "rawvideo": "avi", "ffv1": "mkv", "FFV1": "mkv", "mp4": "mp4", "webm": "webm"}


def simulate_video(spec, path, *, chunk_frames=None, fps=None, vmin=0.0, vmax=None, codec="Y800", progress=True, overwrite=True):
    """Simulates straight to a grayscale video and returns its path.

    ``vmax`` is the count that becomes white, ``vmin`` the one that becomes black; by default the sensor's whole range. A spec without a sensor has
    none: give ``vmax``. ``codec``: "Y800" (raw, exact), "ffv1" (lossless), "mp4", "webm"; the last three need ffmpeg. ``chunk_frames`` is accepted
    and does nothing: frames are streamed in any case. A video plays at the recording's own rate.
    """
    _need_spec(spec)
    if codec not in _CODECS:
        raise ValueError("codec = %r: there are %s" % (codec, ", ".join(sorted(_CODECS))))
    if fps is not None and fps != spec.acquisition.fps:
        raise ValueError("fps = %r: a video plays at the rate of its recording, %g Hz" % (fps, spec.acquisition.fps))
    has_sensor = spec.find("sensor") is not None
    if vmax is None and not has_sensor:
        raise ValueError("the spec has no sensor, so its brightness has no natural scale: give vmax")
    top = 2 ** spec.acquisition.image_sensor.bit_depth - 1
    range_ = None if (vmin, vmax) in ((0.0, None), (0.0, top)) and top == 255 and has_sensor else (vmin, top if vmax is None else vmax)
    names = {"avi": "avi", "mkv": "ffv1", "mp4": "mp4", "webm": "webm"}
    available = {f["name"] for f in _native.call_json("formats")}
    wanted = names[_CODECS[codec]]
    simulate_to(spec, path, format=wanted if wanted in available else None, range=range_, progress=progress, overwrite=overwrite)
    return os.fspath(path)
