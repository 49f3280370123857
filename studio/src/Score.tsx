import { useEffect, useState } from 'preact/hooks';
import { inspect } from './inspect';
import { NumberBox } from './NumberBox';
import { call } from './socket';
import { store, useStore } from './store';
import { size } from './Generate';

interface Entry {
  name: string;
  kind: 'recording' | 'folder' | 'study' | 'spec' | 'page' | 'file';
  bytes: number;
}

interface Missed {
  unit: number;
  verdict: string;
  snr: number | null;
  depth_um: number | null;
  cause: string | null;
}

interface Evaluation {
  name: string;
  format: string;
  n_est: number;
  n_true: number;
  n_found: number;
  found_from: number | null;
  chance_recall: number | null;
  reference: { metric: string; from: number; recall: number | null; precision: number | null };
  recall: number | null;
  precision: number | null;
  f1: number | null;
  trace_corr: number | null;
  activity_corr: number | null;
  shift_rmse: number | null;
  recall_95: [number | null, number | null];
  precision_95: [number | null, number | null];
  oracle_corr: number | null;
  roi_corr: number | null;
  missed: Missed[];
  notes: string[];
}

interface Result {
  report: string;
  recording: string;
  evaluations: Evaluation[];
}

/** Files of the studio's folder, to choose from. */
function Files({ pick, action }: { pick: (path: string, kind: Entry['kind']) => void; action: (kind: Entry['kind']) => string }) {
  const [folder, setFolder] = useState('');
  const [entries, setEntries] = useState<Entry[]>([]);
  const [error, setError] = useState('');
  useEffect(() => {
    call<{ entries: Entry[] }>('GET', 'files?folder=' + encodeURIComponent(folder)).then(
      r => {
        setEntries(r.entries);
        setError('');
      },
      e => setError(e.message),
    );
  }, [folder, filesChanged]);
  const at = (name: string) => (folder ? `${folder}/${name}` : name);
  return (
    <div class="files">
      <p class="bar">
        <button class="small" disabled={!folder} onClick={() => setFolder(folder.split('/').slice(0, -1).join('/'))}>Up</button>
        <code>{folder || 'the studio’s folder'}</code>
        <button class="small" onClick={() => { filesChanged++; setFolder(f => f); store.tell(); }}>Refresh</button>
      </p>
      {error && <p class="problem">{error}</p>}
      <ul>
        {entries.map(e => (
          <li key={e.name}>
            {e.kind === 'folder' || e.kind === 'study' ? <button class="link" onClick={() => setFolder(at(e.name))}>{e.name}/</button> : <span>{e.name}</span>}
            <small>{e.kind === 'file' || e.kind === 'spec' || e.kind === 'page' ? size(e.bytes) : ''}</small>
            {action(e.kind) && <button class="small" data-file={at(e.name)} onClick={() => pick(at(e.name), e.kind)}>{action(e.kind)}</button>}
          </li>
        ))}
        {!entries.length && <li><small>Nothing here.</small></li>}
      </ul>
    </div>
  );
}

let filesChanged = 0;

const n = (v: number | null, digits = 3) => (v === null ? '–' : v.toFixed(digits));

/** Seconds since it appeared: of work whose end nobody knows. */
function Clock() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(s => s + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return seconds > 2 ? <small class="digits">{seconds} s; of thousands of cells it takes minutes</small> : null;
}

/** The tab that scores results. */
export function Score() {
  const s = useStore();
  const recording = s.saved.recording ?? '';
  const [estimates, setEstimates] = useState<string[]>([]);
  const [metric, setMetric] = useState('iou');
  const [threshold, setThreshold] = useState(0.5);
  const [allCells, setAllCells] = useState(false);
  const [accepted, setAccepted] = useState(false);
  const [shift, setShift] = useState('auto');
  const [axes, setAxes] = useState('auto');
  const [busy, setBusy] = useState('');
  const [error, setError] = useState('');
  const [result, setResult] = useState<Result | null>(null);
  const [page, setPage] = useState('');
  const open = async (path: string) => {
    setError('');
    setBusy(`Opening ${path} …`);
    try {
      const found = await call<{ report: string }>('POST', 'report', { path });
      setResult(null);
      setPage(`./report/${found.report}/`);
    } catch (e) {
      setError((e as Error).message);
    }
    setBusy('');
  };
  useEffect(() => {
    const { openReport } = s.start;
    s.start.openReport = null;
    if (openReport) void open(openReport);
  }, []);
  const choose = (path: string, kind: Entry['kind']) => {
    if (kind === 'recording' && !estimates.includes(path)) s.view({ recording: path });
    else if (kind === 'page' || kind === 'study') void open(path);
    else setEstimates(e => (e.includes(path) ? e : [...e, path]));
  };
  const upload = async (file: File | undefined) => {
    if (!file) return;
    setError('');
    setBusy(`Sending ${file.name} …`);
    try {
      const reply = await fetch('./api/upload?path=' + encodeURIComponent(file.name), { method: 'PUT', body: file });
      const answer = await reply.json();
      if (!reply.ok) throw new Error(answer.error);
      setEstimates(e => [...e, file.name]);
      filesChanged++;
    } catch (e) {
      setError((e as Error).message);
    }
    setBusy('');
  };
  const score = async () => {
    setError('');
    setBusy('Scoring …');
    try {
      const found = await call<Result>('POST', 'score', { recording, estimates, metric, threshold, all_cells: allCells, accepted, shift, axes });
      setResult(found);
      setPage(`./report/${found.report}/`);
    } catch (e) {
      setError((e as Error).message);
    }
    setBusy('');
  };
  const see = async (missed: Missed[], unit: number) => {
    s.missed = new Set(missed.map(m => m.unit));
    if (s.movie.slots.a.file !== result!.recording) await s.movie.open(result!.recording);
    location.hash = '#/build';
    s.movie.wantExtras('a');
    const wait = () => (s.movie.slots.a.cells ? void inspect('a', null, unit) : setTimeout(wait, 100));
    wait();
  };
  return (
    <main class="page">
      <section class="column">
        <h2>Score results</h2>
        <div class="field">
          <label for="recording">Recording</label>
          <input id="recording" data-test="recording" type="text" placeholder="choose one below" value={recording} onInput={e => s.view({ recording: e.currentTarget.value })} />
        </div>
        <div class="field">
          <span>Results</span>
          {!estimates.length && <p class="help">Choose what your pipeline wrote: CaImAn, suite2p, minian, CNMF-E, EXTRACT, NWB, plain arrays, ImageJ ROIs.</p>}
          <ul class="chosen">
            {estimates.map(e => (
              <li key={e}>{e} <button class="icon" aria-label={`Remove ${e}`} onClick={() => setEstimates(estimates.filter(x => x !== e))}>×</button></li>
            ))}
          </ul>
        </div>
        <Files pick={choose} action={kind => (kind === 'recording' ? 'recording' : kind === 'page' ? 'open' : kind === 'study' ? 'open report' : kind === 'spec' ? '' : 'result')} />
        <label class="button">
          Send a result file from elsewhere (≤ 2 GB)<input class="sr" data-test="upload" type="file" onChange={e => { void upload(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} />
        </label>
        <details>
          <summary>How to match</summary>
          <div class="fields">
            <label>The reference’s numbers by <select value={metric} onChange={e => setMetric(e.currentTarget.value)}><option>iou</option><option>cosine</option><option>weighted_jaccard</option></select></label>
            <label>from <NumberBox min={0.05} max={1} step={0.05} value={threshold} set={setThreshold} /></label>
            <label>Offset of the footprints <select value={shift} onChange={e => setShift(e.currentTarget.value)}><option value="auto">found by itself</option><option>none</option></select></label>
            <label>Axes of images <select value={axes} onChange={e => setAxes(e.currentTarget.value)}><option>auto</option><option>yx</option><option>xy</option></select></label>
            <label><input type="checkbox" checked={allCells} onChange={e => setAllCells(e.currentTarget.checked)} /> recall over all cells in view</label>
            <label><input type="checkbox" checked={accepted} onChange={e => setAccepted(e.currentTarget.checked)} /> only units that the pipeline accepted</label>
          </div>
        </details>
        {error && <p class="problem" role="alert">{error}</p>}
        <p class="bar"><button class="primary large" data-test="score" disabled={!recording || !estimates.length || !!busy} onClick={score}>Score</button> <span role="status">{busy}</span> {busy && <Clock />}</p>
      </section>
      <section class="column wide">
        {result && (
          <>
            <h2>On {result.recording}</h2>
            <table class="scores" data-test="scores">
              <thead><tr><th>result</th><th>read as</th><th>cells</th><th title="95 % interval in brackets">recall</th><th title="95 % interval in brackets">precision</th><th>F1</th><th title="with perfect spatial knowledge in brackets">trace r</th><th>activity r</th><th>motion px</th><th title="the reference’s numbers: recall, precision">as the reference</th></tr></thead>
              <tbody>
                {result.evaluations.map(e => (
                  <tr key={e.name}>
                    <td>{e.name}</td><td>{e.format}</td><td>{e.n_est}</td>
                    <td>{n(e.recall)} <small>({n(e.recall_95[0], 2)}–{n(e.recall_95[1], 2)})</small></td>
                    <td>{n(e.precision)} <small>({n(e.precision_95[0], 2)}–{n(e.precision_95[1], 2)})</small></td><td>{n(e.f1)}</td>
                    <td>{n(e.trace_corr)} <small>({n(e.oracle_corr)})</small></td><td>{n(e.activity_corr)}</td><td>{n(e.shift_rmse)}</td>
                    <td>{n(e.reference.recall)}, {n(e.reference.precision)} <small>({e.reference.metric} ≥ {e.reference.from})</small></td>
                  </tr>
                ))}
              </tbody>
            </table>
            {result.evaluations.map(e => (
              <p key={e.name} class="help">{e.name}: {e.n_found} of {e.n_true} cells found, from a cosine of {n(e.found_from, 2)} on, at which at most 5 % of the pairs are expected by chance; chance alone finds {n(e.chance_recall, 2)}.</p>
            ))}
            {result.evaluations.map(e => (
              <details key={e.name} open={result.evaluations.length === 1}>
                <summary>{e.name}: {e.missed.length} of {e.n_true} cells not found</summary>
                <p class="help">Click one to see it in the movie.</p>
                <div class="missed">
                  {e.missed.slice(0, 200).map(m => (
                    <button key={m.unit} class="small" data-missed={m.unit} title={`SNR ${n(m.snr, 1)}, ${n(m.depth_um, 0)} µm deep`} onClick={() => void see(e.missed, m.unit)}>{m.unit} <small>{m.verdict}{m.cause && `: ${m.cause}`}</small></button>
                  ))}
                </div>
              </details>
            ))}
          </>
        )}
        {page ? <iframe class="report" title="Report" src={page} sandbox="allow-scripts" /> : !result && <p class="help">The report appears here: what was found and missed and why, traces, motion, and what perfect knowledge would reach. A study folder's report opens here too.</p>}
      </section>
    </main>
  );
}
