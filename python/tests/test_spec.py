import copy
import json
import pickle
import subprocess
import sys
import warnings

import pytest

import pyminisim as ms
from pyminisim import _generated
from pyminisim._records import Field
from conftest import spec_file

ALL = ["S1", "S2", "S3", "S4", "S5"]


@pytest.mark.parametrize("name", ALL)
def test_a_spec_through_typed_classes_keeps_its_canonical_json_byte_for_byte(name):
    spec = ms.Spec.load(spec_file(name))
    canonical = spec.model_dump_json()
    assert ms.Spec.model_validate_json(canonical).model_dump_json() == canonical
    rebuilt = ms.Spec(acquisition=spec.acquisition, seed=spec.seed, steps=list(reversed(spec.steps)), output=spec.output)
    assert rebuilt.model_dump_json() == canonical
    assert ms.Spec.model_validate(json.loads(canonical)).model_dump_json() == canonical
    assert ms.Spec.model_validate_json(spec.model_dump_json(indent=2)).model_dump_json(indent=2) == spec.model_dump_json(indent=2)
    assert rebuilt.cache_key() == spec.cache_key() and int(spec.cache_key(), 16) > 0


def test_defaults_are_the_engines():
    # What is not said is the same on both sides of the border.
    spec = ms.Spec(steps=[cls() for cls in _generated.STEPS.values()])
    bare = ms.Spec.model_validate_json(json.dumps({"steps": [{"kind": k} for k in _generated.STEPS]}))
    assert spec.model_dump_json() == bare.model_dump_json()
    assert spec == bare and hash(spec) == hash(bare)


def _wrong_values():
    for cls in vars(_generated).values():
        if not isinstance(cls, type) or not issubclass(cls, ms.Record) or cls is _generated.SpecFields:
            continue
        for name, field in cls._fields.items():
            if field.kind in ("number", "integer") and field.low is not None:
                yield cls, name, (field.low - 1 if field.kind == "integer" or not field.low_open else field.low)
                if field.high not in (None, float("inf")):
                    yield cls, name, field.high * 2 + 1
            if field.kind == "text" and field.choices:
                yield cls, name, "nothing_like_it"
            if field.kind == "number":
                yield cls, name, "text"


def _document(cls, values):
    """The smallest document that holds a record with these values, from where the records say they lie."""
    if cls.kind is not None:
        return {"steps": [{"kind": cls.kind, **values}]}
    for owner in vars(_generated).values():
        if not isinstance(owner, type) or not issubclass(owner, ms.Record) or owner in (ms.Record, cls):
            continue
        for name, field in owner._fields.items():
            if field.record == cls.__name__:
                held = {name: [values] if field.kind == "list" else values}
                return held if owner is _generated.SpecFields else _document(owner, held)
    raise AssertionError(f"no record holds a {cls.__name__}")


@pytest.mark.parametrize("cls, name, value", list(_wrong_values()), ids=lambda v: getattr(v, "__name__", str(v)))
def test_a_wrong_value_gets_the_words_of_the_engine(cls, name, value):
    with pytest.raises(ms.SpecError) as ours:
        cls(**{name: value})
    document = _document(cls, {name: value})
    with pytest.raises(ms.SpecError) as theirs:
        ms.Spec.model_validate_json(json.dumps(document))
    mine = ours.value.problems[0]
    same = [p for p in theirs.value.problems if p.path.endswith(name)]
    assert same, theirs.value
    assert mine.reason == same[0].reason
    if not isinstance(value, str):
        assert mine.remedy == same[0].remedy


def test_all_problems_of_a_spec_come_at_once():
    with pytest.raises(ms.SpecError) as caught:
        ms.Spec.model_validate_json('{"acquisition": {"fps": -1, "optics": {"na": 0}}, "steps": [{"kind": "sensor", "photons_per_unit": 0}, {"kind": "nothing"}]}')
    paths = [p.path for p in caught.value.problems]
    assert "acquisition.fps" in paths and "acquisition.optics.na" in paths and any("photons_per_unit" in p for p in paths) and len(paths) >= 4
    assert isinstance(caught.value, ValueError) and all(p in str(caught.value) for p in paths)
    with pytest.raises(ms.SpecError) as caught:
        ms.Optics(na=-1, magnificaton=3)
    assert [p.path for p in caught.value.problems] == ["Optics.magnificaton", "Optics.na"] and "magnification" in str(caught.value)


def test_rules_that_involve_several_parts_are_checked_with_the_spec():
    steps = [ms.PlaceNeurons(), ms.CellActivity(tau_decay_s=0.02, tau_rise_s=0.01)]
    with pytest.raises(ms.SpecError, match="0.4 samples per decay"):
        ms.Spec(steps=steps)
    ms.Spec(acquisition=ms.Acquisition(fps=100), steps=steps)


def test_what_is_odd_but_legal_is_a_warning():
    with pytest.warns(ms.SpecWarning, match="focal"):
        ms.Spec(acquisition=ms.Acquisition(focal_depth_in_tissue_um=900), steps=[ms.PlaceNeurons()])


def test_values_are_found_and_set_by_path():
    spec = ms.Spec(steps=[ms.PlaceNeurons(), ms.CellActivity(), ms.CellOptics(), ms.Composite(), ms.Sensor()])
    assert spec["steps.sensor.photons_per_unit"] == 100 and spec["acquisition.optics.na"] == 0.45 and spec["seed"] == 42
    dim = spec.set({"steps.sensor.photons_per_unit": 50})
    assert dim["steps.sensor.photons_per_unit"] == 50 and spec["steps.sensor.photons_per_unit"] == 100
    assert spec.replace(seed=7).seed == 7 and spec.replace(acquisition__fps=30).acquisition.fps == 30
    assert spec.with_steps(ms.Sensor(photons_per_unit=5), ms.BrainMotion())["steps.sensor.photons_per_unit"] == 5
    assert [s.kind for s in spec.with_steps(ms.BrainMotion()).steps] == ["place_neurons", "cell_activity", "optics", "composite", "brain_motion", "sensor"]
    assert spec.without_steps(ms.Sensor, "optics").find("sensor") is None
    with pytest.raises(KeyError, match="no step vignette"):
        spec["steps.vignette.falloff"]
    with pytest.raises(ms.SpecError, match="photons"):
        spec.set({"steps.sensor.photons": 1})


def test_parts_are_immutable_and_travel(s1):
    with pytest.raises(AttributeError, match="immutable"):
        s1.seed = 3
    with pytest.raises(AttributeError, match="immutable"):
        s1.acquisition.fps = 3
    for same in (pickle.loads(pickle.dumps(s1)), copy.copy(s1), copy.deepcopy(s1)):
        assert same == s1 and same.cache_key() == s1.cache_key()
    optics = ms.Optics(na=0.3)
    assert pickle.loads(pickle.dumps(optics)) == optics and optics.replace(na=0.45) == ms.Optics()
    assert repr(optics) == "Optics(na=0.3)"


def test_numpy_numbers_and_arrays_are_values():
    import numpy as np

    population = ms.NeuronPopulation(soma_radius_um=np.float32(5), positions_um=np.array([[50, 0, 0], [50, 20, 20]]))
    assert population.positions_um == ((50.0, 0.0, 0.0), (50.0, 20.0, 20.0)) and isinstance(population.soma_radius_um, float)
    with pytest.raises(ms.SpecError, match="finite"):
        ms.Optics(na=float("nan"))
    with pytest.raises(ms.SpecError, match="a whole number"):
        ms.ImageSensor(n_px_height=12.5)


def test_presets_schema_and_formats():
    assert set(ms.presets()["scopes"]) >= {"miniscope_v4", "generic_1p"} and "ca1" in ms.presets()["regions"]
    spec = ms.preset("miniscope_v4", "ca1", duration_s=5, seed=3, size=(100, 120), activity=0.2, steps=[ms.BrainMotion()], vessels=False)
    about = spec.describe()
    assert (about["frames"], about["height"], about["width"], about["dtype"]) == (100, 100, 120, "uint8")
    assert spec.find("vasculature") is None and spec.find(ms.BrainMotion) is not None and spec.seed == 3
    # Regions are as recordings look, with an animal; those of the reference have none, and a motion of their own.
    assert spec.find("behavior") is not None and ms.preset("miniscope_v4", "striatum", motion=True).find(ms.BrainMotion) != ms.BrainMotion()
    old = ms.preset("miniscope_v4", "ca1", motion=True, reference=True)
    assert old.find("behavior") is None and old.find(ms.BrainMotion) == ms.BrainMotion()
    with pytest.raises(ValueError, match="striatum"):
        ms.preset("miniscope_v4", "striatum", reference=True)
    with pytest.raises(ValueError, match="miniscope_v4"):
        ms.preset("miniscope_v5", "ca1")
    assert "acquisition" in ms.schema()["properties"]
    assert {"zarr", "nwb", "tiff", "avi"} <= {f["name"] for f in ms.formats()}


def test_kernel_timing_goes_both_ways(cases):
    for given, expected in cases("activity.json", "kernel_timing"):
        assert ms.kernel_timing(given["tau_rise_s"], given["tau_decay_s"]) == pytest.approx(expected, rel=1e-6)
    for given, expected in cases("activity.json", "tau_from_kernel_timing"):
        if given["t_peak_s"] * 2.45 < given["fwhm_s"] < 6e3 * given["t_peak_s"]:
            assert ms.tau_from_kernel_timing(given["t_peak_s"], given["fwhm_s"]) == pytest.approx(expected, rel=1e-4)
    # No kernel is that narrow: the time to peak is met, and the two time constants are all but equal.
    rise, decay = ms.tau_from_kernel_timing(0.3, 0.5)
    assert rise / decay == pytest.approx(1, abs=2e-3) and ms.kernel_timing(rise, decay)[0] == pytest.approx(0.3, rel=1e-6)
    for given, expected in cases("activity.json", "spike_activity_params"):
        assert list(ms.spike_activity_params(given["activity"]).values()) == pytest.approx(expected, rel=1e-12)


def test_importing_the_package_imports_neither_numpy_nor_the_library():
    code = "import sys, pyminisim; print('numpy' in sys.modules, pyminisim._native._library)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == ["False", "None"]


def test_every_class_is_documented_with_its_units_and_defaults():
    assert "default 0.45" in ms.Optics.__doc__ and "in nm" in ms.Optics.__doc__ and "Numerical aperture" in ms.Optics.__doc__
    for cls in vars(_generated).values():
        if isinstance(cls, type) and issubclass(cls, ms.Record) and cls not in (ms.Record, ms.Step):
            assert cls.__doc__ and all("\n    %s : " % f in cls.__doc__ for f in cls._fields), cls


def test_reading_a_spec_of_the_reference_package_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ms.Spec.load(spec_file("S1"))


def test_every_public_name_is_there():
    for name in ms.__all__:
        assert getattr(ms, name) is not None
    # Editors know of what is imported later.
    with open(ms.__file__, encoding="utf-8") as file:
        text = file.read()
    assert [n for n in ms._LATER if n not in text[text.index("if TYPE_CHECKING"):text.index("_LATER")]] == []


@pytest.mark.parametrize("act, error, says", [
    (lambda s: ms.preset("miniscope_v4", "ca1", size=100), ValueError, "size = 100: must be (height, width), in pixels"),
    (lambda s: ms.preset("miniscope_v4", "ca1", size=(100,)), ValueError, "size = (100,): must be (height, width), in pixels"),
    (lambda s: ms.preset("miniscope_v4", "ca1", size=(100, 1.5)), TypeError, "size[1] = 1.5: must be a whole number"),
    (lambda s: ms.preset("miniscope_v4", "ca1", steps=ms.BrainMotion()), TypeError, "steps = BrainMotion(): must be a list of steps, such as steps=[BrainMotion()]"),
    (lambda s: ms.preset("miniscope_v4", "ca1", steps=[ms.BrainMotion]), TypeError, "steps[0] is the class BrainMotion: make a step of it with BrainMotion()"),
    (lambda s: ms.preset("miniscope_v4", "ca1", steps=["brain_motion"]), TypeError, "steps[0] = 'brain_motion': must be a step"),
    (lambda s: ms.preset("miniscope_v4", "ca1", activity="high"), TypeError, "activity = 'high': must be a number"),
    (lambda s: ms.preset("miniscope_v4", "ca1", seed=2**64), ValueError, "seed = 18446744073709551616: must be at most 9223372036854775807"),
    (lambda s: ms.preset("miniscope_v4", "ca1", sensor=ms.Sensor), TypeError, "sensor[0] is the class Sensor: make a step of it with Sensor()"),
    (lambda s: ms.Spec(seed=2**64), ms.SpecError, "seed = 18446744073709551616: is too large for a whole number. At most 9223372036854775807."),
    (lambda s: ms.Spec(steps=ms.BrainMotion()), ms.SpecError, "must be a list"),
    (lambda s: s.with_steps(ms.BrainMotion), TypeError, "is the class BrainMotion"),
    (lambda s: s.without_steps("sensr"), ValueError, "'sensr' is no step: did you mean sensor?"),
    (lambda s: s.find("sensr"), ValueError, "did you mean sensor?"),
    (lambda s: s[0], TypeError, "a spec is read by path, not by 0"),
    (lambda s: s["steps.sensor.photon_per_unit"], KeyError, "steps.sensor.photon_per_unit: steps.sensor has no field photon_per_unit; did you mean photons_per_unit?"),
    (lambda s: s["acquisition.fsp"], KeyError, "acquisition.fsp: acquisition has no field fsp; did you mean fps?"),
    (lambda s: s["acquisiton"], KeyError, "a spec has no field acquisiton; did you mean acquisition?"),
    (lambda s: s["steps.sensr"], KeyError, "the spec has no step sensr; did you mean sensor?"),
    (lambda s: s["steps[99]"], KeyError, "steps[99]: steps has 5 entries"),
    (lambda s: s["seed.value"], KeyError, "seed.value: seed is 7, which has no parts"),
    (lambda s: s["steps.place_neurons.populations.density_per_mm3"], KeyError, "say which entry, as in steps.place_neurons.populations[0]"),
    (lambda s: ms.kernel_timing("a", 1), TypeError, "tau_rise_s = 'a': must be a number"),
    (lambda s: ms.tau_from_kernel_timing(None, 1), TypeError, "t_peak_s = None: must be a number"),
    (lambda s: ms.spike_activity_params([1]), TypeError, "activity = [1]: must be a number"),
    (lambda s: ms.testing.make_recording(extra_steps=ms.Vignette()), TypeError, "extra_steps = Vignette(): must be a list of steps"),
])
def test_a_slip_of_the_hand_is_told_by_what_was_meant(act, error, says):
    spec = ms.Spec(seed=7, steps=[ms.PlaceNeurons(populations=[ms.NeuronPopulation()]), ms.CellActivity(), ms.CellOptics(), ms.Composite(), ms.Sensor()])
    with pytest.raises(error) as caught:
        act(spec)
    assert says in str(caught.value)


def test_a_warning_points_at_the_line_that_asked(tmp_path):
    # However deep in the package it was noticed.
    odd = ms.Acquisition(focal_depth_in_tissue_um=900)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        spec = ms.Spec(acquisition=odd, steps=[ms.PlaceNeurons()])
        spec.replace(seed=3)
        spec.with_steps(ms.CellActivity())
        ms.Spec.model_validate(spec.model_dump())
        ms.Spec.model_validate_json(spec.model_dump_json())
        spec.save(tmp_path / "odd.json")
        ms.Spec.load(tmp_path / "odd.json")
        ms.preset("miniscope_v4", "ca1", populations=[ms.NeuronPopulation(depth_range_um=(800, 900))])
        ms.simulate_to(ms.testing.make_spec(), tmp_path / "a.zarr", until="composite", progress=False)
        ms.Recording.load(tmp_path / "a.zarr")
    own = [w for w in seen if issubclass(w.category, ms.SpecWarning)]
    assert {w.filename for w in own} == {__file__}
    with open(__file__, encoding="utf-8") as file:
        lines = file.read().split("\n")
    said = [lines[w.lineno - 1].strip().split("(")[0] for w in own]
    assert said == ["spec = ms.Spec", "spec.replace", "spec.with_steps", "ms.Spec.model_validate", "ms.Spec.model_validate_json", "ms.Spec.load", "ms.preset", "ms.Recording.load"]


def test_messages_name_arguments_and_no_options_of_the_command():
    import glob
    import os
    import re

    from conftest import ROOT
    from pyminisim import _native

    texts = set()
    # Messages: texts in the code that are no options of programs that it runs, nor colours of a page.
    for path in glob.glob(os.path.join(ROOT, "src", "Minisim*", "**", "*.cs"), recursive=True):
        part = os.path.relpath(path, os.path.join(ROOT, "src"))
        if not re.match(r"(Minisim|Minisim\.Formats|Minisim\.Studies)[/\\]", part) or re.search(r"[/\\](obj|bin|Slurm|Reports)[/\\]|PipelineProcess|Ffmpeg", part):
            continue
        with open(path, encoding="utf-8-sig") as file:
            for line in file:
                if not line.lstrip().startswith("///"):
                    texts.update(text for text in re.findall(r'"((?:[^"\\]|\\.)*)"', line) if re.search(r"(?<![\w-])--[a-z]", text))
    assert len(texts) >= 15
    for text in texts:
        # What belongs to the command stays so, and is marked as such.
        said = re.sub("`pyminisim [^`]*`", "", _native.said(text.replace("{dy},{dx}", "-3,4")))
        assert not re.search(r"(?<![\w-])--[a-z]", said), said
    assert _native.said("ask to overwrite (--overwrite).") == "ask to overwrite (overwrite=True)."
    assert _native.said("read it with --axes xy or --axes yx") == 'read it with axes="xy" or axes="yx"'
    assert _native.said("score it with --shift=-3,4, and") == "score it with footprint_shift=(-3, 4), and"


def test_a_fixture_warns_of_nothing_that_it_chose_itself():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        spec = ms.testing.make_spec(motion=True)
    # Whoever goes on from it is told.
    with pytest.warns(ms.SpecWarning, match="motion extent"):
        spec.replace(seed=3)
