"""Validates an NWB file with pynwb and says what is in it: read_nwb.py PATH."""
import hashlib
import json
import sys
import warnings

import numpy as np
import pynwb

warnings.simplefilter("ignore")
path = sys.argv[1]


def show(values):
    doubles = np.ascontiguousarray(values, dtype="<f8")
    return {"shape": list(doubles.shape), "sha256": hashlib.sha256(doubles.tobytes()).hexdigest()}


try:
    errors, status = pynwb.validate(paths=[path], use_cached_namespaces=False)
except TypeError:
    errors, status = pynwb.validate(path=path), 0
out = {"errors": [str(e) for e in errors], "status": status}
with pynwb.NWBHDF5IO(path, "r") as io:
    nwb = io.read()
    series = nwb.acquisition["OnePhotonSeries"]
    movie = series.data[...]
    out["movie"] = show(movie.transpose(0, 2, 1))
    out["movie"].update(dtype=movie.dtype.str, rate=series.rate, unit=series.unit, compression=series.data.compression, chunks=series.data.chunks, dimension=series.dimension[...].tolist())
    plane = series.imaging_plane
    out["plane"] = {"rate": plane.imaging_rate, "emission": plane.optical_channel[0].emission_lambda, "device": plane.device.name, "description": plane.device.description, "spacing": plane.grid_spacing[...].tolist()}
    ophys = nwb.processing["ophys"]
    width, height = (int(v) for v in series.dimension)

    def masks(table):
        images = np.zeros((len(table), height, width), dtype="f4")
        for i in range(len(table)):
            for x, y, weight in table["pixel_mask"][i]:
                images[i, y, x] = weight
        return images

    segmentations = ophys["ImageSegmentation"]
    table = segmentations["PlaneSegmentation"]
    out["A"] = show(masks(table))
    out["A_planted"] = show(masks(segmentations["PlantedFootprints"]))
    out["columns"] = {name: show(table[name][:]) for name in table.colnames if name != "pixel_mask"}
    out["responses"] = {name: dict(show(r.data[...].T), rate=r.rate, rois=len(r.rois)) for name, r in ophys["Fluorescence"].roi_response_series.items()} if "Fluorescence" in ophys.data_interfaces else {}
    out["series"] = {name: dict(show(s.data[...]), rate=s.rate, unit=s.unit) for name, s in ophys.data_interfaces.items() if isinstance(s, pynwb.TimeSeries)}
    out["images"] = {name: show(np.asarray(i.data[...]).T) for name, i in ophys["fields"].images.items()} if "fields" in ophys.data_interfaces else {}
    behavior = nwb.processing["behavior"] if "behavior" in nwb.processing else None
    out["behavior"] = {}
    for kind, item in (behavior.data_interfaces.items() if behavior is not None else ()):
        contained = item.spatial_series if hasattr(item, "spatial_series") else item.time_series
        for name, s in contained.items():
            out["behavior"][name] = dict(show(s.data[...]), kind=kind, type=type(s).__name__, rate=s.rate, start=s.starting_time, unit=s.unit)
    out["spikes"] = [list(map(float, t)) for t in nwb.units["spike_times"][:]] if nwb.units is not None else None
    out["scratch"] = sorted(nwb.scratch)
    spec = nwb.scratch["spec"].data
    out["spec"] = str(spec[()] if hasattr(spec, "shape") else spec)
    out["description"] = nwb.session_description
print(json.dumps(out, default=lambda v: v.item() if hasattr(v, "item") else str(v)))
