using System.Diagnostics;
using Minisim.Formats.Estimates;
using Minisim.Metrics;
using Minisim.Tests.Formats.Zarr;

namespace Minisim.Tests.Interop;

/// <summary>Result files in every layout, written by Debian's python3-h5py, python3-numpy and python3-zarr as the pipelines write
/// them, on a field that is not square, so that exchanged axes show.</summary>
public class PythonEstimateTests : InTemporaryFolder
{
    private const int K = 3, T = 15, H = 20, W = 30;
    private static readonly EstimateHints Hints = new() { Height = H, Width = W, Frames = T };

    private const string Arrays = """
        import numpy as np, os, pickle, struct, zipfile, io
        K, T, H, W = 3, 15, 20, 30
        A = np.zeros((K, H, W)); C = np.zeros((K, T)); S = np.zeros((K, T)); shifts = np.zeros((T, 2))
        for k in range(K):
            for r in range(2 + 4 * k, 6 + 4 * k):
                for c in range(3 + 7 * k, 8 + 7 * k):
                    A[k, r, c] = 1 + 0.5 * r + 0.25 * c + k
            C[k] = 100 * k + np.arange(T) + 0.5
            S[k] = np.arange(T) % 5 == k
        shifts[:, 0] = 0.25 * np.arange(T) - 1; shifts[:, 1] = 2 - 0.5 * np.arange(T)
        def csc(M):  # columns compressed, rows in falling order
            data, indices, indptr = [], [], [0]
            for j in range(M.shape[1]):
                i = np.flatnonzero(M[:, j])[::-1]
                data += list(M[i, j]); indices += list(i); indptr.append(len(data))
            return np.array(data), np.array(indices, dtype='i4'), np.array(indptr, dtype='i4')
        F = np.array([a.ravel(order='F') for a in A]).T   # pixel, unit; column-major
        R = A.reshape(K, H * W).T                          # row-major
        """;

    private static double ExpectedA(int k, int r, int c) => r >= 2 + 4 * k && r < 6 + 4 * k && c >= 3 + 7 * k && c < 8 + 7 * k ? 1 + 0.5 * r + 0.25 * c + k : 0;

    private void Write(string script)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardError = true, WorkingDirectory = Folder };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Arrays + "\n" + script);
        string errors;
        try
        {
            using var process = Process.Start(start)!;
            errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0) return;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            errors = e.Message;
        }
        var missing = errors.Contains("ModuleNotFoundError") || errors.Contains("No such file");
        if (missing && Environment.GetEnvironmentVariable("CI") != "true") Assert.Skip("python3-numpy, python3-h5py or python3-zarr is missing");
        Assert.Fail(errors);
    }

    private Estimate Check(string file, bool c = true, bool s = true, bool shifts = true, EstimateHints? hints = null, bool masksOnly = false)
    {
        var e = EstimateFile.Read(PathOf(file), hints ?? Hints);
        Assert.Equal((K, H, W), (e.Count, e.Footprints.Height, e.Footprints.Width));
        for (var k = 0; k < K; k++)
        {
            var image = e.Footprints.Dense(k);
            for (var p = 0; p < image.Length; p++)
            {
                var expected = ExpectedA(k, p / W, p % W);
                if (masksOnly) expected = expected > 0 ? 1 : 0;
                Assert.True(Math.Abs(expected - image[p]) < 1e-5, $"unit {k} at ({p / W}, {p % W}): {image[p]}, expected {expected}");
            }
        }
        Assert.Equal((c, s, shifts), (e.C is not null, e.S is not null, e.Shifts is not null));
        for (var k = 0; k < K; k++)
            for (var t = 0; t < T; t++)
            {
                if (c) Assert.Equal(100 * k + t + 0.5, e.C![k, t], 4);
                if (s) Assert.Equal(t % 5 == k ? 1 : 0, e.S![k, t]);
            }
        for (var t = 0; t < T && shifts; t++) Assert.Equal((0.25 * t - 1, 2 - 0.5 * t), (e.Shifts![t, 0], e.Shifts[t, 1]));
        return e;
    }

    [Fact]
    public void Caiman()
    {
        Write("""
            import h5py
            f = h5py.File('cnm.hdf5', 'w'); e = f.create_group('estimates'); a = e.create_group('A')
            a['data'], a['indices'], a['indptr'] = csc(F); a['shape'] = np.array(F.shape)
            e['C'] = C; e['S'] = S.astype('f4'); e['b'] = 'NoneType'; e['shifts'] = np.zeros(0); e['idx_components'] = np.array([0, 2]); e['cnn_preds'] = np.zeros(0)
            f['dims'] = np.array([H, W])
            g = h5py.File('none.hdf5', 'w'); e = g.create_group('estimates'); a = e.create_group('A')
            a['data'], a['indices'], a['indptr'] = csc(F); a['shape'] = np.array(F.shape)
            e['C'] = C; e['S'] = 'NoneType'; e['idx_components'] = 'NoneType'; e['dims'] = np.array([H, W]); g['dims'] = 'NoneType'
            """);
        Assert.Equal([true, false, true], Check("cnm.hdf5", shifts: false).Accepted);
        var e = Check("none.hdf5", s: false, shifts: false);
        Assert.Null(e.Accepted);
        Assert.Equal("CaImAn", e.Format);
        Assert.Contains(e.Notes, n => n.Contains("--shifts"));
        Assert.Equal(2, EstimateFile.Read(PathOf("cnm.hdf5")).TakeAccepted().Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Suite2p_in_every_protocol(int protocol)
    {
        Write($$"""
            import datetime
            os.makedirs('out/suite2p/plane0'); os.chdir('out/suite2p/plane0')
            def save(name, value):
                a = np.array(value, dtype=object) if not isinstance(value, dict) else np.array(value)
                with open(name, 'wb') as f:
                    np.lib.format.write_array_header_1_0(f, np.lib.format.header_data_from_array_1_0(a)); pickle.dump(a, f, protocol={{protocol}})
            stat = np.empty(K, dtype=object)
            for k in range(K):
                y, x = np.nonzero(A[k])
                stat[k] = {'ypix': y.astype('i4'), 'xpix': x.astype('i4'), 'lam': A[k][y, x].astype('f4'), 'npix': len(y), 'med': [1, 2], 'overlap': np.zeros(len(y), bool), 'radius': np.float64(3.5), 'soma': None}
            save('stat.npy', stat)
            save('ops.npy', {'Ly': H, 'Lx': np.int64(W), 'yoff': (-shifts[:, 0]).astype('f4'), 'xoff': -shifts[:, 1], 'date': datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc), 'tau': 1.0, 'name': 'x', 'refImg': np.zeros((4, 5), order='F'), 'big': 2**70})
            np.save('F.npy', (C + 0.7 * (C[::-1] + 3)).astype('f8')); np.save('Fneu.npy', C[::-1] + 3); np.save('spks.npy', S.astype('f4')); np.save('iscell.npy', np.asfortranarray([[1, .9], [0, .1], [1, .8]]))
            """);
        var e = Check("out");
        Assert.Equal("suite2p", e.Format);
        Assert.Equal([true, false, true], e.Accepted);
        Check("out/suite2p");
        Check("out/suite2p/plane0");
        Check("out/suite2p/plane0/stat.npy");
        Check("out", hints: new());
    }

    [Fact]
    public void Minian()
    {
        Write("""
            import zarr
            ids = np.array([7, 2, 40])
            def var(name, values, dims, coords):
                g = zarr.open_group('m/%s.zarr' % name, 'w')
                a = g.create_dataset(name, data=values, chunks=tuple(max(1, s // 2) for s in values.shape), fill_value=float('nan')); a.attrs['_ARRAY_DIMENSIONS'] = dims
                for d, v in coords.items():
                    b = g.create_dataset(d, data=np.array(v)); b.attrs['_ARRAY_DIMENSIONS'] = [d]
            N = A.copy(); N[:, :, -1] = np.nan
            var('A', N, ['unit_id', 'height', 'width'], {'unit_id': ids, 'height': np.arange(H), 'width': np.arange(W)})
            o = [2, 0, 1]
            var('C', C[o], ['unit_id', 'frame'], {'unit_id': ids[o], 'frame': np.arange(T)})
            var('S', S[o].T.copy(), ['frame', 'unit_id'], {'unit_id': ids[o], 'frame': np.arange(T)})
            var('motion', shifts[:, ::-1].copy(), ['frame', 'shift_dim'], {'frame': np.arange(T), 'shift_dim': ['width', 'height']})
            """);
        Assert.Equal("minian", Check("m").Format);
    }

    [Fact]
    public void Matlab_files()
    {
        Write("""
            import h5py
            f = h5py.File('extract.mat', 'w', userblock_size=512); o = f.create_group('output')
            o['spatial_weights'] = A.transpose(0, 2, 1); o['temporal_weights'] = C; f.close()
            def cnmfe(name, home, dense=False):
                f = h5py.File(name, 'w', userblock_size=512); r = f.create_group(home) if home else f
                if dense:
                    r['A'] = F.T.copy(); r['A'].attrs['MATLAB_class'] = np.bytes_('double')
                else:
                    a = r.create_group('A'); a['data'], a['ir'], a['jc'] = csc(F); a.attrs['MATLAB_sparse'] = np.uint64(H * W); a.attrs['MATLAB_class'] = np.bytes_('double')
                r['C'] = C.T.copy(); r['C_raw'] = C.T * 2
                s = r.create_group('S'); s['data'], s['ir'], s['jc'] = csc(S); s.attrs['MATLAB_sparse'] = np.uint64(K)
                if home: p = r.create_group('options'); p['d1'] = np.array([[float(H)]]); p['d2'] = np.array([[float(W)]])
                f.close()
            cnmfe('top.mat', ''); cnmfe('results.mat', 'results'); cnmfe('neuron.mat', 'neuron'); cnmfe('dense.mat', 'results', True)
            with open('top.mat', 'r+b') as f: f.write(b'MATLAB 7.3 MAT-file, Platform: GLNXA64')
            """);
        Assert.Equal("EXTRACT", Check("extract.mat", s: false, shifts: false).Format);
        foreach (var file in (string[])["top.mat", "results.mat", "neuron.mat", "dense.mat"]) Assert.Equal("CNMF-E", Check(file, shifts: false).Format);
        Check("results.mat", shifts: false, hints: new());
    }

    [Fact]
    public void Nwb()
    {
        Write("""
            import h5py
            def nwb(name, write, rois=None, deconv=True):
                f = h5py.File(name, 'w'); o = f.create_group('processing/ophys'); p = o.create_group('ImageSegmentation/PlaneSegmentation')
                p.attrs['neurodata_type'] = 'PlaneSegmentation'; write(p); p['id'] = np.arange(K)
                order = [0, 1, 2] if rois is None else rois
                for g, n, v in [('Fluorescence', 'RoiResponseSeries', C), ('Fluorescence', 'Neuropil', C * 0), ('Fluorescence', 'Deconvolved', S)]:
                    r = o.require_group(g).create_group(n); r['data'] = v[order].T.copy(); r['rois'] = np.array(order)
                m = o.create_group('MotionCorrection/Corrected/xy_translation'); m['data'] = shifts[:, ::-1].copy(); f.close()
            def px(p):
                dt = np.dtype([('x', 'u4'), ('y', 'u4'), ('weight', 'f4')]); rows, ends = [], []
                for a in A:
                    rows += [(c, r, a[r, c]) for r, c in zip(*np.nonzero(a))]; ends.append(len(rows))
                p['pixel_mask'] = np.array(rows, dtype=dt); p['pixel_mask_index'] = np.array(ends)
            nwb('xy.nwb', lambda p: p.create_dataset('image_mask', data=A.transpose(0, 2, 1)))
            nwb('yx.nwb', lambda p: p.create_dataset('image_mask', data=A.astype('f4')), rois=[2, 0, 1])
            nwb('px.nwb', px)
            nwb('square.nwb', lambda p: p.create_dataset('image_mask', data=A[:, :20, :20]))
            """);
        foreach (var file in (string[])["xy.nwb", "yx.nwb", "px.nwb"]) Assert.Equal("NWB", Check(file).Format);
        Assert.Contains(Check("xy.nwb").Notes, n => n.Contains("(unit, width, height)"));
        var ambiguous = Assert.Throws<EstimateFormatException>(() => EstimateFile.Read(PathOf("square.nwb"), new() { Height = 20, Width = 20 }));
        Assert.Contains("--axes", ambiguous.Message);
        Assert.NotEqual(EstimateFile.Read(PathOf("square.nwb"), new() { Height = 20, Width = 20, Axes = MaskAxes.Xy }).Footprints.Dense(0),
            EstimateFile.Read(PathOf("square.nwb"), new() { Height = 20, Width = 20, Axes = MaskAxes.Yx }).Footprints.Dense(0));
    }

    [Fact]
    public void Plain_arrays()
    {
        Write("""
            import h5py
            d, i, p = csc(R)
            np.savez('dense.npz', A=A, C=C, S=S, shifts=shifts)
            np.savez_compressed('float.npz', A=np.asfortranarray(A.astype('f4')), C=C.astype('>f8'), S=S.astype('u1'), shifts=shifts)
            np.savez('sparse.npz', A_data=d, A_indices=i, A_indptr=p, A_shape=np.array(R.shape), C=C, S=S, shifts=shifts)
            rd, ri, rp = csc(R.T)
            np.savez('rows.npz', A_data=rd, A_indices=ri, A_indptr=rp, A_shape=np.array(R.shape), C=C, S=S, shifts=shifts)
            np.savez('turned.npz', A=A.transpose(1, 2, 0), C=C.T, S=S.T, shifts=shifts.T)
            np.savez('xy.npz', A=A.transpose(0, 2, 1), C=C, S=S, shifts=shifts)
            fd, fi, fp = csc(F)
            np.savez('columns.npz', A_data=fd, A_indices=fi, A_indptr=fp, A_shape=np.array(F.shape), C=C, S=S, shifts=shifts)
            with h5py.File('plain.h5', 'w') as f:
                f['A'] = A; f['C'] = C; f['S'] = S; f['shifts'] = shifts
            with h5py.File('sparse.h5', 'w') as f:
                f['A_data'] = d; f['A_indices'] = i; f['A_indptr'] = p; f['A_shape'] = np.array(R.shape); f['C'] = C; f['S'] = S; f['shifts'] = shifts
            np.savez('other.npz', A=np.zeros((3, 7, 9))); np.savez('units.npz', A=A, C=C[:2]); np.savez('nothing.npz', B=A)
            open('text.txt', 'w').write('hello'); open('empty.hdf5', 'w')
            b = open('plain.h5', 'rb').read(); open('cut.h5', 'wb').write(b[:len(b) // 3]); open('head.h5', 'wb').write(b[:100])
            b = open('dense.npz', 'rb').read(); open('cut.npz', 'wb').write(b[:len(b) // 2])
            """);
        foreach (var file in (string[])["dense.npz", "float.npz", "sparse.npz", "rows.npz", "turned.npz", "xy.npz", "plain.h5", "sparse.h5"]) Assert.Equal("plain arrays", Check(file).Format);
        Check("columns.npz", hints: Hints with { Axes = MaskAxes.Xy });
        Assert.Contains(Check("turned.npz").Notes, n => n.Contains("(frame, unit)"));
        Assert.Contains(Check("xy.npz").Notes, n => n.Contains("(unit, width, height)"));
        foreach (var (file, reason) in new[] { ("other.npz", "does not fit a field of 20 × 30"), ("units.npz", "C has shape (2, 15)"), ("nothing.npz", "no result file of a known layout"),
            ("text.txt", "no result file"), ("empty.hdf5", "no result file"), ("cut.h5", ""), ("head.h5", ""), ("cut.npz", ""), ("absent.npz", "does not exist") })
        {
            var error = Assert.Throws<EstimateFormatException>(() => EstimateFile.Read(PathOf(file), Hints));
            Assert.Contains(reason, error.Message);
            Assert.Contains(file, error.Message);
        }
    }

    [Fact]
    public void ImageJ_roi_sets()
    {
        Write("""
            def roi(kind, top, left, bottom, right, points=(), options=0, floats=()):
                head = b'Iout' + struct.pack('>hBBhhhhH', 227, kind, 0, top, left, bottom, right, len(points)) + bytes(64 - 18)
                head = head[:50] + struct.pack('>h', options) + head[52:]
                body = struct.pack('>%dh' % len(points), *[x for y, x in points]) + struct.pack('>%dh' % len(points), *[y for y, x in points])
                if floats: body += struct.pack('>%df' % len(floats), *[x for y, x in floats]) + struct.pack('>%df' % len(floats), *[y for y, x in floats])
                return head + body
            z = zipfile.ZipFile('rois.zip', 'w')
            z.writestr('0.roi', roi(1, 2, 3, 6, 8))
            z.writestr('1.roi', roi(0, 6, 10, 10, 15, [(0, 0), (0, 5), (4, 5), (4, 0)]))
            z.writestr('2.roi', roi(7, 10, 17, 14, 22, [(0, 0), (0, 5), (4, 5), (4, 0)], 128, [(10, 17), (10, 22), (14, 22), (14, 17)]))
            z.writestr('line.roi', roi(3, 1, 1, 5, 5)); z.close()
            open('oval.roi', 'wb').write(roi(2, 4, 6, 14, 16)); open('short.roi', 'wb').write(roi(0, 0, 0, 4, 4, [(0, 0)])[:60])
            """);
        var e = Check("rois.zip", false, false, false, masksOnly: true);
        Assert.Contains(e.Notes, n => n.Contains("line.roi"));
        // A circle of radius 5: within 5 % of its area.
        Assert.InRange(EstimateFile.Read(PathOf("oval.roi"), Hints).Footprints.Pixels(0).Length, 0.95 * Math.PI * 25, 1.05 * Math.PI * 25);
        Assert.Contains("not an ImageJ ROI", Assert.Throws<EstimateFormatException>(() => EstimateFile.Read(PathOf("short.roi"), Hints)).Message);
    }
}
