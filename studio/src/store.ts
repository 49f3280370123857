import { useEffect, useState } from 'preact/hooks';
import * as paths from './paths';
import type { Json, JsonObject, SpecSchema } from './schema';
import { call, Socket, type Link } from './socket';
import { inspectAgain, type Inspected } from './inspect';
import { Movie } from './movie';

export interface Problem {
  path: string;
  value: string | null;
  reason: string;
  remedy: string;
  warning: boolean;
  text: string;
}

export interface Choice {
  name: string;
  description: string;
}

export interface Start {
  version: string;
  model: number;
  root: string;
  openSpec: JsonObject | null;
  openRecording: string | null;
  /** A study or page to show. */
  openReport: string | null;
  scopes: Choice[];
  regions: Choice[];
  indicators: (Choice & { evidence: string })[];
  formats: (Choice & { extension: string; hasTruth: boolean })[];
  stages: { step: string; stage: string | null }[];
}

export type SlotName = 'a' | 'b';

interface Saved {
  spec: JsonObject | null;
  base: JsonObject | null;
  second: JsonObject | null;
  /** Without an indicator: the region's own. */
  preset: { scope: string; region: string; indicator?: string } | null;
  theme: 'auto' | 'light' | 'dark';
  map: string;
  edited: SlotName;
  contrast: { low: number; high: number } | null;
  /** A and B are each drawn over their own range. */
  ownLimits: boolean;
  shown: string[];
  /** The recording that results are scored on. */
  recording: string;
}

const key = 'minisim-studio';
const limit = 200;

/** Everything the page knows. Components redraw when it says so. */
export class Store {
  schema!: SpecSchema;
  start!: Start;
  link: Link = 'connecting';
  /** What cannot be gone on from, in words. */
  fatal = '';
  saved: Saved = { spec: null, base: null, second: null, preset: null, theme: 'auto', map: 'grey', edited: 'a', contrast: null, ownLimits: false, shown: [], recording: '' };
  problems: Record<SlotName, Problem[]> = { a: [], b: [] };
  error = '';
  /** The pixel and cell that are looked at. */
  inspected: Inspected | null = null;
  /** Cells that the results being scored miss. */
  missed: Set<number> | null = null;
  readonly socket = new Socket();
  readonly movie = new Movie(this);
  /** Specs of a lesson: what is changed there leaves the user's own alone. */
  scratch: { a: JsonObject; b: JsonObject | null; edited: SlotName; shown: string[]; ownLimits: boolean } | null = null;
  private past: [SlotName, JsonObject | null][] = [];
  private future: [SlotName, JsonObject | null][] = [];
  private listeners = new Set<() => void>();
  private lastKey = '';
  private lastTime = 0;
  private keeping = 0;

  async load() {
    try {
      Object.assign(this.saved, JSON.parse(localStorage.getItem(key) ?? '{}'));
    } catch {
      // What was kept is unreadable: begin anew.
    }
    this.applyTheme();
    try {
      [this.start, this.schema] = await Promise.all([call<Start>('GET', 'start'), call<SpecSchema>('GET', 'schema')]);
      if (this.start.openSpec) {
        this.saved.spec = this.saved.base = this.start.openSpec;
        this.saved.second = this.saved.preset = null;
        this.saved.edited = 'a';
      }
      if (this.start.openReport) location.hash = '#/score';
      else if (this.start.openSpec || this.start.openRecording) location.hash ||= '#/build';
      if (!this.saved.spec) await this.choosePreset(this.start.scopes[0].name, this.start.regions[0].name, undefined, true);
    } catch (e) {
      this.fatal = (e as Error).message;
      this.tell();
      return;
    }
    this.socket.onLink = link => {
      this.link = link;
      if (link === 'open') this.movie.reconnect();
      this.tell();
    };
    this.movie.onScene = slot => inspectAgain(slot);
    this.socket.onMessage = m => this.movie.take(m);
    this.socket.onPixels = p => this.movie.takePixels(p);
    addEventListener('pagehide', () => this.keeping && this.keepNow());
    this.socket.open();
    this.tell();
  }

  subscribe(listener: () => void) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  tell() {
    for (const listener of this.listeners) listener();
  }

  /** Keeps what was built, a moment later: while a slider is dragged the picture goes first. */
  keep() {
    this.keeping ||= window.setTimeout(() => this.keepNow(), 300);
  }

  keepNow() {
    clearTimeout(this.keeping);
    this.keeping = 0;
    try {
      localStorage.setItem(key, JSON.stringify(this.saved));
    } catch {
      // A full or forbidden store costs the memory of the page, nothing else.
    }
  }

  /** Changes what is kept of the view. */
  view(change: Partial<Saved>) {
    Object.assign(this.saved, change);
    if (change.theme) this.applyTheme();
    this.keep();
    if (change.shown) for (const slot of ['a', 'b'] as SlotName[]) this.movie.wantExtras(slot);
    this.movie.redraw();
    this.tell();
  }

  applyTheme() {
    const { theme } = this.saved;
    document.documentElement.dataset.theme = theme === 'auto' ? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light') : theme;
  }

  /** The spec that the form edits. */
  get spec(): JsonObject {
    return this.specOf(this.edited) ?? {};
  }

  get edited(): SlotName {
    return this.scratch ? this.scratch.edited : this.saved.edited;
  }

  setEdited(slot: SlotName) {
    if (this.scratch) this.scratch.edited = slot;
    else this.saved.edited = slot;
    this.keep();
    this.tell();
  }

  get hasOwnLimits() {
    return this.isComparing && (this.scratch ? this.scratch.ownLimits : this.saved.ownLimits);
  }

  setOwnLimits(on: boolean) {
    if (this.scratch) this.scratch.ownLimits = on;
    else this.saved.ownLimits = on;
    this.keep();
    this.movie.redraw();
    this.tell();
  }

  get isComparing() {
    return this.specOf('b') !== null;
  }

  /** Shows the specs of a lesson in place of the user's. */
  beginScratch(a: JsonObject, b: JsonObject | null, ownLimits = this.scratch?.ownLimits ?? false) {
    this.scratch = { a, b, edited: b ? 'b' : 'a', shown: this.scratch?.shown ?? this.saved.shown, ownLimits };
    this.inspected = null;
    this.movie.forgetCells();
    this.movie.show('a');
    this.movie.show('b');
    this.tell();
  }

  /** Back to the user's own. */
  endScratch() {
    if (!this.scratch) return;
    this.saved.shown = this.scratch.shown;
    this.scratch = null;
    this.inspected = null;
    this.movie.stage = '';
    this.movie.mode = 'movie';
    this.keep();
    this.movie.forgetCells();
    this.movie.show('a');
    this.movie.show('b');
    this.tell();
  }

  specOf(slot: SlotName): JsonObject | null {
    if (this.scratch) return this.scratch[slot];
    return slot === 'b' ? this.saved.second : this.saved.spec;
  }

  /** Puts a spec in place of one, to be undone. Changes of one control in a row are one step of undo. */
  replace(spec: JsonObject | null, slot: SlotName = this.edited, control = '') {
    const now = performance.now();
    if (this.scratch) {
      this.scratch[slot] = spec as JsonObject;
      this.movie.show(slot);
      this.tell();
      return;
    }
    if (!control || control !== this.lastKey || now - this.lastTime > 1000) {
      this.past.push([slot, this.specOf(slot)]);
      if (this.past.length > limit) this.past.shift();
    }
    [this.lastKey, this.lastTime] = [control, now];
    this.future = [];
    this.put(slot, spec);
  }

  private put(slot: SlotName, spec: JsonObject | null) {
    if (slot === 'b') this.saved.second = spec;
    else this.saved.spec = spec;
    if (!this.saved.second) this.saved.edited = 'a';
    this.movie.show(slot);
    this.keep();
    this.tell();
  }

  set(path: string, value: Json | undefined) {
    this.replace(paths.set(this.spec, paths.parse(path), value), this.edited, path);
  }

  /** Adds or removes something: the library fills in what belongs to it. */
  async setWhole(path: string, value: Json | undefined) {
    await this.take(paths.set(this.spec, paths.parse(path), value));
  }

  /** Takes a spec as text or object; sound ones come back complete. Problems are shown in place. */
  async take(spec: JsonObject | string): Promise<Problem[]> {
    const slot = this.edited;
    const checked = await call<{ spec: JsonObject | null; problems: Problem[] }>('POST', 'check', { spec });
    this.problems[slot] = checked.problems;
    if (checked.spec) this.replace(checked.spec, slot);
    else if (typeof spec !== 'string') this.replace(spec, slot);
    this.tell();
    return checked.problems;
  }

  async choosePreset(scope: string, region: string, indicator: string | undefined, first = false) {
    const old = this.saved.spec;
    const keepTime = old?.acquisition as JsonObject | undefined;
    const spec = await call<JsonObject>('POST', 'preset', { scope, region, ...(indicator && { indicator }), motion: true, duration_s: first ? 30 : keepTime?.duration_s, fps: first ? 20 : keepTime?.fps, seed: old?.seed ?? 1 });
    this.saved.preset = { scope, region, indicator };
    this.saved.base = spec;
    if (first) this.saved.spec = spec;
    else this.replace(spec);
  }

  undo() {
    if (this.scratch) return;
    this.step(this.past, this.future);
  }

  redo() {
    if (this.scratch) return;
    this.step(this.future, this.past);
  }

  get canUndo() {
    return this.past.length > 0;
  }

  get canRedo() {
    return this.future.length > 0;
  }

  private step(from: [SlotName, JsonObject | null][], to: [SlotName, JsonObject | null][]) {
    const last = from.pop();
    if (!last) return;
    to.push([last[0], this.specOf(last[0])]);
    this.lastKey = '';
    this.put(last[0], last[1]);
  }

  /** Begins, or ends, the comparison of two specs. */
  compare(on: boolean) {
    this.replace(on ? structuredClone(this.saved.spec) : null, 'b');
    this.saved.edited = on ? 'b' : 'a';
    this.keep();
    this.tell();
  }
}

export const store = new Store();
(window as any).minisim = store;

/** Redraws a component while the movie plays or changes, ten times a second at the most: the rest of the page need not. */
export function useFrame() {
  const [, again] = useState(0);
  useEffect(() => {
    let timer = 0;
    const stop = store.movie.onDraw(() => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        again(n => n + 1);
      }, 100);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
}

/** Redraws a component when the store changes. */
export function useStore(): Store {
  const [, again] = useState(0);
  useEffect(() => store.subscribe(() => again(n => n + 1)), []);
  return store;
}
