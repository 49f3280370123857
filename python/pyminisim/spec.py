"""The recipe of a recording."""
import json
import warnings

from . import _native
from ._generated import SpecFields
from ._records import Record, _plain
from .errors import Missing, Problem, SpecError, SpecWarning, near, warn


class Spec(SpecFields):
    __doc__ = (SpecFields.__doc__ or "") + """
    Checked as a whole when it is made: ``SpecError`` lists every problem, what is odd but legal is a ``SpecWarning``.

    >>> spec = Spec(steps=[PlaceNeurons(), CellActivity(), CellOptics(), Composite(), Sensor()])
    >>> spec["steps.sensor.photons_per_unit"]
    100.0
    """

    def __init__(self, *args, **values):
        super().__init__(*args, **values)
        self._adopt(json.dumps(self.model_dump(), ensure_ascii=False))

    def _adopt(self, text):
        import ctypes

        found = ctypes.c_void_p()
        handle = ctypes.c_uint64()
        _native.call("spec_parse", text.encode("utf-8"), ctypes.byref(handle), ctypes.byref(found))
        state = self.__dict__
        state["_handle"] = _native.Handle(handle.value)
        for problem in _native.found_odd(_native.library(), found):
            warn(problem)
        # Steps come back in their canonical order.
        state["steps"] = tuple(sorted(self.steps, key=lambda s: _ORDER[s.kind]))

    @classmethod
    def _of_handle(cls, handle):
        text = _native.call_text("spec_json", handle, 0)
        self = cls._trusted(json.loads(text))
        self.__dict__["_handle"] = handle
        self.__dict__["_json"] = text
        return self

    @property
    def handle(self):
        """The engine's own spec."""
        if not self._handle.is_here:
            import ctypes

            handle = ctypes.c_uint64()
            text = self.__dict__.get("_json") or json.dumps(self.model_dump(), ensure_ascii=False)
            _native.call("spec_parse", text.encode("utf-8"), ctypes.byref(handle), None)
            self.__dict__["_handle"] = _native.Handle(handle.value)
        return self._handle

    @classmethod
    def model_validate_json(cls, text):
        """Reads a spec from JSON: files of the reference package load unchanged."""
        if isinstance(text, (bytes, bytearray)):
            text = bytes(text).decode("utf-8")
        if not isinstance(text, str):
            raise TypeError("a spec is read from JSON text, not from %r; a dict is read by Spec.model_validate, a file by Spec.load" % (text,))
        return cls._read("spec_parse", _native.text(text))

    @classmethod
    def load(cls, path):
        """Reads a spec file."""
        return cls._read("spec_load", _native.text(path))

    @classmethod
    def _read(cls, call, argument):
        import ctypes

        found = ctypes.c_void_p()
        handle = ctypes.c_uint64()
        _native.call(call, argument, ctypes.byref(handle), ctypes.byref(found))
        spec = cls._of_handle(_native.Handle(handle.value))
        for problem in _native.found_odd(_native.library(), found):
            warn(problem)
        return spec

    def save(self, path):
        """Writes the spec to a file, as a whole or not at all."""
        import os

        staging = "%s.%d.tmp" % (os.fspath(path), os.getpid())
        try:
            with open(staging, "w", encoding="utf-8", newline="\n") as file:
                file.write(self.model_dump_json(indent=2) + "\n")
            os.replace(staging, path)
        finally:
            if os.path.exists(staging):
                os.remove(staging)

    def model_dump_json(self, *, indent=None):
        """The complete JSON in canonical form: every field, steps in order. With ``indent``, as the engine indents it."""
        if indent is None:
            if "_json" not in self.__dict__:
                self.__dict__["_json"] = _native.call_text("spec_json", self.handle, 0)
            return self._json
        return _native.call_text("spec_json", self.handle, 1)

    def cache_key(self):
        """A stable hash of the canonical JSON and the engine's model version: equal keys mean equal recordings."""
        if "_key" not in self.__dict__:
            self.__dict__["_key"] = _native.call_text("spec_key", self.handle)
        return self._key

    def describe(self):
        """What the spec amounts to, as a dict: frames, height, width, dtype, bytes, cells, pixel_size_um, steps, stages, …"""
        return _native.call_json("spec_describe", self.handle)

    def __getitem__(self, path):
        """A value by path: ``spec["acquisition.fps"]``, ``spec["steps.sensor.photons_per_unit"]``, ``spec["steps.vasculature.layers[0].opacity"]``."""
        if not isinstance(path, str):
            raise TypeError('a spec is read by path, not by %r: spec["acquisition.fps"], spec["steps.sensor"]; its steps are spec.steps' % (path,))
        at, where = self, ""
        for part in path.replace("[", ".[").split("."):
            if part.startswith("["):
                if not isinstance(at, tuple) or not part[1:-1].lstrip("-").isdigit() or not part.endswith("]"):
                    raise Missing("%s: %s has no entry %s" % (path, where or "a spec", part))
                index = int(part[1:-1])
                if not -len(at) <= index < len(at):
                    raise Missing("%s: %s has %d entries" % (path, where, len(at)))
                at = at[index]
            elif isinstance(at, tuple):
                kinds = [s.kind for s in at if getattr(s, "kind", None) is not None]
                if part not in kinds:
                    if not kinds and at:
                        raise Missing("%s: %s is a list: say which entry, as in %s[0]" % (path, where, where))
                    raise Missing("%s: the spec has no step %s; %s" % (path, part, near(part, kinds)))
                at = at[kinds.index(part)]
            elif isinstance(at, Record) and part in at._fields:
                at = getattr(at, part)
            elif isinstance(at, Record):
                raise Missing("%s: %s has no field %s; %s" % (path, where or "a spec", part, near(part, at._fields)))
            else:
                raise Missing("%s: %s is %r, which has no parts" % (path, where, at))
            where = (where + "." + part).replace(".[", "[").lstrip(".")
        return at

    def set(self, assignments=None, **more):
        """A copy with values set by path, checked once all are set: ``spec.set({"steps.sensor.photons_per_unit": 50})``. A step that is missing is
        added with its defaults; one set to None is removed."""
        if assignments is not None and not isinstance(assignments, dict):
            raise TypeError('assignments = %r: must be a dict of paths and values: spec.set({"acquisition.fps": 30})' % (assignments,))
        values = {**(assignments or {}), **more}
        for path, value in values.items():
            try:
                json.dumps(value, default=_default, allow_nan=False)
            except ValueError:
                raise SpecError([Problem(path, repr(value), "is not a finite number.", "Give a finite number.")]) from None
        return self._of_handle(_native.call_handle("spec_set", self.handle, json.dumps(values, default=_default).encode("utf-8")))

    def replace(self, **changes):
        """A copy with some of ``acquisition``, ``seed``, ``steps``, ``output`` changed, or with values set by path with ``__`` for the dot:
        ``spec.replace(seed=7)``, ``spec.replace(acquisition__fps=30)``."""
        own = {n: v for n, v in changes.items() if n in self._fields or "__" not in n}
        paths = {n.replace("__", "."): v for n, v in changes.items() if n not in own}
        spec = type(self)(**{**{n: getattr(self, n) for n in self._fields}, **own}) if own else self
        return spec.set(paths) if paths else spec

    def with_steps(self, *steps):
        """A copy in which these steps are added, or replace the step of their kind."""
        steps = _steps(steps[0] if len(steps) == 1 and isinstance(steps[0], (list, tuple)) else steps, "steps")
        kinds = {s.kind for s in steps}
        return self.replace(steps=[s for s in self.steps if s.kind not in kinds] + list(steps))

    def without_steps(self, *kinds):
        """A copy without the steps of these kinds (names or classes)."""
        names = {_kind(k) for k in kinds}
        return self.replace(steps=[s for s in self.steps if s.kind not in names])

    def find(self, kind):
        """The step of that kind (name or class), or None."""
        name = _kind(kind)
        return next((s for s in self.steps if s.kind == name), None)

    def __eq__(self, other):
        return self.model_dump_json() == other.model_dump_json() if isinstance(other, Spec) else NotImplemented

    def __hash__(self):
        return hash(self.model_dump_json())

    def __reduce__(self):
        return _unpickle, (self.model_dump_json(),)

    def _repr_html_(self):
        from ._html import spec

        return spec(self)


def _kind(of):
    """The kind of a step: of its name, its class or itself."""
    kind = of if isinstance(of, str) else getattr(of, "kind", None)
    if kind not in _STEPS():
        raise ValueError("%r is no step: %s" % (of, near(kind or of, _STEPS())))
    return kind


def _STEPS():
    from . import _generated

    return _generated.STEPS


def _steps(given, name):
    """Steps as a list, from a list of them."""
    from ._records import Step

    shown = "%s=[BrainMotion()]" % name
    if isinstance(given, Step) or isinstance(given, type) or not hasattr(given, "__iter__") or isinstance(given, (str, dict)):
        raise TypeError("%s = %s: must be a list of steps, such as %s" % (name, getattr(given, "__name__", None) or repr(given), shown))
    given = list(given)
    for i, step in enumerate(given):
        if isinstance(step, type) and issubclass(step, Step):
            raise TypeError("%s[%d] is the class %s: make a step of it with %s()" % (name, i, step.__name__, step.__name__))
        if not isinstance(step, Step):
            raise TypeError("%s[%d] = %r: must be a step, such as %s" % (name, i, step, shown))
    return given


def _unpickle(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SpecWarning)
        return Spec.model_validate_json(text)


def _default(value):
    if isinstance(value, Record):
        return _plain(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError("%r has no form in JSON" % (value,))


class _Order(dict):
    def __missing__(self, kind):
        from . import _generated

        self.update({k: i for i, k in enumerate(_generated.STEPS)})
        return self.get(kind, len(self))


_ORDER = _Order()


def preset(scope, region, *, duration_s=150.0, fps=20.0, seed=0, size=None, activity=None, populations=None, sensor=None, steps=(),
           neuropil=True, vessels=True, scope_fields=True):
    """The spec of an instrument over a brain region: ``preset("miniscope_v4", "ca1", duration_s=30, steps=[BrainMotion()])``.

    Parameters
    ----------
    scope, region : str
        Names; ``presets()`` lists them.
    size : (height, width), optional
        Pixels instead of the scope's.
    activity : float or CellActivity, optional
        How much the cells fire, 0 sparse to 1 dense; or the step itself.
    populations, sensor : optional
        Instead of the region's and the scope's.
    steps : sequence of steps
        Further ones; each replaces the preset's step of its kind.
    neuropil, vessels, scope_fields : bool
        False leaves them out.
    """
    from ._generated import PlaceNeurons
    from ._records import Step

    if size is not None and (not hasattr(size, "__len__") or isinstance(size, str) or len(size) != 2):
        raise ValueError("size = %r: must be (height, width), in pixels" % (size,))
    extra = _steps(steps, "steps")
    if sensor is not None:
        extra.insert(0, *_steps([sensor], "sensor"))
    dial = activity if activity is None or not isinstance(activity, Step) else None
    if dial is not None:
        dial = _native.number(dial, "activity")
    if dial is not None and not 0 <= dial <= 1:
        raise ValueError("activity = %r: must be in [0, 1]" % (dial,))
    # A recording of the region's own cells may be too large where that of the given ones is not: the length is set with the cells.
    options = _native.options(duration_s=duration_s if populations is None else 1.0, fps=fps, seed=seed, height=None if size is None else _native.whole(size[0], "size[0]", 1), width=None if size is None else _native.whole(size[1], "size[1]", 1), activity=dial,
                              no_neuropil=not neuropil, no_vessels=not vessels, no_scope_fields=not scope_fields)
    spec = Spec._of_handle(_native.call_handle("preset", _native.text(scope), _native.text(region), options))
    if isinstance(activity, Step):
        extra.insert(0, activity)
    if populations is not None:
        extra.insert(0, PlaceNeurons(populations=populations))
    if not extra:
        return spec
    kinds = {s.kind for s in extra}
    return spec.replace(acquisition=spec.acquisition.replace(duration_s=duration_s), steps=[s for s in spec.steps if s.kind not in kinds] + extra)


def presets():
    """The scopes and regions there are: ``{"scopes": {name: description}, "regions": {…}}``."""
    return {kind: {p["name"]: p["description"] for p in items} for kind, items in _native.call_json("presets").items()}


def schema():
    """The JSON Schema of specs, as a dict."""
    return _native.call_json("spec_schema")


def formats():
    """The file formats: a list of dicts with name, extensions, description, contents, can_read."""
    return _native.call_json("formats")


def kernel_timing(tau_rise_s, tau_decay_s):
    """Time to peak and full width at half maximum, s, of the calcium kernel with these time constants, s."""
    import ctypes

    peak, width = ctypes.c_double(), ctypes.c_double()
    _native.call("kernel_timing", _native.number(tau_rise_s, "tau_rise_s"), _native.number(tau_decay_s, "tau_decay_s"), ctypes.byref(peak), ctypes.byref(width))
    return peak.value, width.value


def tau_from_kernel_timing(t_peak_s, fwhm_s):
    """Time constants (rise, decay), s, of the calcium kernel with this time to peak and width, s: the inverse of ``kernel_timing``.

    The time to peak is always met. No kernel is narrower than 2.45 times its time to peak: for such a width the narrowest one is given.
    """
    import ctypes

    rise, decay = ctypes.c_double(), ctypes.c_double()
    _native.call("kernel_from_timing", _native.number(t_peak_s, "t_peak_s"), _native.number(fwhm_s, "fwhm_s"), ctypes.byref(rise), ctypes.byref(decay))
    return rise.value, decay.value


def spike_activity_params(activity):
    """Gate parameters of the activity dial, 0 sparse to 1 dense, as a dict of fields of CellActivity."""
    import ctypes

    values = (ctypes.c_double * 4)()
    _native.call("activity_dial", _native.number(activity, "activity"), ctypes.byref(values))
    return dict(zip(("p_quiescent_to_active", "p_active_to_quiescent", "active_rate_hz", "quiescent_rate_hz"), values))
