"""What the classes of a spec have in common: keyword construction, rules, JSON. The classes themselves are generated."""
import difflib
import json
import math
import operator

from .errors import Problem, SpecError


class Field:
    """A field of a record: its type, default and rules."""

    __slots__ = ("kind", "default", "record", "element", "components", "nullable", "auto", "extension", "low", "high", "low_open", "high_open", "rule", "choices", "unit", "remedy")

    def __init__(self, kind, default, record=None, element=None, components=None, nullable=False, auto=False, extension=False,
                 low=None, high=None, low_open=False, high_open=False, rule=None, choices=None, unit=None, remedy=""):
        self.kind, self.default, self.record, self.element, self.components = kind, default, record, element, components
        self.nullable, self.auto, self.extension = nullable, auto, extension
        self.low, self.high, self.low_open, self.high_open, self.rule = low, high, low_open, high_open, rule
        self.choices, self.unit, self.remedy = choices, unit, remedy

    def allows(self, number):
        return self.low is None or (number > self.low if self.low_open else number >= self.low) and (number < self.high if self.high_open else number <= self.high)


_DESCRIBED = {"number": "a number", "integer": "a whole number", "flag": "true or false", "text": "a text", "list": "a list", "record": "an object", "step": "an object"}


class Record:
    """An immutable part of a spec. Make another with ``replace``."""

    _fields = {}
    # The field whose text alone may stand for the whole record.
    _shorthand = None
    kind = None

    def __init__(self, *args, **values):
        if args:
            raise TypeError("%s takes its values by name: %s(%s)" % (type(self).__name__, type(self).__name__, ", ".join(list(self._fields)[:3]) + ("=…" if self._fields else "")))
        problems = []
        self._set(values, type(self).__name__, problems)
        if problems:
            raise SpecError(problems)

    def _set(self, values, path, problems):
        state = self.__dict__
        fields = self._fields
        for name in values:
            if name not in fields and not (name == "kind" and values[name] == self.kind):
                near = difflib.get_close_matches(name, fields, 1)
                problems.append(Problem("%s.%s" % (path, name), _shown(values[name]), "no such field.", 'Did you mean "%s"?' % near[0] if near else "There are %s." % ", ".join(fields) if fields else "It has no fields."))
        for name, field in fields.items():
            if name in values:
                state[name] = _check(values[name], field, "%s.%s" % (path, name), problems)
            elif field.default is ...:
                state[name] = _class(field.record)()
            else:
                state[name] = field.default

    def __setattr__(self, name, value):
        raise AttributeError("%s is immutable: use .replace(%s=…)" % (type(self).__name__, name))

    def __delattr__(self, name):
        raise AttributeError("%s is immutable" % type(self).__name__)

    def replace(self, **changes):
        """A copy with some fields changed, checked anew."""
        return type(self)(**{**{n: getattr(self, n) for n in self._fields}, **changes})

    def model_copy(self, *, update=None, deep=False):
        """As ``replace``, with the changes in a dict."""
        return self.replace(**(update or {}))

    def model_dump(self):
        """The record as a dict of plain values."""
        values = {} if self.kind is None else {"kind": self.kind}
        for name, field in self._fields.items():
            value = getattr(self, name)
            if field.extension and value == field.default:
                continue
            values[name] = _plain(value)
        if self._shorthand is not None and list(values) == [self._shorthand]:
            return values[self._shorthand]
        return values

    def model_dump_json(self, *, indent=None):
        """The record as JSON."""
        return json.dumps(self.model_dump(), indent=indent, separators=(",", ":") if indent is None else None, ensure_ascii=False)

    @classmethod
    def model_validate(cls, values):
        """A record from a dict."""
        if isinstance(values, cls):
            return values
        if not isinstance(values, dict):
            raise SpecError([Problem(cls.__name__, _shown(values), "must be an object.")])
        return cls(**values)

    @classmethod
    def model_validate_json(cls, text):
        """A record from JSON."""
        return cls.model_validate(json.loads(text))

    @classmethod
    def _trusted(cls, values):
        # From JSON that the engine wrote: nothing to check.
        if isinstance(values, str):
            values = {cls._shorthand: values}
        self = object.__new__(cls)
        state = self.__dict__
        for name, field in cls._fields.items():
            if name not in values:
                state[name] = _class(field.record)() if field.default is ... else field.default
            else:
                state[name] = _trusted(values[name], field)
        return self

    def __eq__(self, other):
        return type(self) is type(other) and self.__dict__ == other.__dict__ if isinstance(other, Record) else NotImplemented

    def __hash__(self):
        return hash((type(self), tuple(self.__dict__.values())))

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return _rebuild, (type(self), {n: getattr(self, n) for n in self._fields})

    def __repr__(self):
        shown = ["%s=%r" % (n, getattr(self, n)) for n, f in self._fields.items() if getattr(self, n) != (f.default if f.default is not ... else _class(f.record)())]
        return "%s(%s)" % (type(self).__name__, ", ".join(shown))

    def __dir__(self):
        return [*super().__dir__(), *self._fields]

    def _repr_html_(self):
        from ._html import record

        return record(self)


class Step(Record):
    """A step of the forward chain, told apart by its ``kind``."""


def _rebuild(cls, values):
    return cls(**values)


def _class(name):
    from . import _generated

    return getattr(_generated, name)


def _plain(value):
    if isinstance(value, Record):
        return value.model_dump()
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value


def _shown(value):
    try:
        text = json.dumps(_plain(value), ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _trusted(value, field):
    if value is None or field.auto and value == "auto":
        return value
    kind = field.kind
    if kind == "list":
        if field.element == "tuple":
            return tuple([tuple(map(float, v)) for v in value])
        if field.element == "record":
            return tuple([_class(field.record)._trusted(v) for v in value])
        if field.element == "step":
            return tuple([_step_class(v["kind"])._trusted(v) for v in value])
        return tuple(value)
    if kind == "record":
        return _class(field.record)._trusted(value)
    if kind == "tuple":
        return tuple(map(float, value))
    return float(value) if kind == "number" else value


def _step_class(kind):
    from . import _generated

    return _generated.STEPS[kind]


def _check(value, field, path, problems):
    if value is None or isinstance(value, str) and value == "auto" and field.auto:
        if value is None and field.auto:
            return "auto"
        if value is None and not field.nullable:
            problems.append(Problem(path, "null", "must be %s." % _describe(field), field.remedy))
        return value
    return _element(value, field.kind, field, path, problems)


def _element(value, kind, field, path, problems):
    if kind == "number" or kind == "integer":
        return _number(value, kind, field, path, problems)
    if kind == "text":
        # An enumeration's member says its value.
        value = getattr(value, "value", value)
        if not isinstance(value, str):
            problems.append(Problem(path, _shown(value), "must be a text%s." % _not(value), field.remedy))
        elif field.choices is not None and value not in field.choices:
            near = difflib.get_close_matches(value, field.choices, 1)
            problems.append(Problem(path, '"%s"' % value, "must be %s." % _choices(field.choices), 'Did you mean "%s"?' % near[0] if near else field.remedy))
        return value
    if kind == "flag":
        if type(value).__name__ in ("bool", "bool_"):
            return bool(value)
        problems.append(Problem(path, _shown(value), "must be true or false.", field.remedy))
        return value
    if kind == "tuple":
        items = _items(value)
        if items is None or len(items) != len(field.components):
            problems.append(Problem(path, _shown(value), "must be [%s] (%d numbers)." % (", ".join(field.components), len(field.components)), field.remedy))
            return value
        result = tuple(_number(v, "number", field, "%s[%d]" % (path, i), problems) for i, v in enumerate(items))
        if field.components == ("min", "max") and all(isinstance(v, float) for v in result) and result[0] > result[1]:
            problems.append(Problem(path, _shown(result), "min must be ≤ max.", "Swap them."))
        return result
    if kind == "list":
        items = _items(value)
        if items is None:
            problems.append(Problem(path, _shown(value), "must be a list.", field.remedy))
            return value
        return tuple(_element(v, field.element, field, "%s[%d]" % (path, i), problems) for i, v in enumerate(items))
    if kind == "step":
        if isinstance(value, Step):
            return value
        from . import _generated

        if not isinstance(value, dict) or value.get("kind") not in _generated.STEPS:
            named = value.get("kind") if isinstance(value, dict) else value
            if isinstance(value, type) and issubclass(value, Step):
                problems.append(Problem(path, value.__name__, "is a class, no step.", "Make one with %s()." % value.__name__))
                return value
            problems.append(Problem(path, _shown(named), "is no step.", "Steps are %s." % ", ".join(_generated.STEPS)))
            return value
        return _record(_generated.STEPS[value["kind"]], value, path, problems)
    cls = _class(field.record)
    if isinstance(value, cls):
        return value
    if isinstance(value, str) and cls._shorthand is not None:
        value = {cls._shorthand: value}
    if not isinstance(value, dict):
        problems.append(Problem(path, _shown(value), "must be %s." % cls.__name__, "Give a %s or a dict of its fields." % cls.__name__))
        return value
    return _record(cls, value, path, problems)


def _record(cls, values, path, problems):
    record = object.__new__(cls)
    record._set(values, path, problems)
    return record


def _items(value):
    if isinstance(value, (str, bytes, dict)):
        return None
    try:
        # Arrays give Python's own numbers, a million of them in one go.
        return value.tolist() if hasattr(value, "tolist") else list(value)
    except TypeError:
        return None


def _number(value, kind, field, path, problems):
    try:
        if isinstance(value, (bool, str)) or type(value).__name__ == "bool_":
            raise TypeError
        number = float(value) if kind == "number" else operator.index(value) if not isinstance(value, float) else _whole(value)
    except (TypeError, ValueError, OverflowError):
        problems.append(Problem(path, _shown(value), "must be %s%s." % (_describe(field), _not(value)), field.remedy))
        return value
    if kind == "number" and not math.isfinite(number):
        problems.append(Problem(path, repr(number), "is not a finite number.", "Give a finite number."))
    elif not field.allows(number):
        problems.append(Problem(path, _shown(number), field.rule, field.remedy))
    return number


def _whole(value):
    if value != int(value):
        raise TypeError
    return int(value)


def _not(value):
    for types, name in ((str, "a text"), (bool, "true or false"), ((list, tuple), "a list"), (dict, "an object")):
        if isinstance(value, types):
            return ", not " + name
    return ""


def _choices(names):
    quoted = ['"%s"' % n for n in names]
    return ", ".join(quoted[:-1]) + (" or " if len(quoted) > 1 else "") + quoted[-1]


def _describe(field):
    text = "[%s] (%d numbers)" % (", ".join(field.components), len(field.components)) if field.kind == "tuple" else _DESCRIBED[field.kind]
    return text + ' or "auto"' if field.auto else text + " or null" if field.nullable else text
