using System.Buffers.Binary;
using System.Text;
using Minisim.Formats.Reading;

namespace Minisim.Formats.Numpy;

/// <summary>A number type inside a pickle.</summary>
internal sealed class PickledType(string code)
{
    /// <summary>Kind and size as NumPy writes them, without byte order: <c>f8</c>, <c>O8</c>, <c>b1</c>.</summary>
    public string Code { get; } = code;
    public bool BigEndian { get; set; }
    public bool IsObject => Code.StartsWith('O');
}

/// <summary>A NumPy array inside a pickle: numbers as doubles, or objects.</summary>
internal sealed class PickledArray
{
    public int[] Shape { get; set; } = [];
    public double[]? Numbers { get; set; }
    public List<object?>? Objects { get; set; }
}

/// <summary>Something that is passed over: nothing was built for it.</summary>
internal sealed record PickledUnknown(string Name);

/// <summary>Reads Python pickles as data. No name in a pickle is ever looked up, imported or called: NumPy arrays, types and
/// scalars, bytes and dictionaries are built here, dates and paths are passed over, any other name is an error, or passed over too where the
/// reader is lenient.</summary>
/// <remarks>Opcodes from the documentation of Python's <c>pickletools</c>. Every length is checked against what is left of the stream
/// before anything is allocated, and there is no recursion, so that the work is bounded by the file.</remarks>
internal sealed class SafePickle
{
    private static readonly HashSet<string> PassedOver =
        ["builtins.list", "builtins.dict", "builtins.int", "builtins.float", "builtins.str", "builtins.set", "builtins.tuple", "builtins.bool", "__builtin__.list", "__builtin__.dict",
            "pathlib.Path", "pathlib._local.Path", "pathlib._local.PosixPath", "pathlib._local.WindowsPath", "pathlib._local.PurePosixPath", "pathlib._local.PureWindowsPath", "datetime.datetime", "datetime.date", "datetime.time", "datetime.timezone", "datetime.timedelta", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath"];

    private static readonly object Mark = new();

    private readonly byte[] _data;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _at;

    private sealed record Name(string Full);

    private readonly ReadLimits _limits;
    private readonly bool _lenient;
    private long _built, _granted;

    private SafePickle(byte[] data, int start, ReadLimits limits, bool lenient) => (_data, _at, _limits, _lenient) = (data, start, limits, lenient);

    /// <summary>The value of a pickle: null, bool, long, double, string, byte[], <see cref="List{T}"/>, object[] (tuple),
    /// <see cref="Dictionary{TKey,TValue}"/> by text, <see cref="PickledArray"/> or <see cref="PickledUnknown"/>.</summary>
    /// <param name="data">Bytes that hold it.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="lenient">Whether a name that is not known costs only the value it makes.</param>
    /// <exception cref="InvalidDataException">Not a pickle, damaged, or with a name that is not allowed.</exception>
    public static object? Read(byte[] data, int start = 0, ReadLimits? limits = null, bool lenient = false)
    {
        var reader = new SafePickle(data, start, limits ?? new ReadLimits(), lenient);
        try
        {
            return reader.Run();
        }
        catch (Exception e) when (e is ArgumentException or InvalidCastException or OverflowException or IndexOutOfRangeException or FormatException or KeyNotFoundException)
        {
            // The framework's words for it say nothing of the file.
            throw new InvalidDataException($"the pickle is damaged at byte {reader._at}", e);
        }
    }

    private object? Run()
    {
        while (true)
        {
            var op = _data[Need(1)];
            // A byte of a pickle makes an object of some forty bytes at the most; bytes and numbers are asked for where they are made.
            if (++_built * 40 > _granted)
            {
                _limits.Take(1 << 22, "a pickle");
                _granted += 1 << 22;
            }
            switch (op)
            {
                case 0x80: Need(1); break;                                          // PROTO
                case 0x95: Need(8); break;                                          // FRAME
                case (byte)'.':                                                     // STOP
                    return Pop();
                case (byte)'(': _stack.Add(Mark); break;
                case (byte)'0': Pop(); break;
                case (byte)'1': PopToMark(); break;
                case (byte)'2': _stack.Add(_stack[^1]); break;
                case (byte)'N': _stack.Add(null); break;
                case 0x88: _stack.Add(true); break;
                case 0x89: _stack.Add(false); break;
                case (byte)'J': _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Span(4))); break;
                case (byte)'K': _stack.Add((long)Span(1)[0]); break;
                case (byte)'M': _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Span(2))); break;
                case 0x8a: _stack.Add(Long(Span(Span(1)[0]))); break;               // LONG1
                case 0x8b: _stack.Add(Long(Span(Length4()))); break;                // LONG4
                case (byte)'I': _stack.Add(Integer(Line())); break;
                case (byte)'L': _stack.Add(long.Parse(Line().TrimEnd('L'), System.Globalization.CultureInfo.InvariantCulture)); break;
                case (byte)'F': _stack.Add(double.Parse(Line(), System.Globalization.CultureInfo.InvariantCulture)); break;
                case (byte)'G': _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Span(8))); break;
                case 0x8c: _stack.Add(Text(Span(1)[0])); break;                     // SHORT_BINUNICODE
                case (byte)'X': _stack.Add(Text(Length4())); break;
                case 0x8d: _stack.Add(Text(Length8())); break;
                case (byte)'U': _stack.Add(Encoding.Latin1.GetString(Span(Span(1)[0]))); break;
                case (byte)'T': _stack.Add(Encoding.Latin1.GetString(Span(Length4()))); break;
                case (byte)'C': _stack.Add(Span(Span(1)[0]).ToArray()); break;      // SHORT_BINBYTES
                case (byte)'B': _stack.Add(Span(Length4()).ToArray()); break;
                case 0x8e: _stack.Add(Span(Length8()).ToArray()); break;
                case 0x96: _stack.Add(Span(Length8()).ToArray()); break;            // BYTEARRAY8
                case (byte)'}': _stack.Add(new Dictionary<string, object?>()); break;
                case (byte)']': _stack.Add(new List<object?>()); break;
                case (byte)')': _stack.Add(Array.Empty<object?>()); break;
                case (byte)'l': _stack.Add(new List<object?>(PopToMark())); break;
                case (byte)'t': _stack.Add(PopToMark()); break;
                case (byte)'d':
                    {
                        var items = PopToMark();
                        var dictionary = new Dictionary<string, object?>();
                        SetItems(dictionary, items);
                        _stack.Add(dictionary);
                        break;
                    }
                case 0x85: _stack.Add(new[] { Pop() }); break;
                case 0x86:
                    {
                        var b = Pop();
                        _stack.Add(new[] { Pop(), b });
                        break;
                    }
                case 0x87:
                    {
                        object? c = Pop(), b = Pop();
                        _stack.Add(new[] { Pop(), b, c });
                        break;
                    }
                case (byte)'s':
                    {
                        object? value = Pop(), key = Pop();
                        SetItems(_stack[^1], [key, value]);
                        break;
                    }
                case (byte)'u':
                    {
                        var items = PopToMark();
                        SetItems(_stack[^1], items);
                        break;
                    }
                case (byte)'a':
                    {
                        var item = Pop();
                        Append(_stack[^1], [item]);
                        break;
                    }
                case (byte)'e':
                    {
                        var items = PopToMark();
                        Append(_stack[^1], items);
                        break;
                    }
                case 0x94: _memo[_memo.Count] = _stack[^1]; break;                  // MEMOIZE
                case (byte)'p': _memo[long.Parse(Line(), System.Globalization.CultureInfo.InvariantCulture)] = _stack[^1]; break;
                case (byte)'q': _memo[Span(1)[0]] = _stack[^1]; break;
                case (byte)'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Span(4))] = _stack[^1]; break;
                case (byte)'g': _stack.Add(_memo[long.Parse(Line(), System.Globalization.CultureInfo.InvariantCulture)]); break;
                case (byte)'h': _stack.Add(_memo[Span(1)[0]]); break;
                case (byte)'j': _stack.Add(_memo[BinaryPrimitives.ReadUInt32LittleEndian(Span(4))]); break;
                case (byte)'c': _stack.Add(Allowed($"{Line()}.{Line()}")); break;   // GLOBAL
                case 0x93:                                                          // STACK_GLOBAL
                    {
                        object? name = Pop(), module = Pop();
                        _stack.Add(Allowed($"{(string)module!}.{(string)name!}"));
                        break;
                    }
                case (byte)'R':
                    {
                        object? arguments = Pop(), callee = Pop();
                        _stack.Add(Build(callee, (object?[])arguments!));
                        break;
                    }
                case 0x92:                                                          // NEWOBJ_EX
                    {
                        Pop();
                        object? arguments = Pop(), callee = Pop();
                        _stack.Add(callee is PickledUnknown ? callee : Build(callee, (object?[])arguments!));
                        break;
                    }
                case 0x81:                                                          // NEWOBJ
                    {
                        object? arguments = Pop(), callee = Pop();
                        _stack.Add(callee is PickledUnknown ? callee : Build(callee, (object?[])arguments!));
                        break;
                    }
                case (byte)'b':
                    {
                        var state = Pop();
                        SetState(_stack[^1], state);
                        break;
                    }
                default:
                    throw new InvalidDataException($"opcode 0x{op:x2} at byte {_at - 1} of the pickle is not known, or not allowed");
            }
        }
    }

    // Moves on by a number of bytes and says where they start.
    private int Need(long count)
    {
        if (count < 0 || count > _data.Length - _at) throw new InvalidDataException($"the pickle ends early: {count} bytes wanted at byte {_at}, {_data.Length - _at} left");
        var from = _at;
        _at += (int)count;
        return from;
    }

    private ReadOnlySpan<byte> Span(long count) => _data.AsSpan(Need(count), (int)count);

    private long Length4() => BinaryPrimitives.ReadUInt32LittleEndian(Span(4));

    private long Length8() => BinaryPrimitives.ReadInt64LittleEndian(Span(8));

    private string Text(long bytes) => Encoding.UTF8.GetString(Span(bytes));

    private string Line()
    {
        var length = _data.AsSpan(_at).IndexOf((byte)'\n');
        if (length < 0) throw new InvalidDataException("the pickle ends in the middle of a line");
        var text = Encoding.UTF8.GetString(Span(length));
        Need(1);
        return text;
    }

    private static object Integer(string text) => text switch
    {
        "00" => false,
        "01" => true,
        _ => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
    };

    private static object Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8) return new PickledUnknown("large integer");
        long value = 0;
        for (var i = bytes.Length - 1; i >= 0; i--) value = i == bytes.Length - 1 ? (sbyte)bytes[i] : value << 8 | bytes[i];
        return value;
    }

    private object? Pop()
    {
        if (_stack.Count == 0) throw new InvalidDataException($"the pickle takes from an empty stack at byte {_at}");
        var top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return ReferenceEquals(top, Mark) ? throw new InvalidDataException($"a mark is where a value should be at byte {_at}") : top;
    }

    private object?[] PopToMark()
    {
        var mark = _stack.FindLastIndex(o => ReferenceEquals(o, Mark));
        if (mark < 0) throw new InvalidDataException($"the pickle misses a mark at byte {_at}");
        var items = _stack.GetRange(mark + 1, _stack.Count - mark - 1).ToArray();
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private static void Append(object? list, object?[] items)
    {
        if (list is PickledUnknown) return;
        ((List<object?>)list!).AddRange(items);
    }

    private static void SetItems(object? dictionary, object?[] items)
    {
        if (dictionary is PickledUnknown) return;
        if (items.Length % 2 != 0) throw new InvalidDataException("a dictionary of the pickle has a key without a value");
        // Keys that are not plain are of no use here.
        for (var i = 0; i < items.Length; i += 2)
            if (items[i] is string or long or double or bool)
                ((Dictionary<string, object?>)dictionary!)[Convert.ToString(items[i], System.Globalization.CultureInfo.InvariantCulture)!] = items[i + 1];
    }

    private object Allowed(string name) => name switch
    {
        "numpy.core.multiarray._reconstruct" or "numpy._core.multiarray._reconstruct" => new Name("reconstruct"),
        "numpy.core.multiarray.scalar" or "numpy._core.multiarray.scalar" => new Name("scalar"),
        "numpy.ndarray" => new Name("ndarray"),
        "numpy.dtype" => new Name("dtype"),
        "_codecs.encode" => new Name("encode"),
        "collections.OrderedDict" or "collections.defaultdict" => new Name("ordered"),
        _ when _lenient || PassedOver.Contains(name) => new PickledUnknown(name),
        _ => throw new NotReadException($"the pickle names \"{name}\", which is not data; such a file can run code in Python and is refused", "If the file comes from somebody you trust, load it in Python and save its arrays alone."),
    };

    private static object? Build(object? callee, object?[] arguments)
    {
        if (callee is PickledUnknown) return callee;
        switch ((callee as Name)?.Full)
        {
            case "reconstruct":
                return new PickledArray();
            case "ordered":
                return new Dictionary<string, object?>();
            case "encode":
                return Encoding.Latin1.GetBytes((string)arguments[0]!);
            case "dtype":
                return new PickledType(Plain(arguments[0]));
            case "scalar":
                {
                    var type = (PickledType)arguments[0]!;
                    if (type.IsObject || !IsNumber(type.Code)) return new PickledUnknown("scalar");
                    return Numbers(type, arguments.Length > 1 ? Bytes(arguments[1]) : new byte[8], 1)[0];
                }
            default:
                throw new InvalidDataException("the pickle calls something that is not a function");
        }
    }

    private static string Plain(object? code) => code switch
    {
        string s => s,
        byte[] b => Encoding.Latin1.GetString(b),
        _ => "V0",
    };

    private static byte[] Bytes(object? value) => value switch
    {
        byte[] b => b,
        // Protocol 2 of Python 2 keeps bytes as text.
        string s => Encoding.Latin1.GetBytes(s),
        _ => throw new InvalidDataException("the pickle has no bytes where numbers should be"),
    };

    private static void SetState(object? target, object? state)
    {
        switch (target)
        {
            case PickledUnknown:
                return;
            case PickledType type:
                if (state is object?[] { Length: > 1 } parts) type.BigEndian = Plain(parts[1]) == ">";
                return;
            case PickledArray array:
                {
                    var fields = (object?[])state!;
                    var shape = (object?[])fields[^4]!;
                    array.Shape = [.. shape.Select(s => checked((int)(long)s!))];
                    long count = 1;
                    foreach (var s in array.Shape)
                    {
                        if (s < 0) throw new InvalidDataException("an array of the pickle has a negative length");
                        count = checked(count * s);
                    }
                    var type = (PickledType)fields[^3]!;
                    var fortran = (bool)fields[^2]!;
                    if (type.IsObject)
                    {
                        array.Objects = (List<object?>)fields[^1]!;
                        if (array.Objects.Count != count) throw new InvalidDataException($"an array of the pickle should have {count} elements and has {array.Objects.Count}");
                        return;
                    }
                    if (!IsNumber(type.Code)) return;
                    var numbers = Numbers(type, Bytes(fields[^1]), count);
                    array.Numbers = fortran ? NpyFile.FromFortran(numbers, array.Shape) : numbers;
                    return;
                }
            default:
                throw new InvalidDataException("the pickle sets the state of something that has none");
        }
    }

    private static bool IsNumber(string code) => code.Length > 1 && "fiub".Contains(code[0]) && code[1..] is "1" or "2" or "4" or "8";

    private static double[] Numbers(PickledType type, byte[] bytes, long count)
    {
        var size = type.Code[1] - '0';
        if (bytes.Length < count * size) throw new InvalidDataException($"an array of the pickle claims {count} elements of {size} bytes and holds {bytes.Length} bytes");
        return NpyFile.Decode(bytes, 0, (int)count, type.Code, type.BigEndian);
    }
}
