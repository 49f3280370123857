"""Reads movie and truth of an HDF5 or NPZ file and says what it found: read_truth.py PATH HEIGHT WIDTH."""
import hashlib
import json
import sys

import numpy as np
import scipy.sparse

path, height, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
out = {}


def show(name, values):
    values = np.asarray(values)
    if values.dtype.kind in "US":
        out[name] = {"text": str(values)}
    else:
        doubles = np.ascontiguousarray(values, dtype="<f8")
        out[name] = {"dtype": values.dtype.str, "shape": list(values.shape), "sha256": hashlib.sha256(doubles.tobytes()).hexdigest()}


def dense(name, data, indices, indptr, shape):
    a = scipy.sparse.csc_matrix((data, indices, indptr), shape=tuple(shape))
    assert a.has_sorted_indices or a.nnz == 0
    images = a.toarray().T.reshape((-1, width, height)).transpose(0, 2, 1)
    show(name, images)


if path.endswith(".npz"):
    with np.load(path, allow_pickle=False) as file:
        for key in file.files:
            if key.startswith("A_"):
                continue
            show(key, file[key])
        for key in ("A", "A_planted"):
            dense(key, *(file[f"{key}_{part}"] for part in ("data", "indices", "indptr", "shape")))
else:
    import h5py

    with h5py.File(path, "r") as file:
        for key, item in file.items():
            if isinstance(item, h5py.Group):
                assert item.attrs["format"] == "csc"
                dense(key, *(item[part][...] for part in ("data", "indices", "indptr", "shape")))
            elif item.shape == () and h5py.check_string_dtype(item.dtype):
                out[key] = {"text": item.asstr()[()]}
            else:
                show(key, item[...])
                out[key]["attrs"] = {k: (v.tolist() if hasattr(v, "tolist") else v) for k, v in item.attrs.items()}
                out[key]["chunks"], out[key]["compression"] = item.chunks, item.compression
        out["/"] = {"attrs": {k: str(v) for k, v in file.attrs.items()}}
print(json.dumps(out))
