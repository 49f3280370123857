using System.Runtime.InteropServices;
using Minisim.Presets;
using Minisim.Steps;

namespace Minisim;

/// <summary>Structs of doubles as flat numbers, without boxing each: lists of positions have millions of them.</summary>
internal interface ITupleType
{
    object One(ReadOnlySpan<double> numbers);
    object List(ReadOnlySpan<double> numbers);
    double[] ToNumbers(object tupleOrList);
}
