import { useEffect, useMemo, useState } from 'preact/hooks';
import { Chart, histogram } from './Chart';
import { inspect, type CellAnswer, type Cells, type Patch, type PixelAnswer } from './inspect';
import * as paths from './paths';
import { label, type JsonObject } from './schema';
import { useStore, type SlotName } from './store';
import { table } from './colours';

const layers: [string, string, string][] = [
  ['cells', 'cells', 'Outlines at half the peak of what each cell lights; dashed: not detectable'],
  ['by depth', 'by depth', 'Colour by depth instead of signal-to-noise ratio'],
  ['found', 'detectable only', 'Leave out cells that nobody could find'],
  ['motion', 'motion', 'Where the tissue is in this frame and was before, 8 × enlarged'],
  ['vessels', 'vessels', 'Where vessels take light'],
  ['focus', 'focus', 'Depth that is in focus, as lines'],
];

/** What can be read from the movie. */
export function Side() {
  const s = useStore();
  const scene = s.movie.slots.a.scene;
  const toggle = (name: string) => s.view({ shown: s.saved.shown.includes(name) ? s.saved.shown.filter(x => x !== name) : [...s.saved.shown, name] });
  return (
    <section class="side" aria-label="Panels">
      <div class="bar">
        <label class="strong"><input type="checkbox" data-test="compare" checked={!!s.saved.second} onChange={e => s.compare(e.currentTarget.checked)} /> compare A and B</label>
      </div>
      <h2>Show on the movie</h2>
      <div class="bar layers">
        {layers.map(([name, text, title]) => (
          <label key={name} title={title}><input type="checkbox" data-layer={name} checked={s.saved.shown.includes(name)} onChange={() => toggle(name)} /> {text}</label>
        ))}
      </div>
      <Legend />
      {s.isComparing && <Differences />}
      <Inspector />
      {scene && <Panels />}
    </section>
  );
}

/** What the colours of the cells say. */
export function Legend() {
  const s = useStore();
  const cells = s.movie.slots.a.cells;
  if (!s.saved.shown.includes('cells') || !cells) return null;
  const byDepth = s.saved.shown.includes('by depth');
  return (
    <p class="legend">
      <span class="ramp" /> {byDepth ? `${cells.depthRange[0].toFixed(0)} – ${cells.depthRange[1].toFixed(0)} µm deep` : `SNR ${(cells.threshold / 4).toFixed(1)} – ${(cells.threshold * 12).toFixed(0)}, dashed under ${cells.threshold}`}
    </p>
  );
}

/** In which parameters B differs from A. */
function Differences() {
  const s = useStore();
  const found = useMemo(() => {
    const list: [string, string, string][] = [];
    const walk = (at: string, a: any, b: any) => {
      if (paths.same(a, b)) return;
      if (a && b && typeof a === 'object' && typeof b === 'object' && !(Array.isArray(a) && typeof a[0] !== 'object')) for (const k of new Set([...Object.keys(a), ...Object.keys(b)])) walk(Array.isArray(a) ? `${at}[${k}]` : at ? `${at}.${k}` : k, a[k], b[k]);
      else list.push([at, brief(a), brief(b)]);
    };
    const keyed = (spec: JsonObject | null) => spec && { ...spec, steps: Object.fromEntries((spec.steps as JsonObject[]).map(x => [x.kind, x])) };
    walk('', keyed(s.saved.spec), keyed(s.saved.second));
    return list;
  }, [s.saved.spec, s.saved.second]);
  return (
    <div class="panel">
      <h2>B differs from A in</h2>
      {found.length === 0 ? <p class="help">nothing yet: change something in the form.</p> : (
        <table class="facts">
          <thead><tr><th>parameter</th><th>A</th><th>B</th></tr></thead>
          <tbody>{found.slice(0, 12).map(([at, a, b]) => <tr key={at}><td><code>{at}</code></td><td>{a}</td><td>{b}</td></tr>)}</tbody>
        </table>
      )}
    </div>
  );
}

const brief = (v: unknown) => (v === undefined ? 'absent' : v && typeof v === 'object' ? 'present' : String(v));

export function Inspector() {
  const s = useStore();
  const at = s.inspected;
  if (!at) return <div class="panel"><h2>Pixel and cell</h2><p class="help">Rest on a pixel of the movie to see what it is made of. Click a cell to see its footprint, its trace and why it can, or cannot, be found.</p><ByNumber />{!s.scratch && <p class="help">New here? Begin with the <a href="#/learn">lessons</a>.</p>}</div>;
  return (
    <div class="panel" data-test="inspector">
      <h2>
        {at.cell && at.unit !== undefined ? `Cell ${at.unit}` : at.pixel ? `Pixel ${at.pixel.row}, ${at.pixel.col}` : ''}
        {at.slot === 'b' ? ' of B' : ''}
        <button class="icon right" aria-label="Close" onClick={() => { s.inspected = null; s.movie.redraw(); s.tell(); }}>×</button>
      </h2>
      {at.error && <p class="problem">{at.error}</p>}
      {at.cell && at.unit !== undefined && <CellPanel cell={at.cell} />}
      {at.budget && at.pixel && <PixelPanel budget={at.budget} slot={at.slot} />}
    </div>
  );
}

/** A cell by its number: the way to it without a mouse. */
function ByNumber() {
  const s = useStore();
  const cells = s.movie.slots.a.cells;
  if (!cells?.row.length) return null;
  return (
    <label class="help">
      or choose cell{' '}
      <input
        type="number"
        data-test="by-number"
        min={0}
        max={cells.row.length - 1}
        onChange={e => {
          const unit = e.currentTarget.valueAsNumber;
          if (unit >= 0 && unit < cells.row.length) void inspect('a', { row: Math.round(cells.row[unit]), col: Math.round(cells.col[unit]) }, unit);
        }}
      />{' '}
      of {cells.row.length}
    </label>
  );
}

function Thumb({ patch, title }: { patch: Patch; title: string }) {
  const draw = (canvas: HTMLCanvasElement | null) => {
    if (!canvas || !patch.width) return;
    canvas.width = patch.width;
    canvas.height = patch.height;
    const ctx = canvas.getContext('2d')!;
    const image = ctx.createImageData(patch.width, patch.height);
    const words = new Uint32Array(image.data.buffer);
    const colours = table('viridis');
    const peak = Math.max(...patch.values, 1e-12);
    patch.values.forEach((v, i) => (words[i] = colours[Math.round((255 * v) / peak)]));
    ctx.putImageData(image, 0, 0);
  };
  return (
    <figure class="thumb">
      <canvas ref={draw} role="img" aria-label={`${title} footprint`} />
      <figcaption>{title}<br /><small>{patch.width} × {patch.height} px, peak {Math.max(...patch.values, 0).toPrecision(2)}</small></figcaption>
    </figure>
  );
}

const n = (v: number | null | undefined, digits = 3) => (v === null || v === undefined ? '–' : Number(v.toPrecision(digits)).toString());

/** The signal-to-noise ratio of a cell, term by term, as the library defines it. */
function CellPanel({ cell }: { cell: CellAnswer }) {
  const s = useStore();
  const fps = s.movie.fps;
  const x = useMemo(() => (cell.c ?? []).map((_, i) => (cell.first + i) / fps), [cell, fps]);
  const spikes = useMemo(() => (cell.s ?? []).map(v => (v > 0 ? v : null)), [cell]);
  const top = Math.max(...(cell.c ?? [1]));
  const electrons = (cell.focusFactor ?? 1) * (cell.gain ?? 1) * (cell.illumination ?? 1) * (cell.vignette ?? 1) * (cell.vessels ?? 1) * (cell.electronsPerUnit ?? 1);
  const signal = ((cell.peak ?? 0) - (cell.base ?? 0)) * electrons;
  const noise = Math.sqrt(Math.max(cell.base ?? 0, 0) * electrons + cell.readNoiseE ** 2);
  const losses: [string, number | null, string][] = [
    ['focus and scatter', cell.focusFactor, 'share of the peak that defocus leaves'],
    ['illumination', cell.illumination, 'excitation at its place'],
    ['vignette', cell.vignette, 'light that the lens passes at its place'],
    ['vessels', cell.vessels, 'light that vessels above its centre let through'],
  ];
  const worst = losses.filter(([, v]) => v !== null).sort((a, b) => a[1]! - b[1]!)[0];
  return (
    <>
      <p data-test="verdict">
        {cell.detectable ? <b class="yes">Can be found</b> : <b class="no">Cannot be found</b>}: its largest transient stands {n(cell.snr)} times over the noise of its own light and the camera, {cell.detectable ? 'at least' : 'less than'} the {cell.threshold} that <i>detectable</i> asks for.{' '}
        {cell.peakSnrLocal !== null && <>With all the other light there, {n(cell.peakSnrLocal)} times.{' '}</>}
        {!cell.detectable && (cell.peak === cell.base ? 'It never fires.' : worst && worst[1]! < 0.5 ? `Most is lost to ${worst[0]} (× ${n(worst[1], 2)}).` : 'It fires too little, or is too dim, for the light that there is.')}
      </p>
      <div class="thumbs">
        <Thumb patch={cell.planted} title="planted" />
        <Thumb patch={cell.observed} title="observed" />
      </div>
      {cell.c && (
        <Chart
          title={`Trace of cell ${cell.unit} with its spikes`}
          x={x}
          xLabel="time (s)"
          yLabel="fluorescence"
          lines={[{ label: 'trace', values: cell.c, colour: 'one' }, { label: 'spikes', values: spikes.map(v => (v ? top * 1.04 : null)), colour: 'two', kind: 'points' }]}
          yRange={[null, top * 1.1]}
          isTime
        />
      )}
      <table class="facts">
        <tbody>
          <tr><td>depth</td><td>{n(cell.depthUm)} µm</td></tr>
          <tr><td>blur</td><td>σ {n(cell.sigmaPx)} px</td></tr>
          <tr><td>spikes</td><td>{n(cell.rateHz, 2)} per s</td></tr>
          <tr><td>change of its trace</td><td>{n(cell.base)} → {n(cell.peak)}</td></tr>
          {losses.map(([name, v, title]) => v !== null && <tr key={name} title={title}><td>× {name}</td><td>{n(v)}</td></tr>)}
          <tr title="light that tissue and aperture let through"><td>× collected</td><td>{n(cell.gain)}</td></tr>
          <tr><td>× electrons per unit</td><td>{n(cell.electronsPerUnit)}</td></tr>
          <tr class="sum"><td>signal at its peak pixel</td><td>{n(signal)} e⁻</td></tr>
          <tr title="√(its light at rest + read²)"><td>noise of its own light and the camera</td><td>{n(noise)} e⁻</td></tr>
          <tr class="sum"><td>signal / that noise</td><td>{n(cell.snr)}</td></tr>
          {cell.peakSnrLocal !== null && <tr title="shot noise of neuropil, leakage and other cells counts, too"><td>signal / noise of all light there</td><td>{n(cell.peakSnrLocal)}</td></tr>}
          {cell.detectionSnr !== null && <tr title="a typical event, to a filter that knows footprint and decay, against all noise and the neighbours"><td>a typical event, best filter</td><td>{n(cell.detectionSnr)}</td></tr>}
          <tr><td>nearest neighbour</td><td>{n(cell.neighbourUm)} µm</td></tr>
          <tr title="how much the strongest neighbour fluctuates inside its footprint, in units of its own fluctuation"><td>neighbour's cross-talk</td><td>{n(cell.neighbourRatio, 2)}</td></tr>
        </tbody>
      </table>
    </>
  );
}

const parts: [keyof PixelAnswer & ('cells' | 'background'), string, string][] = [
  ['cells', 'cells', 'one'],
  ['background', 'neuropil', 'three'],
];

function PixelPanel({ budget, slot }: { budget: PixelAnswer; slot: SlotName }) {
  const s = useStore();
  const fps = s.movie.fps;
  const x = useMemo(() => budget.cells.map((_, i) => (budget.first + i) / fps), [budget, fps]);
  const sums = useMemo(() => {
    const leak = budget.cells.map(() => budget.leakage);
    const withBackground = budget.background.map((v, i) => v + leak[i]);
    return { leak, withBackground, all: budget.cells.map((v, i) => v + withBackground[i]) };
  }, [budget]);
  const i = Math.max(0, Math.min(budget.cells.length - 1, s.movie.frame - budget.first));
  const expected = sums.all[i];
  const observed = budget.observed[i];
  return (
    <>
      <h3>Pixel {budget.row}, {budget.col}: what its light is</h3>
      <Chart
        title={`What pixel ${budget.row}, ${budget.col} is made of over time`}
        x={x}
        xLabel="time (s)"
        yLabel={budget.unit}
        lines={[
          ...(budget.observed.length ? [{ label: 'read', values: budget.observed, colour: 'faint' }] : []),
          { label: 'cells', values: sums.all, colour: 'one', kind: 'area' as const },
          { label: 'neuropil', values: sums.withBackground, colour: 'three', kind: 'area' as const },
          { label: 'leakage', values: sums.leak, colour: 'two', kind: 'area' as const },
        ]}
        isTime
      />
      <table class="facts" data-test="budget">
        <tbody>
          {parts.map(([key, name, colour]) => (
            <tr key={key}><td><i style={{ background: `var(--${colour})` }} /> {name}</td><td class="digits">{budget[key][i]?.toFixed(1)} {budget.unit}</td><td class="digits">{expected > 0 ? `${((100 * budget[key][i]) / expected).toFixed(0)} %` : ''}</td></tr>
          ))}
          <tr><td><i style={{ background: 'var(--two)' }} /> leakage</td><td class="digits">{budget.leakage.toFixed(1)} {budget.unit}</td><td class="digits">{expected > 0 ? `${((100 * budget.leakage) / expected).toFixed(0)} %` : ''}</td></tr>
          <tr class="sum"><td>expected</td><td class="digits">{expected?.toFixed(1)} {budget.unit}</td><td /></tr>
          {observed !== undefined && (
            <>
              <tr><td>shot noise (√ of that)</td><td class="digits">± {Math.sqrt(Math.max(0, expected)).toFixed(1)} {budget.unit}</td><td /></tr>
              <tr><td>read noise</td><td class="digits">± {budget.readNoiseE} {budget.unit}</td><td /></tr>
              <tr class="sum"><td>read in this frame</td><td class="digits">{observed.toFixed(1)} {budget.unit}</td><td class="digits">{budget.counts[i]} counts</td></tr>
            </>
          )}
        </tbody>
      </table>
      {budget.under.length > 0 && (
        <p>
          Cells here:{' '}
          {budget.under.slice(0, 6).map(u => (
            <button key={u.unit} class="small" onClick={() => void inspect(slot, { row: budget.row, col: budget.col }, u.unit)}>{u.unit}</button>
          ))}
        </p>
      )}
    </>
  );
}

type PanelName = 'traces' | 'snr' | 'light' | 'counts' | 'depth' | 'motion' | 'cost';
const panels: [PanelName, string][] = [['traces', 'Traces'], ['snr', 'SNR'], ['light', 'Light'], ['counts', 'Counts'], ['depth', 'Depth'], ['motion', 'Motion'], ['cost', 'Size']];

function Panels() {
  const s = useStore();
  const [open, setOpen] = useState<PanelName>('snr');
  const view = s.movie.slots.a;
  return (
    <div class="panel">
      <div class="segments wide panels" role="group" aria-label="Panel">
        {panels.map(([name, title]) => (
          <button key={name} class={open === name ? 'on' : ''} aria-pressed={open === name} data-panel={name} onClick={() => setOpen(name)}>{title}</button>
        ))}
      </div>
      {open === 'cost' ? <Cost /> : open === 'counts' ? <Counts /> : open === 'light' ? <Light /> : !view.cells ? <p class="help">Looking at the cells …</p> : open === 'snr' ? <Snr /> : open === 'traces' ? <Traces /> : open === 'depth' ? <Depth /> : <Motion />}
    </div>
  );
}

type Which = 'clear' | 'line' | 'lost';

interface TracesAnswer {
  first: number;
  c: number[][] | null;
  s: number[][] | null;
}

/** Traces with their spikes: of the clearest cells, of those at the line of detection, of those that nobody can find. */
function Traces() {
  const s = useStore();
  const [which, setWhich] = useState<Which>('clear');
  const [answer, setAnswer] = useState<(TracesAnswer & { units: number[] }) | null>(null);
  const { cells, scene } = s.movie.slots.a;
  const fps = s.movie.fps;
  // More frames than are sent at once: those around the one in view.
  const first = scene!.frames > 6000 ? Math.max(0, Math.min(scene!.frames - 6000, 3000 * Math.floor(s.movie.frame / 3000) - 1500)) : 0;
  const units = useMemo(() => {
    const snr = (u: number) => cells!.snr[u] ?? 0;
    const far = (u: number) => (which === 'clear' ? -snr(u) : which === 'line' ? Math.abs(Math.log(Math.max(snr(u), 1e-3) / cells!.threshold)) : cells!.detectable[u] ? Infinity : -snr(u));
    return cells!.snr.map((_, u) => u).filter(u => Number.isFinite(far(u))).sort((a, b) => far(a) - far(b)).slice(0, 8);
  }, [cells, which]);
  useEffect(() => {
    if (!units.length) return setAnswer(null);
    let isGone = false;
    s.socket.ask<TracesAnswer>({ op: 'traces', slot: 'a', units, first }).then(a => !isGone && setAnswer({ ...a, units }), () => {});
    return () => void (isGone = true);
  }, [units, first]);
  const made = useMemo(() => {
    if (!answer?.c?.length) return null;
    const { c } = answer;
    const x = c[0].map((_, i) => (answer.first + i) / fps);
    const lines = c.map((row, k) => {
      const [low, high] = row.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
      return { label: `cell ${answer.units[k]}`, colour: 'one', values: row.map(v => -k + (0.8 * (v - low)) / (high - low || 1)) };
    });
    const spikes = (answer.s ?? []).map((row, k) => ({ label: `spikes of ${answer.units[k]}`, colour: 'two', kind: 'points' as const, values: row.map(v => (v > 0 ? -k - 0.08 : null)) }));
    return { x, lines: [...lines, ...spikes], rows: answer.units.map(String) };
  }, [answer, fps]);
  return (
    <>
      <h3>Traces and spikes</h3>
      <label>of <select value={which} data-test="which" onChange={e => setWhich(e.currentTarget.value as Which)}>
        <option value="clear">the clearest cells</option>
        <option value="line">cells at the line of detection</option>
        <option value="lost">the best of those that cannot be found</option>
      </select></label>
      {!units.length ? <p class="help">There are none.</p> : made && (
        <Chart title="Traces of cells with their spikes" x={made.x} xLabel="time (s)" yLabel="cell" rows={made.rows} lines={made.lines} isBare height={250} yRange={[-units.length + 0.7, 0.95]} isTime />
      )}
      <p class="help"><i class="dot" style={{ background: 'var(--one)' }} /> clean fluorescence, each scaled to its own range; <i class="dot" style={{ background: 'var(--two)' }} /> spikes. Click the chart to go to a moment.</p>
    </>
  );
}

interface LightReply {
  frames: number;
  unit: string;
  cells: number;
  background: number;
  leakage: number;
  expected: number;
  dark: number;
  bright: number;
  readNoiseE: number;
  electronsPerCount: number | null;
  fullScaleE: number | null;
}

/** The photon budget of the whole picture. */
function Light() {
  const s = useStore();
  const [light, setLight] = useState<LightReply | null>(null);
  const [error, setError] = useState('');
  const { scene } = s.movie.slots.a;
  useEffect(() => {
    // Asked when the slider rests: it renders every part of the light on its own.
    const timer = setTimeout(() => {
      s.socket.ask<LightReply>({ op: 'light', slot: 'a', first: Math.min(s.movie.frame, Math.max(0, scene!.frames - 32)) }).then(
        l => {
          setLight(l);
          setError('');
        },
        e => setError((e as Error).message),
      );
    }, 250);
    return () => clearTimeout(timer);
  }, [scene!.revision]);
  if (error) return <p class="help">{error}</p>;
  if (!light) return <p class="help">Adding up the light …</p>;
  const { unit } = light;
  const share = (v: number) => (light.expected > 0 ? (100 * v) / light.expected : 0);
  const shot = Math.sqrt(Math.max(0, light.expected));
  const parts: [string, number, string][] = [['cells', light.cells, 'one'], ['neuropil', light.background, 'three'], ['leakage', light.leakage, 'two']];
  return (
    <>
      <h3>Where the light comes from</h3>
      <div class="shares" role="img" aria-label={parts.map(([name, v]) => `${name} ${share(v).toFixed(1)} %`).join(', ')}>
        {parts.map(([name, v, colour]) => <span key={name} style={{ width: `${share(v)}%`, background: `var(--${colour})` }} />)}
      </div>
      <table class="facts" data-test="light">
        <tbody>
          {parts.map(([name, v, colour]) => (
            <tr key={name}><td><i style={{ background: `var(--${colour})` }} /> {name}</td><td class="digits">{v.toFixed(1)} {unit}</td><td class="digits">{share(v).toFixed(1)} %</td></tr>
          ))}
          <tr class="sum"><td>a pixel in a frame, on average</td><td class="digits">{light.expected.toFixed(1)} {unit}</td><td /></tr>
          <tr><td>dark places (5 %)</td><td class="digits">{light.dark.toFixed(1)} {unit}</td><td /></tr>
          <tr><td>bright places (95 %)</td><td class="digits">{light.bright.toFixed(1)} {unit}</td><td /></tr>
        </tbody>
      </table>
      {light.fullScaleE !== null && (
        <>
          <h3>What limits it</h3>
          <table class="facts">
            <tbody>
              <tr><td>shot noise, √ of the light</td><td class="digits">± {shot.toFixed(1)} e⁻</td></tr>
              <tr><td>read noise</td><td class="digits">± {light.readNoiseE} e⁻</td></tr>
              <tr><td>one count</td><td class="digits">{n(light.electronsPerCount)} e⁻</td></tr>
              <tr><td>the scale ends at</td><td class="digits">{n(light.fullScaleE, 4)} e⁻</td></tr>
            </tbody>
          </table>
          <p>{light.bright > light.fullScaleE ? 'Bright places pass the end of the scale: what is above it is lost. Less light, or fewer counts per electron.' : shot > 2 * light.readNoiseE ? 'Shot noise rules: more light helps, a better camera hardly.' : shot < light.readNoiseE ? 'The camera’s read noise rules: more light helps most, a better camera too.' : 'Shot noise and read noise are alike: more light helps most.'}</p>
        </>
      )}
      <p class="help">Mean over the field and {light.frames} frames from the one in view on.</p>
    </>
  );
}

function Snr() {
  const s = useStore();
  const cells = s.movie.slots.a.cells!;
  const other = s.movie.slots.b.cells;
  const { x, a, b } = useMemo(() => {
    const low = Math.log10(0.3);
    const high = Math.log10(300);
    const logs = (v: (number | null)[]) => v.filter(q => q !== null && q > 0).map(q => Math.max(low, Math.min(high - 1e-9, Math.log10(q!))));
    const first = histogram(logs(cells.snr), 36, low, high);
    return { x: first.x.map(v => 10 ** v), a: first.n, b: other ? histogram(logs(other.snr), 36, low, high).n : null };
  }, [cells, other]);
  const found = (of: Cells) => of.detectable.filter(Boolean).length;
  const median = (of: Cells) => {
    const known = of.peakSnrLocal?.filter(v => v !== null).sort((p, q) => p! - q!) ?? [];
    return known[Math.floor(known.length / 2)] ?? null;
  };
  const local = median(cells);
  return (
    <>
      <h3>Signal-to-noise ratio of the cells</h3>
      <Chart title="Histogram of the cells' signal-to-noise ratio" x={x} logX xRange={[0.3, 300]} xLabel="largest transient / own noise" yLabel="cells" lines={[{ label: 'A', values: a, colour: 'one', kind: 'bars' }, ...(b ? [{ label: 'B', values: b, colour: 'two', kind: 'steps' as const }] : [])]} marks={[{ x: cells.threshold, text: `detectable from ${cells.threshold}` }]} height={160} />
      <p>
        {found(cells)} of {cells.detectable.length} cells in view can be found{other && <>; in B {found(other)} of {other.detectable.length}</>}. Recall is counted among these.
      </p>
      {local !== null && (
        <p class="help">
          This ratio knows the noise of a cell’s own light and of the camera only. Over the noise of all the light at its brightest pixel, the median cell stands {n(local)} times{other && median(other) !== null && <>; in B {n(median(other))}</>}.
        </p>
      )}
    </>
  );
}

function Counts() {
  const s = useStore();
  const scene = s.movie.slots.a.scene!;
  const pixels = s.movie.current('a');
  const max = scene.maxCount;
  const { x, n, saturated, dark } = useMemo(() => {
    if (!pixels) return { x: [0, 1], n: [0, 0], saturated: 0, dark: 0 };
    let [low, high] = [0, max ?? 0];
    if (!max || pixels.type > 1) [low, high] = (pixels.values as Float32Array).reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
    const bins = max && pixels.type <= 1 ? Math.min(max + 1, 128) : 100;
    const width = (high - low + (max && pixels.type <= 1 ? 1 : 0)) / bins || 1;
    const n = Array(bins).fill(0);
    let [saturated, dark] = [0, 0];
    for (const v of pixels.values) {
      n[Math.min(bins - 1, Math.floor((v - low) / width))]++;
      if (max && v >= max) saturated++;
      if (v <= 0) dark++;
    }
    return { x: n.map((_, i) => low + i * width), n, saturated, dark };
  }, [pixels, max]);
  const share = pixels ? (100 * saturated) / pixels.values.length : 0;
  return (
    <>
      <h3>Values of this image</h3>
      <Chart title="Histogram of the pixel values" x={x} xLabel={max && pixels && pixels.type <= 1 ? 'counts' : 'intensity'} yLabel="pixels" lines={[{ label: 'pixels', values: n, colour: 'one', kind: 'bars' }]} marks={max && pixels && pixels.type <= 1 ? [{ x: max, text: `saturated: ${max}` }] : []} height={160} />
      {max && pixels && pixels.type <= 1 && <p class={share > 0.1 ? 'problem warning' : ''}>{share.toFixed(2)} % of the pixels are saturated, {((100 * dark) / pixels.values.length).toFixed(2)} % are at zero.</p>}
    </>
  );
}

function Depth() {
  const s = useStore();
  const cells = s.movie.slots.a.cells!;
  const scene = s.movie.slots.a.scene!;
  const order = useMemo(() => cells.xUm.map((_, i) => i).sort((a, b) => cells.xUm[a] - cells.xUm[b]), [cells]);
  const x = useMemo(() => order.map(i => cells.xUm[i]), [order]);
  const found = useMemo(() => order.map(i => (cells.detectable[i] ? -cells.depthUm[i] : null)), [order]);
  const lost = useMemo(() => order.map(i => (cells.detectable[i] ? null : -cells.depthUm[i])), [order]);
  const slot = s.movie.slots.a;
  // With the cells of a new scene, which come when the slider rests.
  useEffect(() => s.movie.wantFocus('a'), [cells]);
  // The focal surface over the cells' own x, on the row of the axis.
  const focus = useMemo(() => {
    const f = slot.focusDepth;
    if (!f) return null;
    const row = Math.floor(f.height / 2) * f.width;
    return x.map(v => -f.values[row + Math.max(0, Math.min(f.width - 1, Math.round(v / scene.pixelSizeUm + f.width / 2)))]);
  }, [slot.focusDepth, x, scene]);
  const [low, high] = [Math.min(cells.depthRange[0], ...(focus ?? []).map(v => -v)), Math.max(cells.depthRange[1], ...(focus ?? []).map(v => -v))];
  const pad = Math.max(5, 0.1 * (high - low));
  return (
    <>
      <h3>The cells from the side</h3>
      <Chart title="Depth of the cells across the field" x={x} xLabel="x (µm)" yLabel="−depth (µm)" lines={[{ label: 'detectable', values: found, colour: 'one', kind: 'points' }, { label: 'not detectable', values: lost, colour: 'two', kind: 'points' }, ...(focus ? [{ label: 'in focus', values: focus, colour: 'three' }] : [])]} height={180} yRange={[-high - pad, -low + pad]} />
      {scene.focalDepthUm !== null && <p>The plane in focus lies at {scene.focalDepthUm.toFixed(1)} µm on the axis{focus && '; the field is curved, so the rim is in focus elsewhere'}.</p>}
    </>
  );
}

function Motion() {
  const s = useStore();
  const shifts = s.movie.slots.a.cells!.shifts;
  const fps = s.movie.fps;
  const um = s.movie.slots.a.scene!.pixelSizeUm;
  const made = useMemo(() => {
    if (!shifts) return null;
    const frames = shifts.length / 2;
    const dy = Array.from({ length: frames }, (_, i) => shifts[2 * i] * um);
    const dx = Array.from({ length: frames }, (_, i) => shifts[2 * i + 1] * um);
    return { t: dy.map((_, i) => i / fps), dy, dx, ...spectrum(dy, dx, fps) };
  }, [shifts, fps, um]);
  if (!made) return <p class="help">The tissue does not move. Turn on the step “{label('brain_motion')}”.</p>;
  return (
    <>
      <h3>Motion of the tissue</h3>
      <Chart title="Displacement over time" x={made.t} xLabel="time (s)" yLabel="µm" lines={[{ label: 'y', values: made.dy, colour: 'one' }, { label: 'x', values: made.dx, colour: 'two' }]} isTime yRange={[Math.min(...made.dy, ...made.dx) * 1.05, Math.max(...made.dy, ...made.dx) * 1.05]} />
      <h3>Its spectrum</h3>
      <Chart title="Spectrum of the displacement" x={made.f} xLabel="frequency (Hz)" yLabel="µm²/Hz" logY lines={[{ label: 'y', values: made.py, colour: 'one' }, { label: 'x', values: made.px, colour: 'two' }]} />
    </>
  );
}

/** Power density of the displacements: averaged over overlapping windows (Hann), so that a peak stands out of the noise. */
function spectrum(dy: number[], dx: number[], fps: number): { f: number[]; py: number[]; px: number[] } {
  const size = Math.min(128, 2 ** Math.floor(Math.log2(Math.max(dy.length, 4))));
  const half = size / 2;
  const window = Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
  const power = window.reduce((a, w) => a + w * w, 0);
  const density = (values: number[]) => {
    const sum = Array(half).fill(0);
    let windows = 0;
    for (let at = 0; at + size <= values.length; at += half, windows++) {
      const part = values.slice(at, at + size);
      const mean = part.reduce((a, v) => a + v, 0) / size;
      for (let k = 1; k <= half; k++) {
        let [re, im] = [0, 0];
        for (let i = 0; i < size; i++) {
          const v = (part[i] - mean) * window[i];
          re += v * Math.cos((2 * Math.PI * k * i) / size);
          im -= v * Math.sin((2 * Math.PI * k * i) / size);
        }
        sum[k - 1] += (2 * (re * re + im * im)) / (fps * power);
      }
    }
    return sum.map(v => Math.max(v / Math.max(windows, 1), 1e-9));
  };
  return { f: Array.from({ length: half }, (_, i) => ((i + 1) * fps) / size), py: density(dy), px: density(dx) };
}

const bytes = (v: number) => (v >= 1e9 ? `${(v / 1e9).toFixed(1)} GB` : `${(v / 1e6).toFixed(0)} MB`);

function Cost() {
  const s = useStore();
  const scene = s.movie.slots.a.scene!;
  const slow = scene.steps.length ? [...scene.steps].sort((a, b) => b.ms - a.ms).slice(0, 4) : [];
  const [speed, setSpeed] = useState<number | null>(null);
  useEffect(() => {
    // Measured on a few frames, here and now.
    if (scene.isFile) return;
    const count = Math.min(32, scene.frames);
    const from = performance.now();
    let left = count;
    const revision = scene.revision;
    const stop = s.movie.measure(count, () => {
      if (--left === 0 && s.movie.slots.a.scene?.revision === revision) setSpeed((performance.now() - from) / count);
    });
    return stop;
  }, [scene.revision]);
  const seconds = speed === null ? null : (scene.compileMs + speed * scene.frames) / 1000;
  return (
    <>
      <h3>The whole recording</h3>
      <table class="facts">
        <tbody>
          <tr><td>frames</td><td>{scene.frames}</td></tr>
          <tr><td>movie, without compression</td><td>{bytes(scene.movieBytes)}</td></tr>
          <tr><td>memory to make it, about</td><td>{bytes(scene.memoryBytes)}</td></tr>
          <tr><td>time to make it, about</td><td>{seconds === null ? '…' : `${seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)} s`}</td></tr>
          {!scene.isFile && <tr><td>the scene was compiled in</td><td>{scene.compileMs.toFixed(0)} ms</td></tr>}
          {slow.map(x => <tr key={x.step}><td>… {label(x.step).toLowerCase()}</td><td>{x.ms.toFixed(0)} ms</td></tr>)}
        </tbody>
      </table>
    </>
  );
}
