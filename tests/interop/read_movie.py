"""Reads a movie with somebody else's reader and says what it found: read_movie.py READER PATH [NAME]."""
import hashlib
import json
import sys

import numpy as np


def opencv(path, name):
    import cv2

    video = cv2.VideoCapture(path)
    facts = {"announced": int(video.get(cv2.CAP_PROP_FRAME_COUNT)), "fps": video.get(cv2.CAP_PROP_FPS)}
    frames = []
    while True:
        ok, frame = video.read()
        if not ok:
            break
        assert (frame[..., 0] == frame[..., 1]).all() and (frame[..., 0] == frame[..., 2]).all(), "not grey"
        frames.append(frame[..., 0])
    return np.array(frames), facts


def tifffile(path, name):
    import tifffile

    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        facts = {"imagej": file.imagej_metadata, "big": file.is_bigtiff, "pages": len(file.pages), "series": list(file.series[0].shape)}
        facts["resolution"] = [list(page.tags[t].value) if t in page.tags else None for t in ("XResolution", "YResolution")]
        return file.asarray().reshape((-1, page.imagelength, page.imagewidth)), facts


def h5py(path, name):
    import h5py

    with h5py.File(path, "r") as file:
        data = file[name]
        return data[...], {"chunks": data.chunks, "compression": data.compression, "attrs": {k: str(v) for k, v in data.attrs.items()}}


def numpy(path, name):
    data = np.load(path) if name is None else np.load(path)[name]
    return data, {"fortran": bool(data.flags.f_contiguous and not data.flags.c_contiguous)}


movie, facts = globals()[sys.argv[1]](sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
facts.update(dtype=movie.dtype.str, shape=list(movie.shape), sha256=hashlib.sha256(np.ascontiguousarray(movie).tobytes()).hexdigest())
print(json.dumps(facts))
