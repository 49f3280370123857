# Generated from src/Minisim.Native by `dotnet run --project src/Minisim.Bindings`; do not edit.
from ctypes import POINTER, Structure, c_char_p, c_double, c_int32, c_int64, c_uint64, c_void_p

ABI_VERSION = 2000
STATUS = ("ok", "spec", "file", "write", "argument", "handle", "cancelled", "memory", "internal")
TYPES = ("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64")


class Array(Structure):
    _fields_ = [("data", c_void_p), ("type", c_int32), ("axes", c_int32), ("shape", c_int64 * 4), ("strides", c_int64 * 4)]


class Run(Structure):
    _fields_ = [("threads", c_int32), ("reserved", c_int32), ("token", c_uint64), ("progress", c_void_p), ("user", c_void_p)]


# Name: types of the arguments. All return a status.
CALLS = (
    ("minisim_engine", (POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_companions", (c_char_p, POINTER(c_void_p))),
    ("minisim_close", (c_uint64, POINTER(c_void_p))),
    ("minisim_live", (c_void_p, c_void_p, POINTER(c_void_p))),
    ("minisim_token_new", (POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_token_cancel", (c_uint64, POINTER(c_void_p))),
    ("minisim_token_progress", (c_uint64, c_void_p, c_void_p, POINTER(c_void_p))),
    ("minisim_formats", (POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_footprints_dense", (POINTER(Array), POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_footprints_csc", (c_int32, c_int32, c_int32, POINTER(Array), POINTER(Array), POINTER(Array), POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_match", (c_uint64, c_uint64, c_char_p, c_void_p, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_trace_pearson", (POINTER(Array), POINTER(Array), c_void_p, c_int32, c_void_p, POINTER(c_void_p))),
    ("minisim_activity_similarity", (POINTER(Array), POINTER(Array), c_void_p, c_int32, c_void_p, c_void_p, c_void_p, POINTER(c_void_p))),
    ("minisim_shift_rmse", (POINTER(Array), POINTER(Array), c_int32, c_int32, c_void_p, POINTER(c_void_p))),
    ("minisim_global_shift", (POINTER(Array), POINTER(Array), c_int32, c_void_p, c_void_p, POINTER(c_void_p))),
    ("minisim_field_pearson", (POINTER(Array), POINTER(Array), c_void_p, POINTER(c_void_p))),
    ("minisim_footprint_mask", (c_uint64, c_int32, c_double, c_void_p, c_int64, POINTER(c_void_p))),
    ("minisim_roi_traces", (POINTER(Array), c_uint64, c_double, c_void_p, c_int64, POINTER(c_void_p))),
    ("minisim_spike_events", (POINTER(Array), POINTER(Array), c_void_p, c_int32, c_int32, c_void_p, c_void_p, c_void_p, POINTER(c_void_p))),
    ("minisim_compile", (c_uint64, c_char_p, POINTER(Run), POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_scene_info", (c_uint64, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_scene_render", (c_uint64, c_int32, POINTER(c_char_p), POINTER(c_void_p), c_void_p, POINTER(Run), POINTER(c_void_p))),
    ("minisim_scene_frames", (c_uint64, c_char_p, c_int64, c_int64, c_void_p, c_int64, POINTER(Run), POINTER(c_void_p))),
    ("minisim_scene_truth", (c_uint64, POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_scene_write", (c_uint64, c_char_p, POINTER(Run), POINTER(c_void_p))),
    ("minisim_recording_open", (c_char_p, c_char_p, POINTER(c_uint64), POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_recording_info", (c_uint64, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_recording_spec", (c_uint64, POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_recording_truth", (c_uint64, POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_recording_frames", (c_uint64, c_char_p, c_int64, c_int64, c_void_p, c_int64, POINTER(Run), POINTER(c_void_p))),
    ("minisim_recording_export", (c_uint64, c_char_p, POINTER(Run), POINTER(c_void_p))),
    ("minisim_preview", (c_uint64, c_char_p, POINTER(c_void_p), c_void_p, POINTER(c_void_p))),
    ("minisim_estimate_new", (c_uint64, POINTER(Array), POINTER(Array), POINTER(Array), c_char_p, POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_estimate_open", (c_char_p, c_char_p, POINTER(c_uint64), POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_estimate_array", (c_uint64, c_char_p, c_void_p, c_int64, c_void_p, POINTER(c_void_p))),
    ("minisim_cells_new", (c_uint64, c_void_p, POINTER(Array), POINTER(Array), POINTER(Array), POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_score", (c_uint64, c_uint64, c_char_p, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_evaluator_new", (c_uint64, c_uint64, c_uint64, POINTER(Array), POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_evaluate", (c_uint64, c_uint64, c_char_p, POINTER(c_uint64), POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_evaluation_html", (c_uint64, POINTER(c_uint64), c_int32, c_char_p, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_evaluator_bounds", (c_uint64, POINTER(Array), POINTER(Array), POINTER(c_void_p))),
    ("minisim_spec_parse", (c_char_p, POINTER(c_uint64), POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_spec_load", (c_char_p, POINTER(c_uint64), POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_spec_json", (c_uint64, c_int32, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_spec_set", (c_uint64, c_char_p, POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_spec_key", (c_uint64, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_spec_describe", (c_uint64, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_spec_schema", (POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_presets", (POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_preset", (c_char_p, c_char_p, c_char_p, POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_kernel_timing", (c_double, c_double, c_void_p, c_void_p, POINTER(c_void_p))),
    ("minisim_kernel_from_timing", (c_double, c_double, c_void_p, c_void_p, POINTER(c_void_p))),
    ("minisim_activity_dial", (c_double, c_void_p, POINTER(c_void_p))),
    ("minisim_sweep", (c_uint64, c_char_p, POINTER(c_uint64), POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_sweep_spec", (c_uint64, c_int32, POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_cache_recording", (c_char_p, c_uint64, POINTER(Run), POINTER(c_uint64), POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_cache_path", (c_char_p, c_uint64, c_char_p, POINTER(Run), POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_cache_list", (c_char_p, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_cache_prune", (c_char_p, c_double, c_int64, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_study_load", (c_char_p, POINTER(c_uint64), POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_study_parse", (c_char_p, c_char_p, POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_study_schema", (POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_study_plan", (c_uint64, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_study_run", (c_uint64, c_char_p, c_char_p, POINTER(Run), POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_study_status", (c_char_p, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_study_results", (c_char_p, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_study_report", (c_char_p, c_char_p, c_char_p, c_int32, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_truth_info", (c_uint64, POINTER(c_void_p), POINTER(c_void_p))),
    ("minisim_truth_array", (c_uint64, c_char_p, POINTER(Array), POINTER(c_void_p))),
    ("minisim_truth_dense", (c_uint64, c_char_p, c_void_p, c_int64, POINTER(c_void_p))),
    ("minisim_truth_subset", (c_uint64, c_void_p, c_int32, POINTER(c_uint64), POINTER(c_void_p))),
    ("minisim_truth_footprints", (c_uint64, c_char_p, POINTER(c_uint64), POINTER(c_void_p))),
)
