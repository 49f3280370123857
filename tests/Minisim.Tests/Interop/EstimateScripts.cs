using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Minisim.Tests.Interop;

/// <summary>Scripts that write result files in every layout as the pipelines do: three units on a field of 20 × 30 pixels, 15 frames.</summary>
internal static class EstimateScripts
{
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

    public const string Caiman = """
        import h5py
        f = h5py.File('cnm.hdf5', 'w'); e = f.create_group('estimates'); a = e.create_group('A')
        a['data'], a['indices'], a['indptr'] = csc(F); a['shape'] = np.array(F.shape)
        e['C'] = C; e['S'] = S.astype('f4'); e['b'] = 'NoneType'; e['shifts'] = np.zeros(0); e['idx_components'] = np.array([0, 2]); e['cnn_preds'] = np.zeros(0)
        f['dims'] = np.array([H, W])
        g = h5py.File('none.hdf5', 'w'); e = g.create_group('estimates'); a = e.create_group('A')
        a['data'], a['indices'], a['indptr'] = csc(F); a['shape'] = np.array(F.shape)
        e['C'] = C; e['S'] = 'NoneType'; e['idx_components'] = 'NoneType'; e['dims'] = np.array([H, W]); g['dims'] = 'NoneType'
        """;

    public static string Suite2p(int protocol) => $$"""
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
        """;

    public const string Minian = """
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
        """;

    public const string Matlab = """
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
        """;

    public const string Nwb = """
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
        """;

    public const string Plain = """
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
        """;

    public const string ImageJ = """
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
        """;

    /// <summary>HDF5 of every type, layout and filter that h5py writes; under <c>unreadable</c> what is not read. Masks of 0 and 1, and
    /// traces that count up, which are exact in every type.</summary>
    public const string Hdf5Types = """
        import h5py
        M = (A > 0) * 1.0; D = np.arange(K * T).reshape(K, T) * 1.0; B = (F > 0) * 1.0
        numbers = 'i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8'.split()
        def plain(name, a='f8', c='f8', latest=False, **how):
            with h5py.File(name + '.h5', 'w', libver='latest' if latest else None) as f:
                f.create_dataset('A', data=M.astype(a), **how); f.create_dataset('C', data=D.astype(c), **how)
        os.mkdir('unreadable'); os.mkdir('linked')
        for d in numbers:
            plain('contiguous ' + d, d, d)
            plain('packed ' + d, d, d, compression='gzip', shuffle=True, fletcher32=True)
            if d != 'f2': plain('scaled ' + d, d, d, scaleoffset=1 if 'f' in d else 0)
            with h5py.File('filled ' + d + '.h5', 'w') as f:
                f['A'] = M; c = f.create_dataset('C', (K, T), d, chunks=(1, 1), fillvalue=7)
                for k, t in np.argwhere(D != 7): c[k, t] = D[k, t]
            with h5py.File('linked/virtual ' + d + '.h5', 'w', libver='latest') as f:
                for n, v in ('A', M), ('C', D):
                    l = h5py.VirtualLayout(v.shape, d); l[...] = h5py.VirtualSource('../contiguous ' + d + '.h5', n, v.shape); f.create_virtual_dataset(n, l, fillvalue=1)
            for size, shape in ('u4', ()), ('u8', (1, 1)):
                with h5py.File('cnmfe ' + d + ' ' + size + '.mat', 'w', userblock_size=512) as f:
                    r = f.create_group('results'); a = r.create_group('A'); a['data'], a['ir'], a['jc'] = csc(B); a.attrs['MATLAB_sparse'] = np.dtype(size).type(H * W)
                    r['C'] = D.T.astype(d); o = r.create_group('options'); o['d1'] = np.full(shape, H, d); o['d2'] = np.full(shape, W, d)
        plain('flags', '?'); plain('named', h5py.enum_dtype({'off': 0, 'on': 1}, 'i4'))
        plain('latest', latest=True); plain('chunks', latest=True, chunks=True); plain('growing', latest=True, maxshape=None, chunks=True)
        for n, maximum in ('one axis', (None, H, W)), ('two axes', (None, None, W)):
            with h5py.File(n + '.h5', 'w', libver='latest') as f:
                f.create_dataset('A', data=M, chunks=(1, 8, 8), maxshape=maximum); f['C'] = D
        for n, tune in ('compact', lambda p: p.set_layout(h5py.h5d.COMPACT)), ('early', lambda p: (p.set_chunk((2, 4)), p.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY))):
            with h5py.File(n + '.h5', 'w', libver='latest') as f:
                f['A'] = M; p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); tune(p)
                h5py.h5d.create(f.id, b'C', h5py.h5t.NATIVE_DOUBLE, h5py.h5s.create_simple(D.shape), p).write(h5py.h5s.ALL, h5py.h5s.ALL, D)
        for n, t in ('bits', h5py.h5t.STD_B8LE), ('more bits', h5py.h5t.STD_B32LE):
            with h5py.File(n + '.h5', 'w') as f:
                f['A'] = M; v = D.astype('u%d' % t.get_size())
                h5py.h5d.create(f.id, b'C', t, h5py.h5s.create_simple(D.shape)).write(h5py.h5s.ALL, h5py.h5s.ALL, v, mtype=t)
        with h5py.File('linked/links.h5', 'w') as f:
            f['A'] = h5py.ExternalLink('../latest.h5', '/A'); f['far'] = D; f['C'] = h5py.SoftLink('/far')
        for n, v in ('text', 'double'), ('bytes', np.bytes_('double')):
            with h5py.File('class ' + n + '.mat', 'w') as f:
                f['A'] = B.T.copy(); f['A'].attrs['MATLAB_class'] = v; f['C'] = D.T.copy(); f['options/d1'] = float(H); f['options/d2'] = float(W)

        def masks(name, x='u4', weight='f4', extra=None, value=None):
            dtype = np.dtype([('x', x), ('y', x), ('weight', weight)] + ([] if extra is None else [('extra', *extra)]))
            with h5py.File(name + '.nwb', 'w') as f:
                o = f.create_group('processing/ophys'); p = o.create_group('ImageSegmentation/PlaneSegmentation')
                where = np.argwhere(M); rows = np.empty(len(where), dtype)
                for i, (k, r, c) in enumerate(where): rows[i] = (c, r, 1) if extra is None else (c, r, 1, o.ref if value is None else value)
                p['pixel_mask'] = rows; p['pixel_mask_index'] = np.cumsum(M.sum((1, 2))).astype('i4')
                r = o.create_group('Fluorescence/RoiResponseSeries'); r['data'] = D.T.copy(); r['rois'] = np.arange(K)
        for d in numbers:
            masks('masks ' + d, d, d); masks('masks and list ' + d, extra=(d, (2,)), value=[1, 2]); masks('masks and table ' + d, extra=(d, (2, 3)), value=np.ones((2, 3)))
            if d != 'f2': masks('masks and sequence ' + d, extra=(h5py.vlen_dtype(np.dtype(d)),), value=np.ones(3, d))
        masks('masks and text', extra=('S5',), value=b'abc'); masks('masks and long text', extra=(h5py.string_dtype(),), value='abc'); masks('masks and texts', extra=('S4', (2,)), value=['a', 'b'])
        masks('masks and flag', extra=('?',), value=True); masks('masks and name', extra=(h5py.enum_dtype({'a': 1}, 'i4'),), value=1); masks('masks and bytes', extra=('V7',), value=b'1234567')
        masks('masks and reference', extra=(h5py.ref_dtype,)); masks('masks and pair', extra=([('a', 'i2'), ('b', 'f8')],), value=(1, 2)); masks('masks and pairs', extra=([('a', 'i2'), ('b', 'f8')], (2,)), value=[(1, 2), (3, 4)])

        for d in '>i2', '>u4', '>f4', '>f8': plain('other ' + d[1:], d, d)
        plain('lzf', compression='lzf', chunks=True); plain('long', 'g', 'g')
        os.chdir('unreadable')
        plain('complex', 'c8')
        for n, v in ('number', 5), ('texts', np.array(['a', 'b'], 'S3')), ('nothing', h5py.Empty('f')):
            with h5py.File('class ' + n + '.mat', 'w') as f: f['A'] = B.T.copy(); f['A'].attrs['MATLAB_class'] = v; f['C'] = D.T.copy()
        """;

    /// <summary>Runs one in a folder; skips the test where Python has not what it needs, fails it in CI.</summary>
    public static void Run(string folder, string script)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardError = true, WorkingDirectory = folder };
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
        if (errors.Contains("No such file") && !File.Exists("/usr/bin/python3")) MissingPackages.Absent("there is no /usr/bin/python3", "python3-numpy", "python3-h5py", "python3-zarr");
        if (Regex.Match(errors, @"ModuleNotFoundError: No module named '([^']+)'") is { Success: true } module) MissingPackages.Absent($"/usr/bin/python3 has no {module.Groups[1].Value}", Python.PackageOf(module.Groups[1].Value));
        Assert.Fail(errors);
    }
}
