using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Minisim.Studies;

/// <summary>Claims on names in a shared folder, made by exclusive creation of a file alone.</summary>
/// <remarks>The claim on NAME is the file NAME.0. If its holder is gone, the next one makes NAME.1, and so on: nothing is ever taken from
/// its place, so that of several who see the same dead holder one gets the claim.</remarks>
internal sealed class ClaimBoard(string folder, Presence presence)
{
    private readonly ConcurrentDictionary<string, int> _known = new();

    /// <summary>Claims a name, or says that somebody holds it.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public bool TryTake(string name, out int generation)
    {
        for (generation = _known.GetValueOrDefault(name); ; generation++)
        {
            var path = Path.Combine(folder, $"{name}.{generation}");
            if (TryCreate(path))
            {
                _known[name] = generation;
                return true;
            }
            _known[name] = generation;
            string holder;
            try
            {
                holder = File.ReadAllText(path);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // Released meanwhile: from the beginning.
                _known.TryRemove(name, out _);
                return false;
            }
            if (holder.Length == 0 ? presence.IsAlive("") : presence.IsAlive(holder)) return false;
        }
    }

    /// <summary>Lets go of a name.</summary>
    public void Release(string name, int generation)
    {
        for (var g = generation; g >= 0; g--)
        {
            try
            {
                File.Delete(Path.Combine(folder, $"{name}.{g}"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The holder's end lets go of it.
            }
        }
        _known.TryRemove(name, out _);
    }

    private bool TryCreate(string path)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, 0);
                file.Write(Encoding.ASCII.GetBytes(presence.Id));
                return true;
            }
            catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException && attempt < 2)
            {
                // No folder yet; if another makes it at this very moment, the framework says that the new file is missing.
                Directory.CreateDirectory(folder);
            }
            catch (IOException) when (File.Exists(path))
            {
                return false;
            }
        }
    }
}
