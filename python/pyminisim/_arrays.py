"""Arrays across the border, without copies."""
import ctypes

import numpy as np

from . import _calls, _native

DTYPES = tuple(np.dtype(t) for t in _calls.TYPES)
_NUMBERS = {dtype: number for number, dtype in enumerate(DTYPES)}


class TruthArray(np.ndarray):
    """An array of the truth: a NumPy array that knows its axes and unit. Read-only: it lies in the engine's memory.

    ``axes`` names every axis, ``unit`` is the physical unit or None, ``description`` says what it is; ``xarray()`` is the labelled view.
    """

    axes = ()
    unit = None
    description = ""
    # Not "name", by which pandas knows its own series. Numbers of the cells along the axis "unit", where they are some of a truth's.
    array_name = None
    units = None

    def __array_finalize__(self, other):
        # A slice or a result is an ordinary array; only the array as it came knows its axes.
        pass

    def __array_wrap__(self, array, context=None, return_scalar=False):
        return array[()] if array.ndim == 0 else array.view(np.ndarray)

    def __reduce__(self):
        return np.asarray(self).copy().__reduce__()

    def xarray(self):
        """The array as an ``xarray.DataArray`` with a coordinate for every axis; needs xarray."""
        import xarray

        if len(self.axes) != self.ndim:
            raise ValueError("a part of a truth array has lost its axes: label the whole array and slice that")
        coords = {a: np.arange(n) if a != "unit" or self.units is None else np.asarray(self.units) for a, n in zip(self.axes, self.shape)}
        attributes = {k: v for k, v in (("units", self.unit), ("long_name", self.description)) if v}
        return xarray.DataArray(np.asarray(self), dims=self.axes, coords=coords, name=self.array_name, attrs=attributes)


def labelled(array, name, axes, unit=None, description="", units=None):
    array = array.view(TruthArray)
    array.array_name, array.axes, array.unit, array.description, array.units = name, tuple(axes), unit, description, units
    return array


def view(pointer, dtype, shape, owner):
    """Memory of the engine's as a read-only array; keeps the owner as long as the array lives."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if size == 0:
        return np.empty(shape, dtype)
    memory = (ctypes.c_char * size).from_address(pointer)
    memory.owner = owner
    # Read-only as a buffer: the flag of an array alone could be taken back.
    return np.frombuffer(memoryview(memory).toreadonly(), dtype).reshape(shape)


def of_struct(struct, owner):
    """An array that a call described."""
    return view(struct.data, DTYPES[struct.type], tuple(struct.shape[i] for i in range(struct.axes)), owner)


def numbers(value, axes, what):
    """Any array-like as an array of numbers with these axes that can cross the border; copied only where its number type cannot."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError("%s is no array: its rows have different lengths" % what) from None
    if array.dtype not in _NUMBERS or not array.dtype.isnative:
        if array.dtype.kind not in "biuf" and not (array.dtype.kind == "O" and array.size):
            if array.size == 0:
                array = array.astype(np.float64)
            else:
                raise ValueError("%s holds %s, not numbers" % (what, array.dtype))
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError):
            raise ValueError("%s holds %s, not numbers" % (what, array.dtype)) from None
    if array.ndim != len(axes):
        raise ValueError("%s has shape %s: it must be %s" % (what, array.shape, "(%s)" % ", ".join(axes) if len(axes) > 1 else "a list of numbers"))
    return array


def struct(array):
    """An array as the engine sees it: where it is, with its strides. Keeps it alive."""
    if array is None:
        return None
    result = _calls.Array(array.ctypes.data, _NUMBERS[array.dtype], array.ndim)
    result.array = array
    for i in range(array.ndim):
        result.shape[i], result.strides[i] = array.shape[i], array.strides[i]
    return ctypes.byref(result)


def pairs(pairing, what="pairing"):
    """Pairs (estimate, true) as int32."""
    if not hasattr(pairing, "__len__"):
        raise TypeError("%s = %r: must be pairs (estimate, true)" % (what, pairing))
    array = np.asarray(pairing if len(pairing) else np.empty((0, 2)))
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError("%s has shape %s: it must be pairs (estimate, true)" % (what, array.shape))
    if array.dtype.kind not in "iu" and np.any(array != np.floor(array)):
        raise ValueError("%s holds numbers that are no indices: it must be pairs (estimate, true)" % what)
    return np.ascontiguousarray(array, dtype=np.int32)


def pointer(array):
    """Where an array begins. Keeps it alive: a run that was interrupted may still be writing to it."""
    result = ctypes.c_void_p(array.ctypes.data)
    result.array = array
    return result
