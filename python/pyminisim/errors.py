"""What can go wrong, as exceptions and warnings."""


import contextlib
import difflib
import os
import sys
import threading
import warnings

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


class Problem:
    """One thing wrong, or odd, in a spec: where, what and why, and what to do.

    Attributes: ``path`` (JSON path), ``value`` (JSON text or None), ``reason``, ``remedy`` (may be empty), ``warning`` (odd but legal).
    """

    __slots__ = ("path", "value", "reason", "remedy", "warning")

    def __init__(self, path, value, reason, remedy="", warning=False):
        self.path, self.value, self.reason, self.remedy, self.warning = path, value, reason, remedy, warning

    def __str__(self):
        return self.path + ("" if self.value is None else " = " + self.value) + ": " + self.reason + (" " + self.remedy if self.remedy else "")

    def __repr__(self):
        return "Problem(%s)" % self

    def __eq__(self, other):
        return isinstance(other, Problem) and all(getattr(self, n) == getattr(other, n) for n in self.__slots__)

    def __hash__(self):
        return hash((self.path, self.reason))

    def __reduce__(self):
        return Problem, (self.path, self.value, self.reason, self.remedy, self.warning)


class SpecError(ValueError):
    """A spec or a study that breaks its rules. ``problems`` lists every one, not only the first."""

    def __init__(self, problems):
        self.problems = list(problems)
        errors = [p for p in self.problems if not p.warning]
        lines = [str(p) for p in errors[:50]]
        if len(errors) > 50:
            lines.append("… and %d more" % (len(errors) - 50))
        super().__init__("\n".join(lines) if len(lines) == 1 else "%d problems:\n  %s" % (len(errors), "\n  ".join(lines)))

    def __reduce__(self):
        return SpecError, (self.problems,)


class SpecWarning(UserWarning):
    """Something odd but legal in a spec or a recording."""


_expected = threading.local()


@contextlib.contextmanager
def expecting(path_end):
    """While a helper makes a spec, says nothing of what it chose itself: problems whose path ends so. In this thread alone."""
    before = getattr(_expected, "ends", ())
    _expected.ends = (*before, path_end)
    try:
        yield
    finally:
        _expected.ends = before


def warn(problem):
    """Warns of something odd, at the line of whoever called the package."""
    if problem.path.endswith(getattr(_expected, "ends", ()) or ("\0",)):
        return
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        level, frame = level + 1, frame.f_back
    warnings.warn(str(problem), SpecWarning, level)


class Missing(KeyError):
    """A name that is not there. What a KeyError shows is its key in quotes; this shows what it has to say."""

    def __str__(self):
        return str(self.args[0])


def near(name, names, form="%s"):
    """" Did you mean …?", or which names there are, as the end of a message."""
    names = [str(n) for n in names]
    found = difflib.get_close_matches(str(name), names, 1)
    return "did you mean %s?" % form % found[0] if found else "there are %s." % ", ".join(form % n for n in names) if names else "there are none."


class RecordingError(OSError):
    """A file that cannot be read, or must not or cannot be written. The message says which, why, and what to do."""
