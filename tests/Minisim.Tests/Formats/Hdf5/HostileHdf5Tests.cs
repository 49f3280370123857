using System.Diagnostics;
using Minisim.Cli;
using Minisim.Formats;
using Minisim.Tests.Formats.Zarr;
using Minisim.Tests.Interop;
using Minisim.Truth;

namespace Minisim.Tests.Formats.Hdf5;

/// <summary>HDF5 and NWB files as movies and recordings, from anywhere: read right, or one message, soon, and without taking memory.</summary>
public class HostileHdf5Tests(HostileHdf5Tests.Files files) : InTemporaryFolder, IClassFixture<HostileHdf5Tests.Files>
{
    /// <summary>The files, made once: some are large before they are packed.</summary>
    public sealed class Files : IDisposable
    {
        private readonly Lazy<string> _folder = new(() =>
        {
            var folder = Directory.CreateTempSubdirectory("minisim-hostile").FullName;
            EstimateScripts.Run(folder, Script);
            return folder;
        });

        public string Of(string name) => Path.Combine(_folder.Value, name);

        public void Dispose()
        {
            if (_folder.IsValueCreated) Directory.Delete(_folder.Value, true);
        }
    }

    /// <summary>One file for each way in which the movie or the way to it does harm; the same for NWB at its own place.</summary>
    private const string Script = """
        import h5py
        M = np.arange(6 * 5 * 7, dtype='u1').reshape(6, 5, 7)
        def make(name, put, version=None):
            for ending, place in ('.h5', 'movie'), ('.nwb', 'acquisition/OnePhotonSeries/data'):
                with h5py.File(name + ending, 'w', libver=version or 'earliest') as f:
                    g = f.require_group(place.rpartition('/')[0]) if '/' in place else f
                    put(f, g, place.rpartition('/')[2])
        with h5py.File('other.hdf', 'w') as f: f['movie'] = M
        def soft(f, g, n): g[n] = h5py.SoftLink('/x'); f['x'] = h5py.SoftLink('/y'); f['y'] = h5py.SoftLink('/x')
        make('soft loop', soft)
        make('itself', lambda f, g, n: g.__setitem__(n, h5py.SoftLink(g.name.rstrip('/') + '/' + n)))
        make('external', lambda f, g, n: g.__setitem__(n, h5py.ExternalLink('other.hdf', '/movie')))
        make('external loop', lambda f, g, n: g.__setitem__(n, h5py.ExternalLink('external loop.h5', '/movie')))
        make('group', lambda f, g, n: g.create_group(n))
        make('huge shape', lambda f, g, n: g.create_dataset(n, (2**31 - 1, 16000, 16000), 'u1', chunks=(1, 100, 100), compression='gzip').__setitem__((0, 0, 0), 1))
        def contiguous(f, g, n): d = g.create_dataset(n, (2**20, 1000, 1000), 'u1')
        make('never written', contiguous)
        make('huge chunk', lambda f, g, n: g.create_dataset(n, (5000, 1000, 1000), 'u1', chunks=(4000, 1000, 1000), compression='gzip'))
        make('bomb', lambda f, g, n: g.create_dataset(n, (200, 1000, 1000), 'u1', chunks=(200, 1000, 1000), compression='gzip', data=np.zeros((200, 1000, 1000), 'u1')))
        make('axes', lambda f, g, n: g.create_dataset(n, data=M[0]))
        make('empty', lambda f, g, n: g.create_dataset(n, (0, 5, 7), 'u1', maxshape=(None, 5, 7)))
        make('null', lambda f, g, n: g.create_dataset(n, data=h5py.Empty('u1')))
        make('text', lambda f, g, n: g.create_dataset(n, data=np.full((2, 2, 2), b'abc')))
        make('half', lambda f, g, n: g.create_dataset(n, data=M.astype('f2')))
        def bits(f, g, n):
            t = h5py.h5t.STD_U16LE.copy(); t.set_precision(12); h5py.h5d.create(g.id, n.encode(), t, h5py.h5s.create_simple(M.shape)).write(h5py.h5s.ALL, h5py.h5s.ALL, M.astype('u2'))
        make('bits', bits)
        make('signed', lambda f, g, n: g.create_dataset(n, data=M.astype('i2')))
        def virtual(f, g, n):
            v = h5py.VirtualLayout(M.shape, 'u1'); v[:] = h5py.VirtualSource('other.hdf', 'movie', M.shape); g.create_virtual_dataset(n, v)
        make('virtual', virtual, 'latest')
        def raw(f, g, n): np.zeros(210, 'u1').tofile('raw.bin'); g.create_dataset(n, M.shape, 'u1', external=[('raw.bin', 0, 210)])
        make('raw file', raw)
        def deep(f, g, n):
            at = f
            for i in range(2000): at = at.create_group('g')
            at['back'] = f['/']; g[n] = M
        make('deep', deep)
        def circle(f, g, n): a = f.create_group('a'); b = a.create_group('b'); b['up'] = a; b['root'] = f['/']; g[n] = M
        make('circle', circle)
        # All chunks in one piece, without a list: how many there are follows from how long the axes may become.
        def early(f, g, n):
            p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((2, 5, 7)); p.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
            d = h5py.h5d.create(g.id, n.encode(), h5py.h5t.STD_U8LE, h5py.h5s.create_simple(M.shape, (12, 5, 7)), p)
            d.write(h5py.h5s.ALL, h5py.h5s.ALL, M)
        make('early', early, 'latest')
        for ending in '.h5', '.nwb':
            raw = open('early' + ending, 'rb').read()
            old, new = (np.array([6, 5, 7, most, 5, 7], '<i8').tobytes() for most in (12, 2**60))
            assert raw.count(old) == 1
            open('unending' + ending, 'wb').write(raw.replace(old, new))
        """;

    [Theory]
    [InlineData("soft loop", "circle")]
    [InlineData("itself", "circle")]
    [InlineData("external", "lies in another file")]
    [InlineData("external loop", "lies in another file")]
    [InlineData("group", "is a group")]
    [InlineData("huge shape", "declares|a movie has frames|needs")]
    [InlineData("huge chunk", "chunks of 4 GB; up to 1 GB are read")]
    [InlineData("bomb", "needs")]
    [InlineData("axes", "a movie has frames of rows and columns")]
    [InlineData("empty", "a movie has frames of rows and columns")]
    [InlineData("null", "a movie has frames of rows and columns")]
    [InlineData("text", "holds text")]
    [InlineData("half", "floats of 2 bytes")]
    [InlineData("bits", "holds unsigned integers that do not fill their 2 bytes")]
    [InlineData("signed", "holds integers of 2 bytes")]
    [InlineData("virtual", "maps its data from elsewhere")]
    [InlineData("raw file", "raw files beside it")]
    [InlineData("unending", "declares .*, more than the file holds")]
    [InlineData("early", null)]
    [InlineData("deep", null)]
    [InlineData("circle", null)]
    public async Task A_movie_that_does_harm_is_one_message(string name, string? expected)
    {
        foreach (var ending in (string[])[".h5", ".nwb"])
        {
            var path = files.Of(name + ending);
            var (clock, before) = (Stopwatch.StartNew(), GC.GetTotalAllocatedBytes());
            var (output, error) = (new StringWriter(), new StringWriter());
            var code = await CommandLine.RunAsync(["export", path, "-o", PathOf("out.npy"), "--max-memory", "300MB", "-q"], output, error, TestContext.Current.CancellationToken);
            if (expected is null)
            {
                Assert.Equal((0, ""), (code, error.ToString()));
                File.Delete(PathOf("out.npy"));
                continue;
            }
            Assert.Equal(ExitCode.Failed, code);
            Assert.Matches(expected, error.ToString());
            Assert.DoesNotContain("--follow-links", error.ToString());
            // Links that lead in a circle are all there.
            if (expected == "circle") Assert.DoesNotContain("damaged", error.ToString());
            Assert.Equal(1, error.ToString().Count(c => c == '\n'));
            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 500_000_000);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
            Assert.False(File.Exists(PathOf("out.npy")));
        }
    }

    /// <summary>A series says how many pixels x and y have, or that its frames are elsewhere.</summary>
    [Fact]
    public void A_series_that_contradicts_its_own_frames_is_refused()
    {
        EstimateScripts.Run(Folder, """
            import h5py
            M = np.arange(6 * 5 * 7, dtype='u1').reshape(6, 5, 7)
            for name, dimension in dict(right=[5, 7], deep=[5, 7, 1], turned=[7, 5], other=[50, 70], odd=[5], none=None).items():
                with h5py.File(name + '.nwb', 'w') as f:
                    f['acquisition/OnePhotonSeries/data'] = M
                    if dimension is not None: f['acquisition/OnePhotonSeries/dimension'] = np.array(dimension)
            with h5py.File('outside.nwb', 'w') as f:
                f['acquisition/OnePhotonSeries/data'] = np.zeros((0, 0, 0), 'u1'); f['acquisition/OnePhotonSeries/external_file'] = np.array(['msCam1.avi', 'msCam2.avi'], dtype=h5py.string_dtype())
            """);
        foreach (var name in (string[])["right", "deep", "odd", "none"])
            using (var movie = RecordingFormats.OpenMovie(PathOf(name + ".nwb"))) Assert.Equal((6, 7, 5), (movie.Frames, movie.Height, movie.Width));
        foreach (var (name, said) in new[] { ("turned", "5 × 7 pixels (x, y), and its dimension says 7 × 5: either its frames lie row by row"), ("other", "its dimension says 50 × 70."), ("outside", "in other files: msCam1.avi, msCam2.avi.") })
            Assert.Contains(said, Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenMovie(PathOf(name + ".nwb"))).Reason);
    }

    [Fact]
    public void What_was_never_written_is_its_fill_value_and_costs_nothing()
    {
        using var movie = RecordingFormats.OpenMovie(files.Of("never written.h5"));
        Assert.Equal((1 << 20, 1000, 1000), (movie.Frames, movie.Height, movie.Width));
        var frame = new byte[1_000_000];
        movie.Read(1 << 19, 1, frame);
        Assert.True(frame.All(p => p == 0));
    }

    /// <summary>The same movie in every layout, packing, order of bytes and type that is read.</summary>
    private const string Layouts = """
        import h5py
        rng = np.random.default_rng(5)
        B = rng.integers(0, 250, (23, 13, 17))
        kinds = {'u1': 'u1', 'u2': '<u2', 'u2 big': '>u2', 'f4': '<f4', 'f4 big': '>f4', 'f8': '<f8', 'f8 big': '>f8'}
        for version in 'earliest', 'latest':
            for k, t in kinds.items():
                for layout, options in {'plain': {}, 'frames': dict(chunks=(1, 13, 17)), 'blocks': dict(chunks=(4, 5, 6)), 'long': dict(chunks=(23, 2, 17)), 'over': dict(chunks=(7, 13, 17), maxshape=(None, 13, 17)), 'all': dict(chunks=(5, 4, 17), maxshape=(None, None, None)),
                        'gzip': dict(chunks=(4, 5, 6), compression='gzip', shuffle=True), 'lzf': dict(chunks=(3, 13, 17), compression='lzf', fletcher32=True)}.items():
                    with h5py.File('%s %s %s.h5' % (version, k, layout), 'w', libver=version) as f: d = f.create_dataset('movie', data=B.astype(t), **options); d.attrs['fps'] = 12.5
        B.astype('u1').tofile('expected.bin')
        with h5py.File('holes.h5', 'w') as f:
            d = f.create_dataset('movie', (9, 6, 8), '<u2', chunks=(2, 3, 8), fillvalue=7); d[2:4, :3] = 9; d[8] = 11
        """;

    [Fact]
    public void Every_layout_packing_and_order_gives_the_frames_that_were_written_in_pieces_of_any_size()
    {
        EstimateScripts.Run(Folder, Layouts);
        var expected = File.ReadAllBytes(PathOf("expected.bin"));
        var files = Directory.GetFiles(Folder, "* *.h5");
        Assert.Equal(2 * 7 * 8, files.Length);
        foreach (var file in files)
        {
            using var movie = RecordingFormats.OpenMovie(file);
            Assert.Equal((23, 13, 17, 12.5), (movie.Frames, movie.Height, movie.Width, movie.Fps!.Value));
            foreach (var (first, count) in ((int, int)[])[(0, 23), (0, 1), (22, 1), (3, 6), (4, 4), (6, 9), (5, 1), (6, 1), (2, 1)])
            {
                var raw = new byte[count * 13 * 17 * movie.PixelType.Bytes()];
                movie.Read(first, count, raw);
                var actual = new byte[count * 13 * 17];
                PixelTypes.Convert(raw, movie.PixelType, actual, PixelType.UInt8);
                Assert.True(expected.AsSpan(first * 13 * 17, actual.Length).SequenceEqual(actual), $"{Path.GetFileName(file)}: frames {first} + {count}");
            }
        }
        using var holes = RecordingFormats.OpenMovie(PathOf("holes.h5"));
        var values = new ushort[9 * 6 * 8];
        holes.Read(0, 9, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        for (var t = 0; t < 9; t++)
            for (var r = 0; r < 6; r++)
                Assert.All(values[((t * 6 + r) * 8)..((t * 6 + r + 1) * 8)], v => Assert.Equal(t == 8 ? 11 : t is 2 or 3 && r < 3 ? 9 : 7, v));
    }

    [Fact]
    public void A_chunk_that_is_not_what_its_checksum_was_made_of_is_refused()
    {
        EstimateScripts.Run(Folder, """
            import h5py
            M = np.random.default_rng(5).integers(0, 250, (6, 5, 7)).astype('u1')
            with h5py.File('a.h5', 'w') as f: f.create_dataset('movie', data=M, chunks=(2, 5, 7), fletcher32=True)
            raw = bytearray(open('a.h5', 'rb').read())
            at = raw.find(M[2:4].tobytes())
            raw[at + 9] ^= 4
            open('b.h5', 'wb').write(raw)
            """);
        var frames = new byte[2 * 5 * 7];
        using (var whole = RecordingFormats.OpenMovie(PathOf("a.h5"))) whole.Read(2, 2, frames);
        using var altered = RecordingFormats.OpenMovie(PathOf("b.h5"));
        altered.Read(0, 2, frames);
        altered.Read(4, 2, frames);
        Assert.Contains("checksum", Assert.Throws<RecordingFormatException>(() => altered.Read(2, 2, frames)).Message);
    }

    [Theory]
    [InlineData(".h5")]
    [InlineData(".nwb")]
    public void A_recording_whose_truth_leads_elsewhere_or_lies_about_its_size_is_refused(string ending)
    {
        SampleRecording.Make().Save(PathOf("good" + ending));
        var group = ending == ".h5" ? "" : "scratch/";
        EstimateScripts.Run(Folder, $$"""
            import h5py, shutil
            def vary(name, change):
                shutil.copy('good{{ending}}', name + '{{ending}}')
                with h5py.File(name + '{{ending}}', 'r+') as f: change(f)
            def swap(f, n, link): del f[n]; f[n] = link
            vary('loop', lambda f: swap(f, '{{group}}spec', h5py.SoftLink('/{{group}}spec')))
            vary('truth loop', lambda f: swap(f, '{{group}}truth', h5py.SoftLink('/{{group}}truth')))
            vary('elsewhere', lambda f: swap(f, '{{group}}planted_data', h5py.ExternalLink('good{{ending}}', '/{{group}}planted_data')))
            def size(f): n = '{{group}}planted_data'; del f[n]; f.create_dataset(n, (2**40,), 'f4', chunks=(2**20,), compression='gzip')
            vary('size', size)
            def list(f): del f['{{group}}spec']; f['{{group}}spec'] = ['{}'] * 1000
            vary('list', list)
            def group(f): del f['{{group}}spec']; f.create_group('{{group}}spec')
            vary('group', group)
            """);
        using (RecordingFormats.OpenRecording(PathOf("good" + ending))) { }
        foreach (var (name, expected) in ((string, string)[])[("loop", "circle"), ("truth loop", "circle"), ("elsewhere", "another file"), ("size", "declares|stored|needs"), ("list", "one text")])
        {
            var e = Assert.Throws<RecordingFormatException>(() => RecordingFormats.OpenRecording(PathOf(name + ending)).Dispose());
            Assert.Matches(expected, e.Message);
        }
        // Without a spec it is a movie.
        using var movie = RecordingFormats.OpenRecording(PathOf("group" + ending));
        Assert.True(movie.IsMovieOnly);
    }
}
