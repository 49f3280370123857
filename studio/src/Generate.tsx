import { useEffect, useState } from 'preact/hooks';
import * as paths from './paths';
import { Field } from './Form';
import { NumberBox } from './NumberBox';
import { shapeOf, type JsonObject, type Schema } from './schema';
import { call } from './socket';
import { useStore } from './store';

interface Job {
  id: number;
  state: 'waiting' | 'running' | 'done' | 'stopped' | 'failed';
  outputs: string[];
  spec_file: string | null;
  frames_done: number;
  frames_total: number;
  seconds: number;
  seconds_left: number | null;
  bytes: number;
  message: string | null;
  command: string;
}

const time = (s: number) => (s < 90 ? `${Math.ceil(s)} s` : s < 5400 ? `${Math.floor(s / 60)} min ${Math.round(s % 60)} s` : `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`);
export const size = (v: number) => (v >= 1e9 ? `${(v / 1e9).toFixed(2)} GB` : v >= 1e6 ? `${(v / 1e6).toFixed(1)} MB` : `${(v / 1e3).toFixed(0)} kB`);

/** The fields of the schema that say how long and how fast a recording is, and what is kept. */
function useGeneralFields(): [string, string, Schema][] {
  const s = useStore();
  const acquisition = shapeOf(s.schema.properties.acquisition);
  const output = s.schema.properties.output ? shapeOf(s.schema.properties.output) : undefined;
  const found: [string, string, Schema][] = [];
  if (acquisition.kind === 'record') for (const name of ['duration_s', 'fps']) if (acquisition.properties[name]) found.push([`acquisition.${name}`, name, acquisition.properties[name]]);
  if (s.schema.properties.seed) found.push(['seed', 'seed', s.schema.properties.seed]);
  if (output?.kind === 'record') for (const [name, schema] of Object.entries(output.properties)) found.push([`output.${name}`, name, schema]);
  return found;
}

/** The tab that writes recordings. */
export function Generate() {
  const s = useStore();
  const [name, setName] = useState(() => localStorage.getItem('minisim-name') ?? 'recording');
  const [chosen, setChosen] = useState<string[]>(['zarr']);
  const [overwrite, setOverwrite] = useState(false);
  const [error, setError] = useState('');
  const [jobs, setJobs] = useState<Job[]>([]);
  const fields = useGeneralFields();
  const refresh = () => call<{ jobs: Job[] }>('GET', 'jobs').then(r => setJobs(r.jobs), () => {});
  const isBusy = jobs.some(j => j.state === 'running' || j.state === 'waiting');
  useEffect(() => {
    void refresh();
    const timer = setInterval(refresh, isBusy ? 300 : 2000);
    return () => clearInterval(timer);
  }, [isBusy]);
  const { scene } = s.movie.slots[s.edited];
  const outputs = s.start.formats.filter(f => chosen.includes(f.name)).map(f => name + f.extension);
  const start = async () => {
    setError('');
    localStorage.setItem('minisim-name', name);
    try {
      await call('POST', 'jobs', { spec: s.spec, outputs, spec_file: name + '.json', overwrite });
      await refresh();
    } catch (e) {
      setError((e as Error).message);
    }
  };
  const again = (job: Job) =>
    call('POST', 'jobs', { again: job.id }).then(refresh, e => setError((e as Error).message));
  return (
    <main class="page">
      <section class="column">
        <h2>Write the recording{s.saved.second ? ` ${s.saved.edited.toUpperCase()}` : ''}</h2>
        {fields.map(([path, field, schema]) => (
          <Field key={path} path={path} name={field} schema={schema} base={s.saved.base} />
        ))}
        <div class="field">
          <label for="name">Name</label>
          <input id="name" data-test="name" type="text" value={name} onInput={e => setName(e.currentTarget.value)} />
          <p class="help">Inside {s.start.root}; folders that exist may stand before it, as in <code>mice/day1</code>.</p>
        </div>
        <fieldset>
          <legend>Formats</legend>
          {s.start.formats.map(f => (
            <label key={f.name} class="choice" title={f.description}>
              <input type="checkbox" data-format={f.name} checked={chosen.includes(f.name)} onChange={e => setChosen(e.currentTarget.checked ? [...chosen, f.name] : chosen.filter(c => c !== f.name))} /> {f.name}
            </label>
          ))}
          {s.start.formats.filter(f => chosen.includes(f.name)).map(f => (
            <p key={f.name} class="help"><b>{f.name}</b>: {f.description}{f.hasTruth ? '' : ' (movie only)'}</p>
          ))}
        </fieldset>
        <label><input type="checkbox" checked={overwrite} onChange={e => setOverwrite(e.currentTarget.checked)} /> replace what exists</label>
        {error && <p class="problem" role="alert">{error}</p>}
        <p><button class="primary large" data-test="generate" disabled={!chosen.length || !name} onClick={start}>Generate</button></p>
        {scene && !scene.isFile && <p class="help">{scene.frames} frames: {size(scene.movieBytes)} of pixels before packing; takes about {size(scene.memoryBytes)} of memory. Build, panel <i>Size</i>, says how long.</p>}
        <p class="help">Writes {outputs.join(', ') || 'nothing yet'} and its spec {name}.json.</p>
      </section>
      <section class="column wide" aria-live="polite">
        <h2>Recordings</h2>
        {!jobs.length && <p class="help">None yet in this run of the studio.</p>}
        {jobs.map(job => (
          <article key={job.id} class="job" data-state={job.state}>
            <h3>{job.outputs.join(', ')} <small>{job.state}</small></h3>
            {(job.state === 'running' || job.state === 'waiting') && (
              <div class="bar">
                <progress max={job.frames_total} value={job.frames_done} aria-label="Frames written" />
                <span class="digits">{job.frames_done} of {job.frames_total} frames{job.seconds_left !== null && `, ${time(job.seconds_left)} left`}</span>
                <button onClick={() => call('DELETE', 'jobs?id=' + job.id).then(refresh)}>Cancel</button>
              </div>
            )}
            {job.state === 'done' && <p>{size(job.bytes)} in {time(job.seconds)}.</p>}
            {job.state === 'stopped' && <p><button data-test="go-on" onClick={() => again(job)}>{job.outputs.some(o => o.endsWith('.zarr')) ? 'Go on' : 'Begin again'}</button></p>}
            {job.message && <p class={job.state === 'failed' ? 'problem' : 'help'}>{job.message}</p>}
            {job.state === 'done' &&
              job.outputs.filter(o => o.endsWith('.zarr')).map(o => (
                <p key={o} class="bar">
                  <a class="button" data-test="preview" href="#/build" onClick={() => void s.movie.open(o)}>See {o}</a>
                  <a class="button" href="#/score" onClick={() => s.view({ recording: o })}>Score results on it</a>
                </p>
              ))}
            <p class="help">The same on the command line:</p>
            <pre><code>{job.command}</code></pre>
          </article>
        ))}
        <Live />
      </section>
    </main>
  );
}

interface LiveState {
  running: boolean;
  fps?: number;
  sent?: number;
  late?: number;
  median_ms?: number;
  p99_ms?: number;
  addresses?: Record<string, string>;
}

/** The spec as a camera, for software that works in real time. */
function Live() {
  const s = useStore();
  const [state, setState] = useState<LiveState>({ running: false });
  const [fps, setFps] = useState(() => Number(paths.get(s.spec, ['acquisition', 'fps']) ?? 20));
  const [error, setError] = useState('');
  const ask = (method: string, body?: JsonObject) =>
    call<LiveState>(method, 'stream', body).then(
      r => {
        setState(r);
        setError('');
      },
      e => setError(e.message),
    );
  useEffect(() => {
    void ask('GET');
    const timer = setInterval(() => void ask('GET'), 2000);
    return () => clearInterval(timer);
  }, []);
  return (
    <article class="job">
      <h2>Stream</h2>
      <p class="help">Plays this spec as a camera would, again and again, for software that works in real time.</p>
      <div class="bar">
        <label><input type="checkbox" data-test="stream" checked={state.running} onChange={e => void (e.currentTarget.checked ? ask('POST', { spec: s.spec, fps, loop: true }) : ask('DELETE'))} /> stream</label>
        <label>at <NumberBox min={1} max={1000} value={fps} disabled={state.running} set={setFps} /> frames/s</label>
      </div>
      {error && <p class="problem" role="alert">{error}</p>}
      {state.running && (
        <>
          <dl class="addresses">
            {Object.entries(state.addresses ?? {}).map(([name, address]) => (
              <>
                <dt>{name}</dt>
                <dd>{name === 'mjpeg' ? <a href={address} target="_blank" rel="noreferrer"><code>{address}</code></a> : <code>{address}</code>}</dd>
              </>
            ))}
          </dl>
          {!state.sent && <p class="help">Nobody reads it yet. The first address shows it in a browser.</p>}
          <p class="digits">{state.sent} frames sent, {state.late} late; delay {state.median_ms} ms (median), {state.p99_ms} ms (99 %)</p>
        </>
      )}
    </article>
  );
}
