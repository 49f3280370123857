"""The native library: where it is, its calls, what becomes of its errors. Nothing else of the package knows ctypes."""
import ctypes
import json
import operator
import os
import queue
import re
import sys
import threading

from . import _calls
from .errors import Problem, RecordingError, SpecError

_HERE = os.path.dirname(os.path.abspath(__file__))
_NAME = "libminisim.so" if sys.platform.startswith("linux") else "libminisim.dylib" if sys.platform == "darwin" else "minisim.dll"

_lock = threading.RLock()
_library = None


class _Library:
    def __init__(self, file, pid):
        self.pid = pid
        dll = ctypes.CDLL(file)
        version = dll.minisim_abi_version()
        if version // 1000 != _calls.ABI_VERSION // 1000 or version < _calls.ABI_VERSION:
            raise ImportError("%s has interface version %d, this package needs %d. Install the wheel anew." % (file, version, _calls.ABI_VERSION))
        for name, types in _calls.CALLS:
            function = getattr(dll, name)
            function.argtypes = types
            function.restype = ctypes.c_int32
            setattr(self, name[len("minisim_"):], function)
        self.free = dll.minisim_free
        self.free.argtypes = (ctypes.c_void_p,)
        self.free.restype = None
        # Pictures are drawn by a library beside the original, wherever a copy of it lies.
        self.companions(text(os.path.dirname(path())), None)


def path():
    """Where the native library is: MINISIM_LIBRARY, or inside the package."""
    return os.environ.get("MINISIM_LIBRARY") or os.path.join(_HERE, "lib", _NAME)


def library():
    """The library, loaded when first needed. A forked child loads a copy of its own: the threads of its parent's did not come along."""
    global _library
    loaded = _library
    if loaded is not None and loaded.pid == os.getpid():
        return loaded
    with _lock:
        if _library is None:
            if not os.path.exists(path()):
                raise ImportError("the native library is missing: %s. Build a wheel with python/build-wheel, or name the library in MINISIM_LIBRARY." % path())
            _library = _Library(path(), os.getpid())
        elif _library.pid != os.getpid():
            _library = _Library(_copy(path()), os.getpid())
        return _library


_copies = []


def _copy(file):
    # The loader knows files by their identity: only another file is another library, with a runtime of its own.
    if hasattr(os, "memfd_create"):
        copy = os.memfd_create("libminisim")
        with open(file, "rb") as source:
            size = os.fstat(source.fileno()).st_size
            sent = 0
            while sent < size:
                sent += os.sendfile(copy, source.fileno(), sent, size - sent)
        _copies.append(copy)
        return "/proc/self/fd/%d" % copy
    import shutil
    import tempfile

    folder = tempfile.mkdtemp(prefix="pyminisim-")
    return shutil.copy(file, folder)


def _after_fork():
    global _lock
    _lock = threading.RLock()
    # They did not come along.
    _Worker.idle.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _raise(lib, status, error):
    text = take(lib, error) if error.value else None
    report = json.loads(text) if text else {"kind": _calls.STATUS[status] if status < len(_calls.STATUS) else "internal", "message": "memory does not suffice", "problems": []}
    kind, message = report["kind"], said(report["message"])
    problems = _problems(report["problems"])
    if kind == "spec":
        raise SpecError(problems)
    if kind in ("file", "write"):
        raise RecordingError(message)
    if kind == "argument":
        raise ValueError(message)
    if kind == "memory":
        raise MemoryError(message)
    if kind == "cancelled":
        raise Cancelled(message)
    raise RuntimeError(message)


def _problems(items):
    return [Problem(p["path"], p["value"], said(p["reason"]), said(p["remedy"]), p["warning"]) for p in items]


# What the command calls an option is an argument here.
_WORDS = [(re.compile(pattern), replacement) for pattern, replacement in (
    (r"--overwrite\b", "overwrite=True"),
    (r"--accepted\b", "accepted=True"),
    (r"--follow-links\b", "follow_links=True"),
    (r"the other --axes \((\w+) or (\w+)\)", r'the other axes="\1" or "\2"'),
    (r"--axes (yx|xy)\b", r'axes="\1"'),
    (r"--axes\b", "axes="),
    (r"--shifts FILE\.npy", 'shifts="FILE.npy"'),
    (r"--shifts\b", "shifts="),
    (r"--shift=(-?\d+),(-?\d+)", r"footprint_shift=(\1, \2)"),
    (r"--table (\w+)", r'table="\1"'),
    (r"--table\b", "table="),
    (r"--max-memory\b", "max_memory="),
    (r"--side-by-side\b", "the side by side"),
    (r"'?\bminisim indicators --json'? prints", "the command `pyminisim indicators --json` prints"),
    (r"'minisim ([^']*)'", r"`pyminisim \1`"),
    (r'option "threshold" = ', "match_threshold = "),
    (r'option "energy_fraction" = ', "energy_frac = "),
    (r'option "(\w+)" = ', r"\1 = "),
)]


def said(text):
    """A message of the engine's in the words of this package."""
    if "minisim " in text or "--" in text or "option " in text:
        for pattern, replacement in _WORDS:
            text = pattern.sub(replacement, text)
    return text


def found_odd(lib, pointer):
    """The warnings that a call handed out, as problems."""
    return [p for p in _problems(json.loads(take(lib, pointer))) if p.warning]


class Cancelled(RuntimeError):
    """A run that was stopped by its token."""


def take(lib, pointer):
    """A text of the library's as a str; frees it."""
    try:
        return ctypes.string_at(pointer.value).decode("utf-8")
    finally:
        lib.free(pointer)
        pointer.value = None


def call(name, *args):
    """Makes a call; its errors are exceptions. Other Python threads run meanwhile."""
    lib = library()
    error = ctypes.c_void_p()
    try:
        status = getattr(lib, name)(*args, ctypes.byref(error))
    except ctypes.ArgumentError:
        raise TypeError("an argument has a type that cannot be used here: %s" % ", ".join(repr(a) for a in args if not isinstance(a, (Handle, ctypes._SimpleCData, bytes)) and type(a).__name__ != "CArgObject")) from None
    if status:
        _raise(lib, status, error)


def call_text(name, *args):
    """Makes a call whose last result is a text, and returns it."""
    text = ctypes.c_void_p()
    call(name, *args, ctypes.byref(text))
    return take(library(), text)


def call_json(name, *args):
    return json.loads(call_text(name, *args))


def call_handle(name, *args):
    """Makes a call whose last result is a handle, and returns it."""
    value = ctypes.c_uint64()
    call(name, *args, ctypes.byref(value))
    return Handle(value.value)


class Handle:
    """An object of the library, closed with the last reference to it."""

    __slots__ = ("value", "pid", "__weakref__")

    def __init__(self, value):
        self.value = value
        self.pid = os.getpid()

    @property
    def is_here(self):
        """Whether it belongs to this process, and not to the one that this was forked from."""
        return self.pid == os.getpid()

    @property
    def _as_parameter_(self):
        return ctypes.c_uint64(self.value)

    def close(self):
        value, self.value = self.value, 0
        if value and _library is not None and self.pid == os.getpid() == _library.pid:
            error = ctypes.c_void_p()
            if _library.close(value, ctypes.byref(error)) and error.value:
                _library.free(error)

    def __del__(self, _getpid=os.getpid):
        # Modules may be gone at the end of the interpreter.
        if self.value and _library is not None and self.pid == _getpid():
            self.close()


def text(value):
    """A str, path or None as an argument."""
    if value is None:
        return None
    if not isinstance(value, str):
        value = os.fspath(value)
    encoded = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
    if b"\0" in encoded:
        raise ValueError("%r: holds a null character" % (value if len(value) < 80 else value[:79]))
    return encoded


def number(value, name):
    """A number as an argument."""
    try:
        if isinstance(value, (str, bytes, bool)):
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise TypeError("%s = %r: must be a number" % (name, value)) from None


def whole(value, name, least=0):
    """A whole number as an argument."""
    try:
        if isinstance(value, bool):
            raise TypeError
        value = operator.index(value)
    except TypeError:
        raise TypeError("%s = %r: must be a whole number" % (name, value)) from None
    if not least <= value < 2 ** 31:
        raise ValueError("%s = %r: must be in [%d, 2147483647]" % (name, value, least))
    return value


def options(**values):
    """Options of a call: those that are not None, as JSON."""
    try:
        return json.dumps({k: v for k, v in values.items() if v is not None}, allow_nan=False).encode("utf-8")
    except ValueError:
        bad = [k for k, v in values.items() if isinstance(v, float) and v - v != 0] or list(values)
        raise ValueError("%s = %r: must be a finite number" % (bad[0], values[bad[0]])) from None


def live():
    """Open handles and texts not yet freed, for leak tests."""
    handles, blocks = ctypes.c_int64(), ctypes.c_int64()
    call("live", ctypes.byref(handles), ctypes.byref(blocks))
    return handles.value, blocks.value


def run(name, *args, threads=None, progress=None, results=(), description="", keep=()):
    """Makes a long call that Ctrl-C interrupts, and that tells how far it is. ``args`` are those before the run options, ``results`` those after; ``keep``
    is what the call writes to."""
    def work(settings, alive=(args, results, keep)):
        call(name, *args, ctypes.byref(settings), *results)

    run_calls(work, threads=threads, progress=progress, description=description)


def run_calls(work, *, threads=None, progress=None, description=""):
    """Runs a function of the run options that makes long calls; Ctrl-C interrupts it.

    In the main thread, where Python handles signals, it runs in a thread beside, so that Ctrl-C is not kept waiting: its calls are cancelled, and what they
    write to stays alive until they have ended.
    """
    threads = 0 if threads is None else threads
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 0:
        raise ValueError("threads = %r: must be a whole number, 0 or None for one per processor" % (threads,))
    token = call_handle("token_new")
    settings = _calls.Run(threads, 0, token.value, None, None)
    settings.token_ = token
    watch = _watch(progress, description)
    if watch is None and threading.current_thread() is not threading.main_thread():
        work(settings)
        return
    job = _Job(work, settings)
    _Worker.take().jobs.put(job)
    try:
        # An interrupt between the last look at signals and the wait wakes nobody: it is seen when the wait ends.
        if watch is None:
            while not job.ended.wait(0.05):
                pass
        else:
            with watch:
                while not job.ended.wait(0.05):
                    watch.update(*_progress(token))
                if job.failure is None:
                    watch.update(*_progress(token))
    except BaseException:
        call("token_cancel", token)
        # Nearly always it ends at once; an interrupt waits no longer than this.
        job.ended.wait(0.05)
        raise
    if job.failure is not None:
        raise job.failure


class _Job:
    __slots__ = ("work", "settings", "ended", "failure")

    def __init__(self, work, settings):
        self.work, self.settings, self.ended, self.failure = work, settings, threading.Event(), None


class _Worker:
    """A thread that makes long calls, one after another: the library need not get to know a new thread for each."""

    idle = []

    def __init__(self):
        self.jobs = queue.SimpleQueue()
        threading.Thread(target=self._go, name="pyminisim", daemon=True).start()

    @classmethod
    def take(cls):
        try:
            return cls.idle.pop()
        except IndexError:
            return cls()

    def _go(self):
        while True:
            job = self.jobs.get()
            try:
                job.work(job.settings)
            except BaseException as e:  # handed over to the caller
                job.failure = e
            # Nothing of it stays alive here while there is nothing to do.
            job.work = job.settings = None
            ended = job.ended
            del job
            self.idle.append(self)
            ended.set()
            del ended


def _progress(token):
    done, total = ctypes.c_int64(), ctypes.c_int64()
    call("token_progress", token, ctypes.byref(done), ctypes.byref(total))
    return done.value, total.value


class _Callback:
    """A user's function, called with frames done and frames to do whenever that changed."""

    def __init__(self, function):
        self.function, self.seen = function, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def update(self, done, total):
        if total and (done, total) != self.seen:
            self.seen = (done, total)
            self.function(done, total)


class _Bar:
    def __init__(self, bar):
        self.bar = bar

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.bar.close()

    def update(self, done, total):
        if total:
            self.bar.total = total
            self.bar.update(done - self.bar.n)


def _watch(progress, description):
    if callable(progress):
        return _Callback(progress)
    if progress is None or progress is False:
        return None
    if progress is not True and progress != "auto":
        raise ValueError('progress = %r: must be "auto", True, False or a function of (done, total)' % (progress,))
    notebook = "ipykernel" in sys.modules
    if progress == "auto" and not notebook and not (sys.stderr and sys.stderr.isatty()):
        return None
    try:
        # The notebook's bar needs widgets; the other one is fine anywhere.
        from tqdm import tqdm
    except ImportError:
        return None
    return _Bar(tqdm(total=0, desc=description, unit="frame", leave=False, delay=0.5 if progress == "auto" else 0))
