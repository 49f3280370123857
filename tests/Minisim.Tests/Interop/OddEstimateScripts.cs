namespace Minisim.Tests.Interop;

/// <summary>Scripts that write result files as pipelines, versions and users write them beside the common way: the same three units as
/// <see cref="EstimateScripts"/>.</summary>
internal static class OddEstimateScripts
{
    /// <summary>MATLAB files of version 5 by SciPy, packed and not, and of version 7.3: structs of other names, CNMF-E, EXTRACT old and new,
    /// CIAtah, suite2p's Fall.mat.</summary>
    public const string Matlab = """
        import h5py, scipy.io, scipy.sparse as sp
        def m5(name, **v):
            scipy.io.savemat(name + '.mat', v); scipy.io.savemat(name + '_packed.mat', v, do_compression=True)
        sparse = sp.csc_matrix(F)
        options = dict(d1=H, d2=W, name='x', nested=dict(a=[1, 2], b=np.array(['p', 'q'], dtype=object)))
        images = A.transpose(1, 2, 0)
        m5('cnmfe struct', neuron_results=dict(A=sparse, C=C, C_raw=C * 2, S=sp.csc_matrix(S), options=options, empty=np.zeros((0, 0)), text='hello', kernel=dict(pars=[1.0, 2.0])))
        m5('cnmfe other', my_result=dict(A=sparse, C=C, S=S, options=options), note='x')
        m5('cnmfe top', A=sparse, C=C, S=sp.csc_matrix(S))
        m5('cnmfe dense', results=dict(A=F, C=C.astype('f4'), S=S.astype('u1'), options=options))
        m5('cnmfe images', results=dict(A=images, C=C, S=S, options=options))
        m5('extract', output=dict(spatial_weights=images, temporal_weights=C.T, config=dict(a=1)))
        m5('extract other', out1=dict(spatial_weights=images.astype('f4'), temporal_weights=C.T))
        m5('extract legacy', extractAnalysisOutput=dict(filters=images, traces=C.T))
        m5('ciatah', cnmfeAnalysisOutput=dict(extractedImages=images, extractedSignals=C, extractedPeaks=S))
        stat = np.empty(K, object)
        for k in range(K):
            y, x = np.nonzero(A[k]); stat[k] = dict(ypix=y, xpix=x, lam=A[k][y, x], med=[1, 2], npix=len(y))
        m5('Fall', stat=stat, ops=dict(Ly=H, Lx=W, yoff=-shifts[:, 0], xoff=-shifts[:, 1], fs=20.0), F=C + 0.7, Fneu=C * 0 + 1, spks=S, iscell=np.array([[1, .9], [0, .1], [1, .8]]), redcell=np.zeros((0, 0)))
        def h73(name):
            return h5py.File(name + '.mat', 'w', userblock_size=512)
        def close(f, name):
            f.close()
            with open(name + '.mat', 'r+b') as g: g.write(b'MATLAB 7.3 MAT-file'.ljust(124) + b'\0\2IM')
        def put(g, name, a):
            d = g.create_dataset(name, data=np.asarray(a, 'f8').T); d.attrs['MATLAB_class'] = np.bytes_('double')
        def csc73(g, name, M):
            q = g.create_group(name); q.attrs['MATLAB_class'] = np.bytes_('double'); q.attrs['MATLAB_sparse'] = np.uint64(M.shape[0])
            M = sp.csc_matrix(M); q['data'] = M.data.astype('f8'); q['ir'] = M.indices.astype('u8'); q['jc'] = M.indptr.astype('u8')
        for var in 'neuron_results', 'mine':
            f = h73('73 ' + var); g = f.create_group(var); g.attrs['MATLAB_class'] = np.bytes_('struct')
            csc73(g, 'A', F); put(g, 'C', C); csc73(g, 'S', S); o = g.create_group('options'); put(o, 'd1', [[H]]); put(o, 'd2', [[W]]); f.create_group('#refs#'); close(f, '73 ' + var)
        f = h73('73 ciatah'); g = f.create_group('cnmfeAnalysisOutput'); put(g, 'extractedImages', images); put(g, 'extractedSignals', C); put(g, 'extractedPeaks', S); close(f, '73 ciatah')
        f = h73('73 legacy'); g = f.create_group('extractAnalysisOutput'); put(g, 'filters', images); put(g, 'traces', C.T); close(f, '73 legacy')
        f = h73('73 object'); d = f.create_dataset('neuron', data=np.array([[0xdd000000, 2, 1, 1, 1, 1]], 'u4')); d.attrs['MATLAB_class'] = np.bytes_('Sources2D'); d.attrs['MATLAB_object_decode'] = np.int32(3); close(f, '73 object')
        f = h73('73 one'); g = f.create_group('output'); g['spatial_weights'] = A[1].T; g['temporal_weights'] = C[1][None]; close(f, '73 one')
        f = h73('73 cells'); r = f.create_group('#refs#'); refs = np.empty((K, 1), h5py.ref_dtype)
        for k in range(K):
            g = r.create_group('r%d' % k); g.attrs['MATLAB_class'] = np.bytes_('struct'); y, x = np.nonzero(A[k]); put(g, 'ypix', [y]); put(g, 'xpix', [x]); put(g, 'lam', [A[k][y, x]]); refs[k, 0] = g.ref
        d = f.create_dataset('stat', data=refs, dtype=h5py.ref_dtype); d.attrs['MATLAB_class'] = np.bytes_('cell')
        put(f, 'F', C); put(f, 'spks', S); o = f.create_group('ops'); put(o, 'Ly', [[H]]); put(o, 'Lx', [[W]]); close(f, '73 cells')
        m5('unknown', something=np.eye(3), other=dict(a=1, b=2))
        """;

    /// <summary>The same by Octave; run with octave-cli, after <see cref="Matlab"/> in the same folder.</summary>
    public const string Octave = """
        s = load('cnmfe struct.mat'); neuron_results = s.neuron_results;
        save('-v6', 'octave6.mat', 'neuron_results'); save('-v7', 'octave7.mat', 'neuron_results');
        e = load('extract.mat'); output = e.output; save('-v7', 'octave extract.mat', 'output');
        f = load('Fall.mat'); stat = f.stat; ops = f.ops; F = f.F; Fneu = f.Fneu; spks = f.spks; iscell = f.iscell;
        save('-v7', 'octave Fall.mat', 'stat', 'ops', 'F', 'Fneu', 'spks', 'iscell');
        """;

    /// <summary>NWB with references as pynwb writes them.</summary>
    public const string Nwb = """
        import h5py
        def new(name):
            f = h5py.File(name + '.nwb', 'w'); o = f.create_group('processing/ophys'); return f, o
        def table(o, name, masks=None, **columns):
            p = o.create_group('ImageSegmentation/' + name); p.attrs['neurodata_type'] = 'PlaneSegmentation'
            if masks is not None: p['image_mask'] = np.array(masks)
            for c, v in columns.items(): p[c] = np.array(v)
            return p
        def series(o, name, data, table, rows):
            r = o.create_group(name); r['data'] = data; d = r.create_dataset('rois', data=np.array(rows)); d.attrs['table'] = table.ref
        X = A.transpose(0, 2, 1); noise = np.random.default_rng(0).random((T, 2)); B = np.ones((2, W, H))
        f, o = new('background rows'); p = table(o, 'PlaneSegmentation', np.concatenate([B[:1], X, B[:1]]), keep=[False, True, False, True, False])
        series(o, 'Fluorescence/RoiResponseSeries', C.T, p, [1, 2, 3]); series(o, 'Fluorescence/Background_Fluorescence_Response', noise, p, [0, 4]); series(o, 'Fluorescence/Deconvolved', S.T, p, [1, 2, 3]); f.close()
        f, o = new('two tables'); p = table(o, 'PlaneSegmentation', X); q = table(o, 'BackgroundPlaneSegmentation', B)
        series(o, 'Fluorescence/Denoised', C[[2, 0, 1]].T, p, [2, 0, 1]); series(o, 'Fluorescence/Background', noise, q, [0, 1]); series(o, 'Fluorescence/Deconvolved', S.T, p, [0, 1, 2]); f.close()
        f, o = new('two cells'); p = table(o, 'Soma', X); q = table(o, 'Dendrite', B)
        series(o, 'Fluorescence/a', C.T, p, [0, 1, 2]); series(o, 'Fluorescence/Deconvolved a', S.T, p, [0, 1, 2]); series(o, 'Fluorescence/b', noise, q, [0, 1]); f.close()
        f, o = new('one'); p = table(o, 'PlaneSegmentation', X[1:2]); series(o, 'Fluorescence/RoiResponseSeries', C[1], p, [0]); f.close()
        f, o = new('some'); p = table(o, 'PlaneSegmentation', X, iscell=[[1, .9], [0, .1], [1, .8]]); series(o, 'Fluorescence/RoiResponseSeries', C[[0, 2]].T, p, [0, 2]); f.close()
        def pixels(name, order, extra=(), endian='<', square=False, column='pixel_mask', description=None):
            f, o = new(name); p = table(o, 'PlaneSegmentation'); rows, ends = [], []
            for a in A:
                a = a[:, :20] if square else a
                rows += [((c, r) if order == 'xy' else (r, c)) + tuple(extra) + (a[r, c],) for r, c in zip(*np.nonzero(a))]; ends.append(len(rows))
            dt = [('x', endian + 'u4'), ('y', endian + 'u4')] + [('z', endian + 'u4')] * len(extra) + [('weight', endian + 'f4')]
            d = p.create_dataset(column, data=np.array(rows, dtype=dt)); p[column + '_index'] = np.array(ends)
            if description: d.attrs['description'] = description
            series(o, 'Fluorescence/RoiResponseSeries', C.T, p, [0, 1, 2]); series(o, 'Fluorescence/Deconvolved', S.T, p, [0, 1, 2]); f.close()
        pixels('schema', 'xy'); pixels('suite2p', 'yx'); pixels('big endian', 'xy', endian='>'); pixels('voxels', 'xy', extra=(0,), column='voxel_mask')
        pixels('square schema', 'xy', square=True); pixels('square suite2p', 'yx', square=True); pixels('square said', 'xy', square=True, description='Pixels: x (column), y (row), weight')
        f, o = new('one table'); p = table(o, 'PlaneSegmentation', X); series(o, 'Fluorescence/RoiResponseSeries', C.T, p, [0, 1, 2]); f.close()
        f, o = new('elsewhere'); p = table(o, 'PlaneSegmentation', X); o.create_group('Fluorescence')['RoiResponseSeries'] = h5py.ExternalLink('one table.nwb', '/processing/ophys/Fluorescence/RoiResponseSeries'); f.close()
        f = h5py.File('twice.nwb', 'w'); o = f.create_group('processing/ophys'); p = table(o, 'PlaneSegmentation', X); series(o, 'Fluorescence/RoiResponseSeries', C.T, p, [0, 1, 1]); f.close()
        f = h5py.File('circle.nwb', 'w'); o = f.create_group('processing/ophys'); p = table(o, 'PlaneSegmentation', X); series(o, 'Fluorescence/RoiResponseSeries', C.T, p, [0, 1, 2])
        o['again'] = f['processing']; f['processing/ophys/Fluorescence/up'] = f['processing/ophys']; o['self'] = h5py.SoftLink('/processing/ophys/self'); f.close()
        """;

    /// <summary>minian: parts of the frames, downsampled, packed, texts as objects, non-rigid motion, and version 3 of Zarr.</summary>
    public const string Minian = """
        import zarr, numcodecs, json, shutil, zlib
        ids = np.array([7, 2, 40])
        def var(home, name, values, dims, coords, dtype=None, attrs={}, **how):
            g = zarr.open_group('%s/%s.zarr' % (home, name), 'w')
            a = g.create_dataset(name, data=values, chunks=tuple(max(1, s // 2) for s in values.shape), **({'fill_value': float('nan')} | how)); a.attrs.update({'_ARRAY_DIMENSIONS': dims} | attrs)
            for d, v in coords.items():
                v = np.array(v)
                b = g.create_dataset(d, data=v.astype(object), dtype=object, object_codec=numcodecs.VLenUTF8()) if dtype == object and v.dtype.kind == 'U' else g.create_dataset(d, data=v)
                b.attrs['_ARRAY_DIMENSIONS'] = [d]
        def base(home, motion=True, **how):
            var(home, 'A', A, ['unit_id', 'height', 'width'], {'unit_id': ids, 'height': np.arange(H), 'width': np.arange(W)})
            var(home, 'C', C, ['unit_id', 'frame'], {'unit_id': ids, 'frame': np.arange(T)}); var(home, 'S', S, ['unit_id', 'frame'], {'unit_id': ids, 'frame': np.arange(T)})
            if motion: var(home, 'motion', shifts, ['frame', 'shift_dim'], {'frame': np.arange(T), 'shift_dim': ['height', 'width']}, **how)
        base('objects', dtype=object)
        base('nonrigid', motion=False); g = np.repeat(np.repeat(shifts[:, :, None, None], 2, 2), 3, 3) + np.array([[-1, 0, 1], [1, 0, -1]]); var('nonrigid', 'motion', g, ['frame', 'shift_dim', 'grid0', 'grid1'], {'frame': np.arange(T), 'shift_dim': ['height', 'width']})
        base('late'); var('late', 'C', C[:, 5:], ['unit_id', 'frame'], {'unit_id': ids, 'frame': np.arange(5, T)})
        base('half'); [var('half', n, v[:, ::2], ['unit_id', 'frame'], {'unit_id': ids, 'frame': np.arange(0, T, 2)}) for n, v in (('C', C), ('S', S))]
        base('small'); var('small', 'A', A[:, ::2, ::2], ['unit_id', 'height', 'width'], {'unit_id': ids, 'height': np.arange(0, H, 2), 'width': np.arange(0, W, 2)})
        base('mean'); var('mean', 'A', A[:, ::2, ::2], ['unit_id', 'height', 'width'], {'unit_id': ids, 'height': np.arange(0, H, 2) + .5, 'width': np.arange(0, W, 2) + .5})
        base('packed'); var('packed', 'A', np.round(A * 4).astype('u2'), ['unit_id', 'height', 'width'], {'unit_id': ids, 'height': np.arange(H), 'width': np.arange(W)}, attrs={'scale_factor': 0.25, 'add_offset': 0.0}, fill_value=0)
        base('big'); var('big', 'C', C.astype('>f4'), ['unit_id', 'frame'], {'unit_id': ids, 'frame': np.arange(T).astype('>i8')})
        base('fortran'); var('fortran', 'A', A.transpose(1, 2, 0), ['height', 'width', 'unit_id'], {'unit_id': ids, 'height': np.arange(H), 'width': np.arange(W)}, order='F')
        base('backwards')
        var('backwards', 'A', A[:, ::-1, ::-1].copy(), ['unit_id', 'height', 'width'], {'unit_id': ids, 'height': np.arange(H)[::-1], 'width': np.arange(W)[::-1]})
        [var('backwards', m, v[:, ::-1].copy(), ['unit_id', 'frame'], {'unit_id': ids, 'frame': np.arange(T)[::-1]}) for m, v in (('C', C), ('S', S))]
        var('backwards', 'motion', shifts[::-1].copy(), ['frame', 'shift_dim'], {'frame': np.arange(T)[::-1], 'shift_dim': ['height', 'width']})
        base('same ids'); var('same ids', 'C', C[::-1].copy(), ['unit_id', 'frame'], {'unit_id': np.zeros(K, 'i8'), 'frame': np.arange(T)})
        base('broken'); open('broken/motion.zarr/motion/.zarray', 'w').write('{'); open('broken/S.zarr/S/0.0', 'wb').write(b'xx')

        def v3(home, name, values, dims, coords, codecs='zstd', shard=False):
            def array(folder, v, dims, codecs):
                os.makedirs(folder); chunk = [max(1, s // 2) for s in v.shape]; texts = v.dtype.kind == 'U'
                c = [] ; big = codecs == 'big'
                if codecs == 'transpose': c.append({'name': 'transpose', 'configuration': {'order': list(range(v.ndim))[::-1]}})
                c.append({'name': 'vlen-utf8', 'configuration': {}} if texts else {'name': 'bytes', 'configuration': {'endian': 'big' if big else 'little'}})
                if codecs == 'gzip' : c.append({'name': 'gzip', 'configuration': {'level': 5}})
                if codecs in ('zstd', 'transpose'): c.append({'name': 'zstd', 'configuration': {'level': 0, 'checksum': False}})
                if codecs == 'blosc': c.append({'name': 'blosc', 'configuration': {'cname': 'lz4', 'clevel': 5, 'shuffle': 'shuffle', 'typesize': 8, 'blocksize': 0}})
                if codecs == 'crc': c += [{'name': 'crc32c'}]
                inner = chunk
                if shard and not texts:
                    chunk = [2 * i for i in inner]
                    c = [{'name': 'sharding_indexed', 'configuration': {'chunk_shape': inner, 'codecs': c, 'index_codecs': [{'name': 'bytes', 'configuration': {'endian': 'little'}}, {'name': 'crc32c'}], 'index_location': 'end'}}]
                json.dump({'zarr_format': 3, 'node_type': 'array', 'shape': list(v.shape), 'data_type': 'string' if texts else {'f': 'float64', 'i': 'int64'}[v.dtype.kind], 'chunk_grid': {'name': 'regular', 'configuration': {'chunk_shape': chunk}},
                    'chunk_key_encoding': {'name': 'default', 'configuration': {'separator': '/'}}, 'fill_value': '' if texts else 0, 'codecs': c, 'attributes': {}, 'dimension_names': dims, 'storage_transformers': []}, open(folder + '/zarr.json', 'w'))
                def pack(part):
                    if texts: b = struct.pack('<I', part.size) + b''.join(struct.pack('<I', len(s)) + s.encode() for s in part)
                    else:
                        full = np.zeros(inner, v.dtype); full[tuple(slice(0, s) for s in part.shape)] = part
                        if codecs == 'transpose': full = full.transpose()
                        b = full.astype(full.dtype.newbyteorder('>' if big else '<')).tobytes(order='C')
                    if codecs == 'gzip': return numcodecs.GZip(5).encode(b)
                    if codecs in ('zstd', 'transpose'): return bytes(numcodecs.Zstd(1).encode(b))
                    if codecs == 'blosc': return bytes(numcodecs.Blosc('lz4', 5, 1).encode(b))
                    if codecs == 'crc':
                        c = 0xffffffff
                        for x in b:
                            c ^= x
                            for _ in range(8): c = (c >> 1) ^ (0x82F63B78 if c & 1 else 0)
                        return b + struct.pack('<I', c ^ 0xffffffff)
                    return b
                def crc(b):
                    c = 0xffffffff
                    for x in b:
                        c ^= x
                        for _ in range(8): c = (c >> 1) ^ (0x82F63B78 if c & 1 else 0)
                    return struct.pack('<I', c ^ 0xffffffff)
                for i in np.ndindex(*[-(-s // c) for s, c in zip(v.shape, chunk)]):
                    part = v[tuple(slice(a * c, (a + 1) * c) for a, c in zip(i, chunk))]; p = folder + '/c/' + '/'.join(map(str, i)); os.makedirs(os.path.dirname(p), exist_ok=True)
                    if shard and not texts:
                        body, index = b'', b''
                        for j in np.ndindex(*[c // n for c, n in zip(chunk, inner)]):
                            q = part[tuple(slice(a * n, (a + 1) * n) for a, n in zip(j, inner))]
                            if q.size == 0 or not q.any(): index += b'\xff' * 16; continue
                            b = pack(q); index += struct.pack('<QQ', len(body), len(b)); body += b
                        open(p, 'wb').write(body + index + crc(index))
                    else: open(p, 'wb').write(pack(part))
            store = '%s/%s.zarr' % (home, name); array(store + '/' + name, values, dims, codecs)
            json.dump({'zarr_format': 3, 'node_type': 'group', 'attributes': {}}, open(store + '/zarr.json', 'w'))
            for d, v in coords.items(): array(store + '/' + d, np.array(v), [d], 'zstd')
        for codecs in 'zstd', 'gzip', 'blosc', 'plain', 'crc', 'big', 'transpose', 'shard':
            s = codecs == 'shard'; k = 'zstd' if s else codecs; home = 'v3 ' + codecs
            v3(home, 'A', A, ['unit_id', 'height', 'width'], {'unit_id': ids, 'height': np.arange(H), 'width': np.arange(W)}, k, s)
            v3(home, 'C', C, ['unit_id', 'frame'], {'unit_id': ids, 'frame': np.arange(T)}, k, s); v3(home, 'S', S, ['unit_id', 'frame'], {'unit_id': ids, 'frame': np.arange(T)}, k, s)
            v3(home, 'motion', shifts[:, ::-1].copy(), ['frame', 'shift_dim'], {'frame': np.arange(T), 'shift_dim': ['width', 'height']}, k, s)
        """;

    /// <summary>suite2p: what ops.npy may hold, flags on one axis, an empty region, traces of another number.</summary>
    public const string Suite2p = """
        import datetime, collections, pathlib, decimal
        def write(name, ops={}, f=C, spks=S, iscell=None, y0=None):
            p = name + '/plane0'; os.makedirs(p); stat = np.empty(K, object)
            for k in range(K):
                y, x = np.nonzero(A[k]); stat[k] = {'ypix': y, 'xpix': x, 'lam': A[k][y, x]}
            if y0 is not None: stat[1] = {'ypix': y[:0], 'xpix': x[:0], 'lam': np.zeros(0)}
            np.save(p + '/stat.npy', stat, allow_pickle=True); np.save(p + '/F.npy', f); np.save(p + '/Fneu.npy', f * 0); np.save(p + '/spks.npy', spks)
            if iscell is not None: np.save(p + '/iscell.npy', np.array(iscell))
            if ops is None: open(p + '/ops.npy', 'wb').write(b'\x93NUMPY\x01\x00junk')
            else: np.save(p + '/ops.npy', {'Ly': H, 'Lx': W, 'yoff': -shifts[:, 0], 'xoff': -shifts[:, 1]} | ops, allow_pickle=True)
        write('default', {'x': collections.defaultdict(list, a=1), 'o': collections.OrderedDict(b=2)})
        write('path', {'save_path': pathlib.PurePosixPath('/data/x')}); write('date', {'d': np.datetime64('2024-01-01'), 't': datetime.datetime(2024, 1, 1)})
        write('unknown', {'x': decimal.Decimal(1), 'c': collections.Counter(a=1), 'z': 1 + 2j, 's': {1, 2}, 'f': frozenset([1])})
        write('flags', iscell=np.array([1., 0, 1])); write('table', iscell=np.array([[1, .9], [0, .1], [1, .8]])); write('wrong flags', iscell=np.array([1., 0]))
        write('empty', y0=0); write('fewer', f=C[:2], spks=S); write('broken ops', None)
        f = C.copy(); f[1, :4] = np.nan; write('nan', f=f)
        """;

    /// <summary>Archives with an array twice, in packings that NumPy does not write, and with numbers beyond any measurement.</summary>
    public const string Plain = """
        def archive(name, method, *arrays):
            with zipfile.ZipFile(name + '.npz', 'w', method) as z:
                for n, a in arrays: b = io.BytesIO(); np.save(b, a); z.writestr(n + '.npy', b.getvalue())
        import warnings; warnings.simplefilter('ignore')
        archive('good', zipfile.ZIP_DEFLATED, ('A', A), ('C', C)); archive('twice', zipfile.ZIP_STORED, ('A', A), ('A', A * 0), ('C', C))
        archive('LZMA', zipfile.ZIP_LZMA, ('A', A), ('C', C)); archive('BZIP2', zipfile.ZIP_BZIP2, ('A', A), ('C', C))
        np.savez('large.npz', A=A * 1e300, C=C); np.savez('small.npz', A=A * 1e-300, C=C); np.savez('loud.npz', A=A, C=C * 1e300)
        """;

    /// <summary>ROI sets with a composite, a curve and a broken entry.</summary>
    public const string ImageJ = """
        def roi(kind, top, left, bottom, right, floats=0): return b'Iout' + struct.pack('>hBBhhhhH', 227, kind, 0, top, left, bottom, right, 0) + bytes(18) + struct.pack('>i', floats) + bytes(24)
        def shape(rects):
            p = []
            for t, l, b, r in rects: p += [0, l, t, 1, r, t, 1, r, b, 1, l, b, 4]
            return roi(1, min(x[0] for x in rects), min(x[1] for x in rects), max(x[2] for x in rects), max(x[3] for x in rects), len(p)) + struct.pack('>%df' % len(p), *p)
        with zipfile.ZipFile('set.zip', 'w') as z:
            z.writestr('a.roi', roi(1, 2, 3, 6, 8)); z.writestr('donut.roi', shape([(4, 10, 14, 24), (7, 13, 10, 18)])); z.writestr('broken.roi', b'Iout'); z.writestr('odd.roi', shape([(0, 0, 4, 4)])[:70])
        with zipfile.ZipFile('mac.zip', 'w') as z:
            z.writestr('rois/a.roi', roi(1, 2, 3, 6, 8)); z.writestr('__MACOSX/rois/._a.roi', b'\0\5\x16\7' + bytes(100)); z.writestr('rois/.b.roi', b'x'); z.writestr('rois/.DS_Store', b'x')
        """;

    /// <summary>HDF5 in every way in which h5py lists chunks, links and attributes; expected values count up from 0 by element, modulo 251.</summary>
    public const string Hdf5 = """
        import h5py
        def fill(shape): return (np.arange(np.prod(shape), dtype='i8') % 251).astype('u1').reshape(shape)
        with h5py.File('old.h5', 'w', libver='earliest') as old, h5py.File('new.h5', 'w', libver='latest') as new:
            for f in old, new:
                for name, shape, chunk, maximum in ('many', (3000, 5), (1, 5), None), ('grows', (5000, 5), (1, 5), (None, 5)), ('grows last', (5, 4000), (5, 1), (5, None)), ('grows long', (150000,), (1,), (None,)), ('both', (60, 90), (1, 1), (None, None)), ('bounded', (30, 40), (7, 9), (100, 100)), ('single', (9, 9), (9, 9), None), ('uneven', (10, 13, 7), (4, 4, 4), None):
                    for packing in {}, {'compression': 'gzip', 'compression_opts': 1, 'shuffle': True}, {'compression': 'lzf', 'fletcher32': True}:
                        if name == 'grows long' and packing: continue
                        f.create_dataset(name + ' ' + '-'.join(packing), data=fill(shape), chunks=chunk, maxshape=maximum, **packing)
                g = f.create_group('links')
                for i in range(3000): g['link %d' % i] = np.uint8(i % 251)
                a = f.create_group('attributes')
                for i in range(300): a.attrs['attribute %d' % i] = i
                f['soft'] = h5py.SoftLink('links/link 7'); f['loop'] = h5py.SoftLink('/loop2'); f['loop2'] = h5py.SoftLink('/loop'); f['other'] = h5py.ExternalLink('other.h5', '/x'); f['dangling'] = h5py.SoftLink('/nowhere')
                g = f.create_group('a/b'); g['up'] = f['a']; g['root'] = f['/']
                for t in '>i2 >u4 >i8 >f4 >f8 <f2 >f2'.split(): f['type ' + t] = fill((7, 11)).astype(t)
                f['type extended'] = fill((7, 11)).astype('g')
                f.create_dataset('sparse', (50, 50), 'f4', chunks=(5, 5), fillvalue=3.5)[10:12, 10:12] = 1
        with h5py.File('other.h5', 'w') as f: f['x'] = fill((4, 4)); f['back'] = h5py.ExternalLink('old.h5', '/other')
        D = fill((6, 8, 10)).astype('f4')
        with h5py.File('virtual.h5', 'w', libver='latest') as f:
            f['whole'] = D; f['half'] = D[:, :4]
            l = h5py.VirtualLayout(D.shape, 'f4'); l[...] = h5py.VirtualSource('.', 'whole', D.shape); f.create_virtual_dataset('same file', l)
            l = h5py.VirtualLayout(D.shape, 'f4')
            for i in range(6): l[i] = h5py.VirtualSource('.', 'whole', D.shape)[i]
            f.create_virtual_dataset('by rows', l)
            l = h5py.VirtualLayout(D.shape, 'f4'); l[:, ::2] = h5py.VirtualSource('.', 'whole', D.shape)[:, ::2]; l[:, 1::2] = h5py.VirtualSource('.', 'whole', D.shape)[:, 1::2]; f.create_virtual_dataset('by steps', l)
            l = h5py.VirtualLayout(D.shape, 'f4'); l[:, :4] = h5py.VirtualSource('.', 'half', (6, 4, 10)); f.create_virtual_dataset('half filled', l, fillvalue=-1)
            l = h5py.VirtualLayout((3,), 'f4'); l[...] = h5py.VirtualSource('.', 'self', (3,)); f.create_virtual_dataset('self', l)
        """;
}
