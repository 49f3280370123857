using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Minisim.Native;

/// <summary>An array in somebody's memory; as an input with any strides, as an output row-major.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct NativeArray
{
    /// <summary>First element.</summary>
    public void* Data;
    /// <summary>Number type, one of MINISIM_BOOL … MINISIM_FLOAT64.</summary>
    public int Type;
    /// <summary>Number of axes, at most 4.</summary>
    public int Axes;
    /// <summary>Length of every axis.</summary>
    public fixed long Shape[4];
    /// <summary>Bytes from one element to the next along every axis; may be negative.</summary>
    public fixed long Strides[4];
}

/// <summary>How a long call runs; null for the defaults.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct RunOptions
{
    /// <summary>Threads; 0 = one per processor. The bytes are the same for any number.</summary>
    public int Threads;
    /// <summary>Zero.</summary>
    public int Reserved;
    /// <summary>A token of minisim_token_new, by which another thread cancels and looks how far it is; 0 = none.</summary>
    public ulong Token;
    /// <summary>Told how far it is, from any thread, one call at a time; anything but 0 cancels. Null = nobody.</summary>
    public delegate* unmanaged<long, long, void*, int> Progress;
    /// <summary>Handed to <see cref="Progress"/>.</summary>
    public void* User;
}

/// <summary>What crosses the border: texts, errors, memory. Every export is a body in <see cref="Call"/>.</summary>
internal static unsafe class Abi
{
    private static long _blocks;

    /// <summary>Texts and buffers handed out and not yet freed.</summary>
    public static long Blocks => Interlocked.Read(ref _blocks);

    /// <summary>Runs a body; whatever it throws becomes a status and a JSON text.</summary>
    public static int Call(byte** error, Action body)
    {
        if (error is not null) *error = null;
        try
        {
            body();
            return (int)Status.Ok;
        }
        catch (Exception e)
        {
            try
            {
                if (error is not null) *error = Give(Errors.ToJson(e));
            }
            catch (Exception)
            {
                // Even the report failed, for want of memory: the status alone says so.
            }
            return (int)Errors.StatusOf(e);
        }
    }

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A caller's text, or null.</summary>
    public static string? Text(byte* text, string what)
    {
        if (text is null) return null;
        try
        {
            return Utf8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
        }
        catch (ArgumentException)
        {
            throw new ArgumentException($"{what} is not UTF-8");
        }
    }

    /// <summary>A caller's text that must be there.</summary>
    public static string Required(byte* text, string what) => Text(text, what) ?? throw new ArgumentException($"{what} is null");

    /// <summary>Where a result goes must be there.</summary>
    public static void Need(void* pointer, string what)
    {
        if (pointer is null) throw new ArgumentException($"{what} is null");
    }

    /// <summary>A text of ours in the caller's hands, until minisim_free.</summary>
    public static byte* Give(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        var memory = (byte*)NativeMemory.Alloc((nuint)bytes + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(memory, bytes));
        memory[bytes] = 0;
        Interlocked.Increment(ref _blocks);
        return memory;
    }

    /// <summary>Bytes of ours in the caller's hands, until minisim_free.</summary>
    public static byte* Give(ReadOnlySpan<byte> content)
    {
        var memory = (byte*)NativeMemory.Alloc((nuint)Math.Max(content.Length, 1));
        content.CopyTo(new Span<byte>(memory, content.Length));
        Interlocked.Increment(ref _blocks);
        return memory;
    }

    public static void Free(void* memory)
    {
        if (memory is null) return;
        NativeMemory.Free(memory);
        Interlocked.Decrement(ref _blocks);
    }
}

/// <summary>Number types of <see cref="NativeArray"/>.</summary>
internal static class NumberTypes
{
    public static readonly string[] Names = ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64"];
    private static readonly int[] Sizes = [1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8];

    public const int Bool = 0, UInt8 = 1, UInt16 = 3, Int32 = 6, Float32 = 9, Float64 = 10;

    public static int SizeOf(int type) => (uint)type < (uint)Sizes.Length ? Sizes[type] : throw new ArgumentException($"there is no number type {type}");

    public static int Of(Array values) => Of(values.GetType().GetElementType()!);

    public static int Of(Type element) => element == typeof(double) ? Float64
        : element == typeof(float) ? Float32
        : element == typeof(int) ? Int32
        : element == typeof(bool) ? Bool
        : element == typeof(ushort) ? UInt16
        : element == typeof(byte) ? UInt8
        : Array.IndexOf(Names, element.Name.ToLowerInvariant()) is >= 0 and var at ? at
        : throw new NotSupportedException($"arrays of {element.Name} do not cross the interface");

    public static int Of(Truth.PixelType type) => type switch
    {
        Truth.PixelType.UInt8 => UInt8,
        Truth.PixelType.UInt16 => UInt16,
        Truth.PixelType.Float32 => Float32,
        _ => Float64,
    };
}

/// <summary>Reading a caller's arrays.</summary>
internal static unsafe class Arrays
{
    public static int Length(NativeArray* array, int axis, string what)
    {
        var length = array->Shape[axis];
        return length is >= 0 and <= int.MaxValue ? (int)length : throw new ArgumentException($"{what} has {length} entries along axis {axis}");
    }

    public static void Check(NativeArray* array, int axes, string what)
    {
        if (array is null) throw new ArgumentException($"{what} is null");
        if (array->Axes != axes) throw new ArgumentException($"{what} has {array->Axes} axes, not {axes}");
        NumberTypes.SizeOf(array->Type);
        long count = 1;
        for (var a = 0; a < axes; a++) count = checked(count * Length(array, a, what));
        if (array->Data is null && count > 0) throw new ArgumentException($"{what} has no data");
    }

    /// <summary>A table of doubles from an array of two axes with any strides.</summary>
    public static Metrics.Matrix Matrix(NativeArray* array, string what)
    {
        Check(array, 2, what);
        int rows = Length(array, 0, what), columns = Length(array, 1, what);
        var matrix = new Metrics.Matrix(rows, columns);
        for (var r = 0; r < rows; r++) Row((byte*)array->Data + r * array->Strides[0], array->Strides[1], array->Type, matrix.Row(r));
        return matrix;
    }

    public static Metrics.Matrix? MatrixOrNull(NativeArray* array, string what) => array is null ? null : Matrix(array, what);

    /// <summary>All values of an array of one or more axes, row-major.</summary>
    public static double[] Flat(NativeArray* array, string what)
    {
        if (array is null) throw new ArgumentException($"{what} is null");
        if (array->Axes is < 1 or > 4) throw new ArgumentException($"{what} has {array->Axes} axes, not 1 to 4");
        Check(array, array->Axes, what);
        long count = 1;
        for (var a = 0; a < array->Axes; a++) count *= array->Shape[a];
        var values = new double[checked((int)count)];
        if (count > 0) Fill(array, 0, (byte*)array->Data, values);
        return values;
    }

    private static void Fill(NativeArray* array, int axis, byte* at, Span<double> to)
    {
        var length = (int)array->Shape[axis];
        if (axis == array->Axes - 1)
        {
            Row(at, array->Strides[axis], array->Type, to[..length]);
            return;
        }
        var part = to.Length / Math.Max(length, 1);
        for (var i = 0; i < length; i++) Fill(array, axis + 1, at + i * array->Strides[axis], to.Slice(i * part, part));
    }

    /// <summary>One image of an array (…, height, width).</summary>
    public static void Image(byte* at, long rowStride, long columnStride, int type, int height, int width, Span<double> to)
    {
        for (var r = 0; r < height; r++) Row(at + r * rowStride, columnStride, type, to.Slice(r * width, width));
    }

    public static void Row(byte* at, long stride, int type, Span<double> to)
    {
        switch (type)
        {
            case NumberTypes.Bool:
                for (var i = 0; i < to.Length; i++) to[i] = at[i * stride] != 0 ? 1 : 0;
                break;
            case 1: Read<byte>(at, stride, to); break;
            case 2: Read<sbyte>(at, stride, to); break;
            case 3: Read<ushort>(at, stride, to); break;
            case 4: Read<short>(at, stride, to); break;
            case 5: Read<uint>(at, stride, to); break;
            case 6: Read<int>(at, stride, to); break;
            case 7: Read<ulong>(at, stride, to); break;
            case 8: Read<long>(at, stride, to); break;
            case 9: Read<float>(at, stride, to); break;
            case 10: Read<double>(at, stride, to); break;
            default: throw new ArgumentException($"there is no number type {type}");
        }
    }

    private static void Read<T>(byte* at, long stride, Span<double> to) where T : unmanaged, System.Numerics.INumber<T>
    {
        // Unaligned: an array may be a field of records.
        for (var i = 0; i < to.Length; i++) to[i] = double.CreateTruncating(Unsafe.ReadUnaligned<T>(at + i * stride));
    }

    /// <summary>Describes an array of ours that stays where it is.</summary>
    public static void Describe(NativeArray* result, void* data, int type, ReadOnlySpan<int> shape)
    {
        *result = default;
        result->Data = data;
        result->Type = type;
        result->Axes = shape.Length;
        long stride = NumberTypes.SizeOf(type);
        for (var a = shape.Length - 1; a >= 0; a--)
        {
            result->Shape[a] = shape[a];
            result->Strides[a] = stride;
            stride *= Math.Max(shape[a], 1);
        }
    }
}
