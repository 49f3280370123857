import type { JsonObject } from './schema';
import type { Scene } from './movie';
import { originOf } from './overlay';
import { store, type SlotName } from './store';

/** Facts of every cell in view, a column each. */
export interface Cells {
  threshold: number;
  row: number[];
  col: number[];
  depthUm: number[];
  snr: (number | null)[] & number[];
  /** The same over the noise of all light at the brightest pixel; known a little later. */
  peakSnrLocal?: (number | null)[];
  rateHz: number[];
  detectable: boolean[];
  inFocus: boolean[];
  outline: number[][];
  shifts: number[] | null;
  xUm: number[];
  yUm: number[];
  depthRange: [number, number];
}

export interface Patch {
  row: number;
  col: number;
  height: number;
  width: number;
  values: number[];
}

/** Everything about one cell. */
export interface CellAnswer {
  unit: number;
  first: number;
  row: number;
  col: number;
  detectable: boolean;
  threshold: number;
  /** Over the noise of its own light: what `detectable` means. */
  snr: number | null;
  /** Over the noise of all light there. */
  peakSnrLocal: number | null;
  /** Of a typical event, to a filter that knows the footprint and the decay. */
  detectionSnr: number | null;
  depthUm: number;
  sigmaPx: number | null;
  gain: number | null;
  focusFactor: number | null;
  amplitude: number | null;
  illumination: number | null;
  vignette: number | null;
  vessels: number | null;
  vesselOverlap: number;
  electronsPerUnit: number | null;
  readNoiseE: number;
  base: number | null;
  peak: number | null;
  rateHz: number | null;
  neighbourUm: number | null;
  neighbourRatio: number;
  shareInView: number;
  planted: Patch;
  observed: Patch;
  c: number[] | null;
  s: number[] | null;
}

/** What a pixel is made of, in electrons. */
export interface PixelAnswer {
  row: number;
  col: number;
  first: number;
  unit: string;
  cells: number[];
  background: number[];
  leakage: number;
  observed: number[];
  counts: number[];
  readNoiseE: number;
  under: { unit: number; weight: number }[];
}

export interface Inspected {
  slot: SlotName;
  revision: number;
  pixel?: { row: number; col: number };
  unit?: number;
  cell?: CellAnswer;
  budget?: PixelAnswer;
  error?: string;
}

/** The cell at a place of the picture, or −1. */
export function cellAt(slot: SlotName, row: number, col: number): number {
  const cells = store.movie.slots[slot].cells;
  const pixels = store.movie.current(slot);
  if (!cells || !pixels) return -1;
  const [dy, dx] = originOf(slot, pixels);
  let best = -1;
  let least = (0.016 * Math.max(pixels.width, 300)) ** 2;
  for (let u = 0; u < cells.row.length; u++) {
    const d = (cells.row[u] + dy - row) ** 2 + (cells.col[u] + dx - col) ** 2;
    if (d < least) [least, best] = [d, u];
  }
  return best;
}

let asked = 0;

/** Shows what a pixel is made of, and the cell there if it was clicked. */
export async function inspect(slot: SlotName, place: { row: number; col: number } | null, unit: number) {
  const view = store.movie.slots[slot];
  const scene: Scene | null = view.scene;
  if (!scene) return;
  const now = ++asked;
  const revision = scene.revision;
  const first = Math.max(0, Math.min(scene.frames - 1200, store.movie.frame - 600));
  const found: Inspected = { slot, revision, unit: unit >= 0 ? unit : store.inspected?.slot === slot && store.inspected.revision === revision ? store.inspected.unit : undefined };
  if (found.unit !== undefined && unit < 0) found.cell = store.inspected?.cell;
  if (place && place.row >= 0 && place.col >= 0 && place.row < scene.height && place.col < scene.width) found.pixel = place;
  store.inspected = { ...found, budget: store.inspected?.budget, cell: found.cell ?? store.inspected?.cell };
  store.movie.redraw();
  try {
    const [budget, cell] = await Promise.all([
      found.pixel && !scene.isFile ? store.socket.ask<unknown>({ op: 'pixel', slot, ...found.pixel, first } as JsonObject) : undefined,
      unit >= 0 ? store.socket.ask<unknown>({ op: 'cell', slot, unit, first: 0 }) : undefined,
    ]);
    if (budget) found.budget = budget as PixelAnswer;
    if (cell) found.cell = cell as CellAnswer;
  } catch (e) {
    found.error = (e as Error).message;
  }
  if (now !== asked) return;
  store.inspected = found;
  store.movie.redraw();
  store.tell();
}

/** After an edit: the same place and cell of the new scene. */
export function inspectAgain(slot: SlotName) {
  const at = store.inspected;
  if (at?.slot === slot) void inspect(slot, at.pixel ?? null, at.unit !== undefined && at.unit < (store.movie.slots[slot].cells?.detectable.length ?? 0) ? at.unit : -1);
}

/** What a click on a movie asks for. */
export function pick(slot: SlotName, place: { row: number; col: number }) {
  void inspect(slot, place, cellAt(slot, place.row, place.col));
}

let rest = 0;

/** What the pointer rests on. */
export function hover(slot: SlotName, place: { row: number; col: number }) {
  clearTimeout(rest);
  rest = window.setTimeout(() => {
    if (!store.movie.isPlaying && store.inspected?.unit === undefined) void inspect(slot, place, -1);
  }, 120);
}

export const stopHover = () => clearTimeout(rest);
