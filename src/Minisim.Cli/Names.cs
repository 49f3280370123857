
namespace Minisim.Cli;

/// <summary>Things that are named on the command line, in any case of letters.</summary>
internal static class Names
{
    /// <summary>The one of that name.</summary>
    /// <exception cref="UsageException">There is none; says which is near, or which there are.</exception>
    public static T Find<T>(string option, string name, IReadOnlyList<T> all, Func<T, string> nameOf)
    {
        foreach (var item in all)
            if (string.Equals(nameOf(item), name, StringComparison.OrdinalIgnoreCase))
                return item;
        throw new UsageException(NearMiss.Find(name, all.Select(nameOf)) is { } near
            ? $"{option} {name}: unknown, did you mean {near}?"
            : $"{option} {name}: unknown; there are {string.Join(", ", all.Select(nameOf))}.");
    }
}
