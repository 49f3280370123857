"""Reads an NWB file with hdmf and compares every value with the Zarr recording of the same spec: read_hdmf.py NWB ZARR.
Prints which truth arrays it compared and found equal, and the hash of the observed masks, which a recording does not hold."""
import hashlib
import json
import sys

import numpy as np
import zarr
from hdmf.backends.hdf5 import HDF5IO
from hdmf.common import VectorData, VectorIndex, get_manager

with HDF5IO(sys.argv[1], manager=get_manager(), mode="r") as io:
    nwb, rec = io.read_builder(), zarr.open(sys.argv[2], "r")
    truth = rec["ground_truth"]
    equal = []

    def same(name, found, expected):
        found, expected = np.asarray(found), np.asarray(expected)
        assert found.shape == expected.shape, f"{name}: {found.shape}, should be {expected.shape}"
        assert np.array_equal(found, expected.astype(found.dtype)), f"{name}: {np.count_nonzero(found != expected)} values differ"
        equal.append(name)

    def rows(table, name):
        """The rows of a column of lists, as hdmf indexes them."""
        column, index = table[name], table[name + "_index"]
        assert index.attributes["target"] is column, f"{name}_index points elsewhere"
        column = VectorData(name=name, description=column.attributes["description"], data=getattr(column.data, "dataset", column.data)[...])
        index = VectorIndex(name=name + "_index", data=index.data[:], target=column)
        return [index[i] for i in range(len(index.data))]

    series = nwb["acquisition"]["OnePhotonSeries"]
    assert series["imaging_plane"].builder is nwb["general"]["optophysiology"]["ImagingPlane"]
    assert series["device"].builder is nwb["general"]["devices"]["Microscope"]
    frames, height, width = rec["observed"].shape
    same("observed", series["data"].data[...].transpose(0, 2, 1), rec["observed"][...])

    ophys = nwb["processing"]["ophys"]
    cells = ophys["ImageSegmentation"]["PlaneSegmentation"]
    traces, fields = ophys["Fluorescence"], ophys["fields"]
    for name, array in truth.arrays():
        values, axes = array[...], array.attrs["_ARRAY_DIMENSIONS"]
        if name in cells:
            same(name, cells[name].data[...], values)
        elif name in traces:
            assert traces[name]["rois"].attributes["table"] is cells, f"the ROIs of {name} are others"
            same(name, traces[name]["data"].data[...].T, values)
        elif name in ophys:
            same(name, ophys[name]["data"].data[...], values.T if axes[0] == "component" else values)
        elif name in fields:
            same(name, fields[name].data[...].T, values)
        else:
            same(name, np.stack([fields[f"{name}_{i}"].data[...].T for i in range(len(values))]), values)
    same("fluorescence", traces["fluorescence"]["data"].data[...].T, truth["C"][...] * truth["bleaching"][...])

    rate = float(series["starting_time"].attributes["rate"])
    spikes = truth["S"][...]
    for i, times in enumerate(rows(nwb["units"], "spike_times")):
        same(f"spikes of {i}", times, np.repeat(np.arange(frames), np.rint(spikes[i]).astype(int)) / rate)

    def masks(table):
        images = np.zeros((len(table["id"].data), height, width), "f4")
        for image, pixels in zip(images, rows(table, "pixel_mask")):
            image[pixels["y"], pixels["x"]] = pixels["weight"]
        return images

    planted = truth["planted"]
    canvas = np.zeros((len(spikes), *planted.attrs["canvas_shape"]), "f4")
    at = 0
    for image, (row, col), (h, w) in zip(canvas, planted["offsets"][...], planted["shapes"][...]):
        image[row : row + h, col : col + w] = planted["data"][at : at + h * w].reshape(h, w)
        at += h * w
    margin = (canvas.shape[1] - height) // 2
    same("planted", masks(ophys["ImageSegmentation"]["PlantedFootprints"]), canvas[:, margin : margin + height, margin : margin + width])
    observed = masks(cells)

print(json.dumps({"equal": equal, "A": hashlib.sha256(observed.astype("<f8").tobytes()).hexdigest(), "nonzero": int(np.count_nonzero(observed))}))
