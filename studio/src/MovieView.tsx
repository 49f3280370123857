import { useEffect, useRef, useState } from 'preact/hooks';
import { table } from './colours';
import type { Pixels } from './socket';
import { store, useStore, type SlotName } from './store';
import { drawOverlay, setWidth } from './overlay';
import { hover, pick, stopHover } from './inspect';

/** Values that become the ends of the colour map: the 0.5 and 99.8 per cent points, or what the user chose. */
export function contrastOf(pixels: Pixels, baseline: Pixels | null): { low: number; high: number } {
  if (store.saved.contrast && !baseline) return store.saved.contrast;
  const { values } = pixels;
  const stride = Math.max(1, Math.floor(values.length / 20000));
  const sample = new Float32Array(Math.ceil(values.length / stride));
  for (let i = 0, k = 0; i < values.length; i += stride, k++) sample[k] = baseline ? values[i] - baseline.values[i] : values[i];
  sample.sort();
  const low = sample[Math.floor(0.005 * (sample.length - 1))];
  let high = sample[Math.floor(0.998 * (sample.length - 1))];
  if (baseline) {
    const reach = Math.max(Math.abs(low), Math.abs(high), 1e-9);
    return { low: -reach, high: reach };
  }
  if (high <= low) high = low + 1;
  return { low, high };
}

/** Limits are held while a movie plays: a picture whose brightness follows every frame flickers. */
interface Held {
  low: number;
  high: number;
  /** The kind of picture, and the specs, that they were chosen for. */
  name: string;
  revision: string;
}
const held = new Map<string, Held>();

/** How much the best limits may change before those that are held give way: within it, more or less light is seen as such. */
const give = 1.7;

/** The words that are put into each canvas: made once, 1.5 MB a frame is a lot to throw away. */
const images = new WeakMap<HTMLCanvasElement, ImageData>();

export function paint(canvas: HTMLCanvasElement, pixels: Pixels, map: string, low: number, high: number, minus: Pixels | null) {
  if (canvas.width !== pixels.width || canvas.height !== pixels.height) {
    canvas.width = pixels.width;
    canvas.height = pixels.height;
  }
  const context = canvas.getContext('2d', { alpha: false })!;
  let image = images.get(canvas);
  if (image?.width !== pixels.width || image.height !== pixels.height) images.set(canvas, (image = context.createImageData(pixels.width, pixels.height)));
  const words = new Uint32Array(image.data.buffer);
  const colours = table(map);
  const scale = 255 / (high - low);
  const { values } = pixels;
  const other = minus && minus.values.length === values.length ? minus.values : null;
  if (values instanceof Uint8Array && !other) {
    // Counts of 8 bits: one look-up each.
    const direct = new Uint32Array(256);
    for (let v = 0; v < 256; v++) direct[v] = colours[Math.max(0, Math.min(255, Math.round((v - low) * scale)))];
    for (let i = 0; i < values.length; i++) words[i] = direct[values[i]];
  } else
    for (let i = 0; i < values.length; i++) {
      const v = ((other ? values[i] - other[i] : values[i]) - low) * scale;
      words[i] = colours[v <= 0 ? 0 : v >= 255 ? 255 : Math.round(v)];
    }
  context.putImageData(image, 0, 0);
}

/** One pair of limits for A and B, so that more light in one of them looks like more light; or each its own. */
function limits(now: SlotName) {
  const isOwn = store.hasOwnLimits;
  const key = isOwn ? now : 'both';
  const shown = (['a', 'b'] as SlotName[]).filter(slot => slot === now || (!isOwn && store.movie.slots[slot].scene)).flatMap(slot => {
    const pixels = store.movie.current(slot);
    return pixels ? [{ pixels, baseline: store.movie.baseline(slot) }] : [];
  });

  // By what the pixels are, not by what is asked for: until the answer is there the old picture is shown.
  const name = shown.map(({ pixels, baseline }) => [pixels.made, pixels.height, baseline !== null].join()).join('/');
  const before = held.get(key);
  const old = before?.name === name ? before : undefined;
  const revision = shown.map(({ pixels }) => pixels.revision).join();
  if (old?.revision === revision && !store.saved.contrast) return old;
  const each = shown.map(({ pixels, baseline }) => contrastOf(pixels, baseline));
  const best = { low: Math.min(...each.map(l => l.low)), high: Math.max(...each.map(l => l.high)) };
  // Beside A one sees what B has more or less of, whatever the limits.
  const isNear = shown.length === 1 && old && best.high > old.high / give && best.high < old.high * give && Math.abs(best.low - old.low) < 0.5 * (old.high - old.low);
  const chosen = isNear && !store.saved.contrast ? old : best;
  held.set(key, { low: chosen.low, high: chosen.high, name, revision });
  return chosen;
}

/** One movie with its overlays. */
export function MovieView({ slot }: { slot: SlotName }) {
  const s = useStore();
  const canvas = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const view = s.movie.slots[slot];
  useEffect(() => {
    const draw = () => {
      const pixels = s.movie.current(slot);
      if (!pixels || !canvas.current) return;
      const baseline = s.movie.baseline(slot);
      const { low, high } = limits(slot);
      paint(canvas.current, pixels, baseline ? 'difference' : s.saved.map, low, high, baseline);
      Object.assign(canvas.current.dataset, { frame: pixels.frame, revision: pixels.revision });
      if (over.current) drawOverlay(over.current, slot, pixels);
    };
    draw();
    const size = new ResizeObserver(([e]) => {
      setWidth(slot, e.contentRect.width * devicePixelRatio);
      draw();
    });
    size.observe(canvas.current!);
    const stop = s.movie.onDraw(draw);
    return () => {
      size.disconnect();
      stop();
    };
  }, [slot]);
  useEffect(() => s.movie.redraw(), [view.scene, s.saved.map, s.saved.contrast, s.saved.shown, s.movie.mode, s.hasOwnLimits]);
  const place = (e: MouseEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return { row: Math.floor(((e.clientY - box.top) / box.height) * canvas.current!.height), col: Math.floor(((e.clientX - box.left) / box.width) * canvas.current!.width) };
  };
  return (
    <figure class={'movie' + (s.isComparing && s.edited === slot ? ' edited' : '')}>
      {s.isComparing && (
        <figcaption>
          <button class={s.edited === slot ? 'on' : ''} aria-pressed={s.edited === slot} onClick={() => s.setEdited(slot)}>
            {slot.toUpperCase()} {s.edited === slot ? '· edited in the form' : '· edit'}
          </button>
        </figcaption>
      )}
      <div
        class="stack"
        data-stack={slot}
        style={{ aspectRatio: `${view.scene?.width ?? 1} / ${view.scene?.height ?? 1}` }}
        onClick={e => pick(slot, place(e))}
        onMouseMove={e => hover(slot, place(e))}
        onMouseLeave={stopHover}
      >
        <canvas ref={canvas} data-slot={slot} role="img" aria-label={`Movie ${slot.toUpperCase()}, frame ${s.movie.frame}`} />
        <canvas ref={over} class="overlay" hidden />
        {!view.scene && <p class="wait">{s.problems[slot].some(p => !p.warning) ? 'The spec has problems: see the form.' : 'Making the first frame …'}</p>}
      </div>
    </figure>
  );
}

/** B minus A, both at the same frame. */
export function DifferenceView() {
  const s = useStore();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [reachShown, setReachShown] = useState(0);
  useEffect(() => {
    const draw = () => {
      const [a, b] = [s.movie.current('a'), s.movie.current('b')];
      // Of two frames at different times it would show the time.
      if (!a || !b || !canvas.current || !s.movie.isCurrent('a') || !s.movie.isCurrent('b')) return;
      if (a.width !== b.width || a.height !== b.height) {
        canvas.current.dataset.state = 'sizes';
        return;
      }
      const reach = differenceReach(a, b);
      paint(canvas.current, b, 'difference', -reach, reach, a);
      setReachShown(reach);
      canvas.current.dataset.frame = String(b.frame);
    };
    draw();
    return s.movie.onDraw(draw);
  }, []);
  const [a, b] = [s.movie.slots.a.scene, s.movie.slots.b.scene];
  const fits = a && b && a.width === b.width && a.height === b.height;
  return (
    <figure class="movie">
      <figcaption>
        <span>B − A {reachShown > 0 && fits && <small title="blue: A is brighter, orange: B is brighter"><i class="dot a" /> A brighter <i class="dot b" /> B brighter, ±{Number(reachShown.toPrecision(2))}{(s.movie.current('b')?.type ?? 2) < 2 && ' counts'}</small>}</span>
      </figcaption>
      <div class="stack" style={{ aspectRatio: `${a?.width ?? 1} / ${a?.height ?? 1}` }}>
        <canvas ref={canvas} data-slot="difference" role="img" aria-label="Difference of B and A" />
        {a && b && !fits && <p class="wait">A and B have frames of different sizes: there is no difference of pixels.</p>}
      </div>
    </figure>
  );
}

let reachName = '';
let reachHeld = 0;

/** What the colours of the difference reach to. It grows with the movie: its first frame may show none at all. */
function differenceReach(a: Pixels, b: Pixels): number {
  const name = [a.revision, b.revision, store.movie.mode, store.movie.stage].join();
  if (name !== reachName) [reachName, reachHeld] = [name, 0];
  const stride = Math.max(1, Math.floor(a.values.length / 4000)) | 1;
  const differences = new Float32Array(Math.ceil(a.values.length / stride));
  for (let i = 0, k = 0; i < a.values.length; i += stride, k++) differences[k] = Math.abs(b.values[i] - a.values[i]);
  differences.sort();
  const now = differences[Math.floor(0.995 * (differences.length - 1))] || differences[differences.length - 1];
  if (now > give * reachHeld) reachHeld = now;
  return reachHeld || 1;
}
