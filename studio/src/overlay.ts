import { css } from './colours';
import type { Cells } from './inspect';
import type { Pixels } from './socket';
import { store, type SlotName } from './store';

/** How wide a movie is on the screen, in points of the screen. */
const widths: Partial<Record<SlotName, number>> = {};

export function setWidth(slot: SlotName, width: number) {
  if (width > 0) widths[slot] = Math.round(width);
}

/** Points of the layer over a movie for each of its pixels: as many as the screen shows. More would be scaled down again with every frame. */
const scaleOf = (slot: SlotName, pixels: Pixels) => Math.min(8, (widths[slot] ?? pixels.width) / pixels.width);

/** How far the tissue is displaced in a frame, px: where the movie shows what the truth has at rest. */
export function shiftOf(slot: SlotName, frame: number): [number, number] {
  const shifts = store.movie.slots[slot].cells?.shifts;
  return shifts && 2 * frame + 1 < shifts.length ? [shifts[2 * frame], shifts[2 * frame + 1]] : [0, 0];
}

/** What has to be added to a place at rest in the field of view to find it in the picture. */
export function originOf(slot: SlotName, pixels: Pixels): [number, number] {
  const view = store.movie.slots[slot];
  const scene = view.scene;
  if (scene && pixels.height !== scene.height) return [scene.margin, scene.margin];
  // Before the motion step a movie without a margin has the size of the field of view, and nothing moves either.
  const chain = store.start.stages;
  const moves = !store.movie.stage || chain.findIndex(s => s.step === 'brain_motion') <= chain.findIndex(s => s.stage === store.movie.stage);
  return moves && !pixels.isImage ? shiftOf(slot, pixels.frame) : [0, 0];
}

export function snrColour(snr: number, threshold: number): string {
  return css('viridis', Math.max(0, Math.min(1, Math.log2(Math.max(snr, 0.1) / threshold) / 6 + 0.4)));
}

/** Pixels around the field of view in which outlines are drawn, too: motion brings them in. */
const rim = 48;

const layers: Partial<Record<SlotName, { cells: Cells; key: string; missed: Set<number> | null; canvas: HTMLCanvasElement }>> = {};

/** The outlines of all cells at rest: drawn once, and moved with the tissue from frame to frame. */
function cellLayer(slot: SlotName, cells: Cells, shown: Set<string>, width: number, height: number, scale: number): HTMLCanvasElement {
  const key = [width, height, scale, shown.has('found'), shown.has('by depth')].join();
  const old = layers[slot];
  if (old?.cells === cells && old.key === key && old.missed === store.missed) return old.canvas;
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil((width + 2 * rim) * scale);
  canvas.height = Math.ceil((height + 2 * rim) * scale);
  const ctx = canvas.getContext('2d')!;
  const unit = width / 300;
  const [low, high] = cells.depthRange;
  ctx.scale(scale, scale);
  ctx.translate(rim + 0.5, rim + 0.5);
  ctx.lineJoin = 'round';
  for (let u = 0; u < cells.snr.length; u++) {
    const isMissed = store.missed?.has(u) ?? false;
    if (cells.outline[u].length < 6 || (shown.has('found') && !cells.detectable[u])) continue;
    trace(ctx, cells.outline[u]);
    ctx.setLineDash(cells.detectable[u] ? [] : [2, 2]);
    ctx.strokeStyle = isMissed ? '#ff6f61' : shown.has('by depth') ? css('viridis', (cells.depthUm[u] - low) / (high - low || 1)) : snrColour(cells.snr[u] ?? 0, cells.threshold);
    ctx.lineWidth = (isMissed ? 2 : 1) * 0.6 * unit;
    ctx.globalAlpha = isMissed || cells.detectable[u] || shown.has('by depth') ? 1 : 0.6;
    ctx.stroke();
  }
  layers[slot] = { cells, key, missed: store.missed, canvas };
  return canvas;
}

function trace(ctx: CanvasRenderingContext2D, line: number[]) {
  ctx.beginPath();
  ctx.moveTo(line[0], line[1]);
  for (let i = 2; i < line.length; i += 2) ctx.lineTo(line[i], line[i + 1]);
  ctx.closePath();
}

/** What is drawn over a movie: cells, motion, vessels, the focal surface. */
export function drawOverlay(canvas: HTMLCanvasElement, slot: SlotName, pixels: Pixels) {
  const view = store.movie.slots[slot];
  const shown = new Set(store.saved.shown);
  const { inspected } = store;
  // A layer with nothing on it is taken out: composing it with every frame costs as much as the movie itself.
  const isEmpty = !shown.has('cells') && !shown.has('vessels') && !shown.has('focus') && !shown.has('motion') && inspected?.slot !== slot;
  canvas.hidden = isEmpty;
  if (isEmpty) return;
  const scale = scaleOf(slot, pixels);
  const [width, height] = [Math.round(pixels.width * scale), Math.round(pixels.height * scale)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const ctx = canvas.getContext('2d')!;
  ctx.clearRect(0, 0, width, height);
  const [dy, dx] = originOf(slot, pixels);
  const unit = pixels.width / 300;
  ctx.save();
  ctx.scale(scale, scale);
  ctx.translate(dx + 0.5, dy + 0.5);
  ctx.lineJoin = 'round';
  if (shown.has('vessels') && view.vessels) ctx.drawImage(view.vessels, -0.5, -0.5);
  const cells = view.cells;
  if (cells && shown.has('cells')) {
    const layer = cellLayer(slot, cells, shown, pixels.width, pixels.height, scale);
    // To a whole point of the screen: between two of them thin lines would be smeared over both.
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, Math.round((dx - rim) * scale), Math.round((dy - rim) * scale));
    ctx.drawImage(layer, 0, 0);
    ctx.restore();
  }
  const chosen = store.inspected?.slot === slot ? store.inspected.unit : undefined;
  if (cells && chosen !== undefined && cells.outline[chosen]?.length >= 6) {
    trace(ctx, cells.outline[chosen]);
    ctx.setLineDash(cells.detectable[chosen] ? [] : [2, 2]);
    ctx.strokeStyle = '#ffffff';
    ctx.lineWidth = 1.5 * unit;
    ctx.stroke();
    ctx.setLineDash([]);
  }
  ctx.restore();
  ctx.save();
  ctx.scale(scale, scale);
  if (shown.has('focus') && view.focus) ctx.drawImage(view.focus, pixels.width === view.focus.width ? 0 : (pixels.width - view.focus.width) / 2, pixels.height === view.focus.height ? 0 : (pixels.height - view.focus.height) / 2);
  if (shown.has('motion') && cells?.shifts) {
    // Drawn large: a displacement of a few pixels would not be seen.
    const times = 8;
    const [x0, y0] = [pixels.width / 2, pixels.height / 2];
    const past = Math.max(0, pixels.frame - 40);
    ctx.lineWidth = 0.8 * unit;
    for (let f = past + 1; f <= pixels.frame; f++) {
      const [a, b] = [shiftOf(slot, f - 1), shiftOf(slot, f)];
      ctx.strokeStyle = `rgba(255, 190, 80, ${(0.9 * (f - past)) / (pixels.frame - past)})`;
      ctx.beginPath();
      ctx.moveTo(x0 + a[1] * times, y0 + a[0] * times);
      ctx.lineTo(x0 + b[1] * times, y0 + b[0] * times);
      ctx.stroke();
    }
    const [sy, sx] = shiftOf(slot, pixels.frame);
    ctx.strokeStyle = ctx.fillStyle = '#ffbe50';
    ctx.lineWidth = 1.5 * unit;
    ctx.beginPath();
    ctx.moveTo(x0, y0);
    ctx.lineTo(x0 + sx * times, y0 + sy * times);
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(x0 + sx * times, y0 + sy * times, 2.5 * unit, 0, 7);
    ctx.fill();
  }
  const at = inspected;
  if (at?.slot === slot && at.pixel) {
    ctx.strokeStyle = '#ffffff';
    ctx.lineWidth = 0.6 * unit;
    const [x, y, r] = [at.pixel.col + 0.5, at.pixel.row + 0.5, 4 * unit];
    ctx.beginPath();
    for (const [a, b] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      ctx.moveTo(x + a * r * 0.4, y + b * r * 0.4);
      ctx.lineTo(x + a * r, y + b * r);
    }
    ctx.stroke();
  }
  ctx.restore();
}

/** The vessels as a tint: what share of the light they take. */
export function vesselImage(pixels: Pixels): HTMLCanvasElement {
  return imageOf(pixels, (words, values) => {
    for (let i = 0; i < values.length; i++) words[i] = (Math.round(170 * Math.max(0, Math.min(1, 1 - values[i]))) << 24) | (0x5a << 16) | (0x2d << 8) | 0xd8;
  });
}

/** The focal surface as lines of equal depth, 10 µm apart or closer. */
export function focusImage(pixels: Pixels): HTMLCanvasElement {
  const { width, height, values } = pixels;
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) [low, high] = [Math.min(low, v), Math.max(high, v)];
  const step = [1, 2, 5, 10, 20, 50, 100].find(s => (high - low) / s < 12) ?? 200;
  const made = imageOf(pixels, words => {
    for (let r = 0; r < height - 1; r++)
      for (let c = 0; c < width - 1; c++) {
        const [here, right, below] = [values[r * width + c], values[r * width + c + 1], values[(r + 1) * width + c]].map(v => Math.floor(v / step));
        if (here !== right || here !== below) words[r * width + c] = 0xc0ffd27f | 0;
      }
  });
  const ctx = made.getContext('2d')!;
  ctx.fillStyle = '#7fd2ff';
  ctx.strokeStyle = '#0c1418';
  ctx.lineJoin = 'round';
  ctx.lineWidth = width / 200;
  const write = (text: string, x: number, y: number) => {
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
  };
  ctx.font = `${Math.round(width / 45)}px system-ui, sans-serif`;
  const r = Math.floor(height / 2);
  let free = width / 2 + width / 6;
  for (let c = Math.floor(width / 2); c < width - 1; c++) {
    const [here, right] = [values[r * width + c], values[r * width + c + 1]];
    // Lines lie closer towards the rim: only those with room for it get a label.
    if (Math.floor(here / step) === Math.floor(right / step) || c < free || c + width / 10 > width) continue;
    write(`${Math.max(Math.floor(here / step), Math.floor(right / step)) * step} µm`, c + 3, r - 3);
    free = c + width / 9;
  }
  write(`${values[r * width + Math.floor(width / 2)].toFixed(0)} µm in focus here`, width / 2 + 3, r + width / 40);
  return made;
}

function imageOf(pixels: Pixels, fill: (words: Uint32Array, values: ArrayLike<number>) => void): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  const ctx = canvas.getContext('2d')!;
  const image = ctx.createImageData(pixels.width, pixels.height);
  fill(new Uint32Array(image.data.buffer), pixels.values);
  ctx.putImageData(image, 0, 0);
  return canvas;
}
