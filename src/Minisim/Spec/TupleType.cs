using System.Runtime.InteropServices;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim;

/// <inheritdoc cref="ITupleType"/>
internal sealed class TupleType<T> : ITupleType where T : struct
{
    public object One(ReadOnlySpan<double> numbers) => MemoryMarshal.Cast<double, T>(numbers)[0];

    public object List(ReadOnlySpan<double> numbers) => new ValueList<T>(MemoryMarshal.Cast<double, T>(numbers).ToArray());

    public double[] ToNumbers(object tupleOrList) => tupleOrList is ValueList<T> list
        ? MemoryMarshal.Cast<T, double>(list.AsSpan()).ToArray()
        : MemoryMarshal.Cast<T, double>([(T)tupleOrList]).ToArray();
}
