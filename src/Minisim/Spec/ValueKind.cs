using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using Minisim.Steps;

namespace Minisim;

/// <summary>What a value in a spec can be.</summary>
internal enum ValueKind
{
    Number,
    Integer,
    Flag,
    /// <summary>Free text, such as the path of a file.</summary>
    Text,
    /// <summary>A member of an enumeration, in JSON its name in snake_case.</summary>
    Choice,
    /// <summary>A struct of doubles, in JSON a list of fixed length.</summary>
    Tuple,
    Record,
    /// <summary>A record told apart by its <c>kind</c>.</summary>
    Step,
    List,
}
