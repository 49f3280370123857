import type { Cells } from './inspect';
import { focusImage, vesselImage } from './overlay';
import type { JsonObject } from './schema';
import type { Pixels } from './socket';
import type { Problem, SlotName, Store } from './store';

/** What the server says of a scene. */
export interface Scene {
  revision: number;
  isFile: boolean;
  spec: JsonObject | null;
  frames: number;
  fps: number;
  height: number;
  width: number;
  margin: number;
  pixelSizeUm: number;
  pixelType: number;
  maxCount: number | null;
  stages: { stage: string; step: string }[];
  planted: number;
  focalDepthUm: number | null;
  warnings: Problem[];
  compileMs: number;
  steps: { step: string; ms: number }[];
  movieBytes: number;
  memoryBytes: number;
}

export type Mode = 'movie' | 'change' | 'max' | 'mean';

/** Frames that are asked for at once: the renderer makes so many in a row for hardly more than one. Fewer if they are very large. */
const blockFrames = 16;
const blockBytes = 24 << 20;
/** Blocks that are asked for while playing: the one in view and those after it. */
const ahead = 3;
const cacheBytes = 96 << 20;

class SlotView {
  scene: Scene | null = null;
  /** A recording that is shown instead of the spec. */
  file = '';
  cache = new Map<number, Pixels>();
  asked = new Set<number>();
  image: Record<string, Pixels | undefined> = {};
  cells: Cells | null = null;
  vessels: HTMLCanvasElement | null = null;
  focus: HTMLCanvasElement | null = null;
  /** Depth in focus of every pixel, µm. */
  focusDepth: Pixels | null = null;
  /** What has been asked for, of this revision. */
  extras = new Set<string>();
  shown: Pixels | null = null;
  isSending = false;
  isStale = false;
  /** The frame that comes with the next scene; −1: none. */
  comes = -1;
  /** When the spec that comes next was last changed, the one that is on its way, and the one that is shown; 0 once its first frame is there. */
  editedAt = 0;
  sentAt = 0;
  shownAt = 0;
}

/** The movies of the page: asks the server for frames ahead of the clock, keeps A and B at the same frame. */
export class Movie {
  readonly slots: Record<SlotName, SlotView> = { a: new SlotView(), b: new SlotView() };
  frame = 0;
  isPlaying = false;
  speed = 1;
  isLooping = true;
  stage = '';
  mode: Mode = 'movie';
  /** Milliseconds from an edit to its first frame on the screen; while a slider is dragged, of the newest edit that was shown. */
  latency = 0;
  framesPerSecond = 0;
  /** Told when the cells of another scene are known. */
  onScene: (slot: SlotName) => void = () => {};
  private from = 0;
  private since = 0;
  private drawn: number[] = [];
  private listeners = new Set<() => void>();

  constructor(private readonly store: Store) {}

  onDraw(listener: () => void) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  get frames() {
    return this.slots.a.scene?.frames ?? 1;
  }

  /** The stages that can be looked at: those of A and of B, in the order of the chain. A movie without the chosen one shows what comes before it. */
  get stages(): { stage: string; step: string }[] {
    const found = new Map((['a', 'b'] as SlotName[]).flatMap(s => (this.slots[s].scene?.stages ?? []).map(x => [x.stage, x] as const)));
    return this.store.start.stages.flatMap(x => (x.stage && found.has(x.stage) ? [found.get(x.stage)!] : []));
  }

  get fps() {
    return this.slots.a.scene?.fps ?? 20;
  }

  reconnect() {
    for (const slot of ['a', 'b'] as SlotName[]) {
      this.slots[slot].asked.clear();
      this.slots[slot].isSending = false;
      if (this.slots[slot].file) void this.open(this.slots[slot].file, slot);
      else this.show(slot);
    }
    if (this.store.start.openRecording) {
      void this.open(this.store.start.openRecording);
      this.store.start.openRecording = null;
    }
  }

  /** Brings the newest spec of a slot to the server, one at a time: what changes meanwhile goes when the answer is there. */
  show(slot: SlotName) {
    const view = this.slots[slot];
    const spec = this.store.specOf(slot);
    view.file = '';
    // The first scene is no edit.
    if (view.scene) view.editedAt = performance.now();
    if (!spec) {
      Object.assign(view, new SlotView());
      this.redraw();
      return;
    }
    if (!this.store.socket.isOpen) return;
    if (view.isSending) {
      view.isStale = true;
      return;
    }
    view.isSending = true;
    view.isStale = false;
    [view.sentAt, view.editedAt] = [view.editedAt, 0];
    const message: JsonObject = { op: 'show', slot, spec };
    // The whole chain's frame comes with the scene; that of a stage is asked for.
    view.comes = this.stage || (this.mode !== 'movie' && this.mode !== 'change') ? -1 : this.frame;
    if (view.comes >= 0) message.frame = view.comes;
    this.store.socket.send(message);
  }

  /** Outlines stay while a slider is dragged; of another field altogether they would be wrong. */
  forgetCells() {
    for (const view of Object.values(this.slots)) view.cells = null;
  }

  /** Shows a recording from a file. */
  async open(path: string, slot: SlotName = 'a') {
    try {
      const scene = await this.store.socket.ask<JsonObject>({ op: 'open', slot, path });
      this.slots[slot].file = path;
      this.take({ ...scene, op: 'shown' } as any);
      this.store.error = '';
    } catch (e) {
      this.store.error = (e as Error).message;
    }
    this.store.tell();
  }

  take(message: JsonObject & { op: string }) {
    const slot = (message.slot as SlotName) ?? 'a';
    const view = this.slots[slot];
    if (message.op === 'shown') {
      view.isSending = false;
      [view.shownAt, view.sentAt] = [view.sentAt, 0];
      const scene = message as unknown as Scene;
      view.scene = scene;
      if (!scene.isFile && view.file) view.file = '';
      view.cache.clear();
      view.asked.clear();
      view.image = {};
      view.extras.clear();
      view.vessels = view.focus = null;
      this.store.problems[slot] = scene.warnings;
      this.store.error = '';
      // Not by a scene that is on its way out: the next may be longer.
      if (slot === 'a' && !view.isStale && this.frame >= this.frames) this.seek(this.frames - 1);
      if (this.stage && scene.isFile) this.stage = '';
      if (view.comes >= 0 && !scene.isFile && !this.stage) this.expect(slot, message.id as number, Math.min(view.comes, scene.frames - 1), 1);
      view.comes = -1;
      this.want(slot);
      if (view.isStale) this.show(slot);
      else this.later(slot);
    } else if (message.op === 'error') {
      if (message.of === 'show') {
        view.isSending = false;
        view.sentAt = 0;
        if (message.problems) this.store.problems[slot] = message.problems as unknown as Problem[];
        else this.store.error = message.error as string;
        if (view.isStale) this.show(slot);
        // What was being said of the movie that stays was given up for this spec.
        else this.later(slot);
      } else {
        view.asked.clear();
        this.store.error = message.error as string;
      }
    }
    this.store.tell();
  }

  takePixels(pixels: Pixels) {
    for (const slot of ['a', 'b'] as SlotName[]) {
      const view = this.slots[slot];
      // Frames of an older spec, or of another stage, come too late.
      if (pixels.revision !== view.scene?.revision || this.requests.get(pixels.request) !== slot + view.scene.revision + this.stage) continue;
      view.asked.delete(pixels.frame);
      pixels.made = this.stage;
      view.cache.set(pixels.frame, pixels);
      const kept = ahead * this.blockOf(slot);
      const most = Math.max(kept, Math.floor(cacheBytes / pixels.values.byteLength));
      for (const old of view.cache.keys()) {
        if (view.cache.size <= most) break;
        // What a loop comes to next is ahead, too.
        if ((old - this.frame + this.frames) % this.frames >= kept) view.cache.delete(old);
      }
    }
    if (!this.isPlaying) this.redraw();
  }

  private requests = new Map<number, string>();

  /** Asks for the frame in view, and for those that come next while playing. */
  private want(slot: SlotName) {
    const view = this.slots[slot];
    if (!view.scene || !this.store.socket.isOpen) return;
    const missing = (f: number) => f < view.scene!.frames && !view.cache.has(f) && !view.asked.has(f);
    const here = this.frameOf(slot);
    if (missing(here)) this.request(slot, here, 1);
    if (!this.isPlaying) return;
    // Whole blocks: single frames, one with every step of the clock, would cost the renderer many times as much.
    const size = this.blockOf(slot);
    const blocks = Math.ceil(this.frames / size);
    const now = Math.floor(this.frame / size);
    for (let i = 0; i < Math.min(ahead, blocks); i++) {
      // A loop goes on at the beginning.
      if (now + i >= blocks && !this.isLooping) break;
      const start = ((now + i) % blocks) * size;
      const end = Math.min(start + size, this.frames);
      let first = i === 0 ? Math.max(start, this.frame) : start;
      while (first < end && !missing(first)) first++;
      let last = first;
      while (last < end && missing(last)) last++;
      if (last > first) this.request(slot, first, last - first);
    }
  }

  /** The frame in view, or the last of a movie that is shorter than A. */
  private frameOf(slot: SlotName, frame = this.frame): number {
    return Math.min(frame, (this.slots[slot].scene?.frames ?? 1) - 1);
  }

  private blockOf(slot: SlotName): number {
    const scene = this.slots[slot].scene!;
    const bytes = scene.height * scene.width * (this.stage ? 4 : [1, 2, 4, 8][scene.pixelType]);
    return Math.max(1, Math.min(blockFrames, Math.floor(blockBytes / bytes)));
  }

  private request(slot: SlotName, first: number, count: number) {
    const message: JsonObject = { op: 'frames', slot, first, count };
    if (this.stage) message.stage = this.stage;
    this.expect(slot, this.store.socket.send(message), first, count);
  }

  /** Frames that the answer to a request brings. */
  private expect(slot: SlotName, id: number, first: number, count: number) {
    const view = this.slots[slot];
    for (let f = first; f < first + count; f++) view.asked.add(f);
    this.requests.set(id, slot + view.scene!.revision + this.stage);
    if (this.requests.size > 500) this.requests.delete(this.requests.keys().next().value!);
  }

  setStage(stage: string) {
    this.stage = stage;
    for (const view of Object.values(this.slots)) {
      view.cache.clear();
      view.asked.clear();
    }
    this.redraw();
    this.store.tell();
  }

  setMode(mode: Mode) {
    this.mode = mode;
    this.redraw();
    this.store.tell();
  }

  play(on = !this.isPlaying) {
    if (on && this.frame >= this.frames - 1 && !this.isLooping) this.frame = 0;
    this.isPlaying = on;
    this.rebase();
    if (on) requestAnimationFrame(this.tick);
    this.store.tell();
  }

  seek(frame: number) {
    this.frame = Math.max(0, Math.min(this.frames - 1, Math.round(frame)));
    this.rebase();
    this.redraw();
    this.store.tell();
  }

  /** Where the movie that comes next begins. */
  begin(frame: number) {
    this.frame = frame;
    this.rebase();
  }

  setSpeed(speed: number) {
    this.speed = speed;
    this.rebase();
    this.store.tell();
  }

  private rebase() {
    this.from = this.frame;
    this.since = performance.now();
  }

  private tick = () => {
    if (!this.isPlaying) return;
    let next = this.from + Math.floor(((performance.now() - this.since) / 1000) * this.fps * this.speed);
    // Without a loop the last frame is shown, too.
    if (next >= this.frames) next = this.isLooping ? next % this.frames : this.frames - 1;
    if (!this.isLooping && this.frame >= this.frames - 1) {
      this.isPlaying = false;
      this.store.tell();
      return;
    }
    if (next !== this.frame) {
      const isReady = (frame: number) => (['a', 'b'] as SlotName[]).every(s => !this.slots[s].scene || this.slots[s].cache.has(this.frameOf(s, frame)));
      const before = this.frame;
      if (isReady(next)) {
        this.frame = next;
        this.count();
      } else {
        // Frames that are not there yet are waited for: none is skipped because the line is slow.
        const after = (this.frame + 1) % this.frames;
        if (isReady(after)) {
          this.frame = after;
          this.count();
        }
        this.rebase();
      }
      // What is on the screen already is not painted once more.
      if (this.frame !== before) this.redraw();
      else this.wantAll();
    } else this.wantAll();
    requestAnimationFrame(this.tick);
  };

  private count() {
    const now = performance.now();
    this.drawn.push(now);
    while (this.drawn[0] < now - 1000) this.drawn.shift();
    this.framesPerSecond = this.drawn.length;
  }

  private wantAll() {
    if (this.mode === 'movie' || this.mode === 'change') {
      this.want('a');
      if (this.slots.b.scene) this.want('b');
    }
    if (this.mode !== 'movie') {
      const kind = this.mode === 'max' ? 'max' : 'mean';
      for (const slot of ['a', 'b'] as SlotName[]) this.wantImage(slot, kind);
    }
  }

  private timers: Partial<Record<SlotName, number>> = {};

  /** What costs more than a frame waits until the slider rests. */
  private later(slot: SlotName) {
    clearTimeout(this.timers[slot]);
    this.timers[slot] = window.setTimeout(() => {
      if (!this.slots[slot].isSending) this.wantExtras(slot);
    }, 400);
  }

  private wantsFocus = false;

  /** The focal surface, also where it is not drawn over the movie. */
  wantFocus(slot: SlotName) {
    this.wantsFocus = true;
    this.wantExtras(slot);
  }

  /** The cells and fields that are drawn over the movie. */
  wantExtras(slot: SlotName) {
    const view = this.slots[slot];
    const { scene } = view;
    if (!scene || !this.store.socket.isOpen) return;
    const ask = <T>(name: string, message: JsonObject, take: (answer: T) => void) => {
      if (view.extras.has(name)) return;
      view.extras.add(name);
      this.store.socket.ask<T>({ ...message, slot }).then(
        answer => {
          if (view.scene?.revision !== scene.revision) return;
          take(answer);
          this.redraw();
          this.store.tell();
        },
        () => view.scene?.revision === scene.revision && view.extras.delete(name),
      );
    };
    if (this.store.saved.shown.includes('vessels')) ask<Pixels>('vessels', { op: 'field', name: 'vasculature_mask' }, p => (view.vessels = vesselImage(p)));
    if (this.store.saved.shown.includes('focus') || this.wantsFocus)
      ask<Pixels>('focus', { op: 'field', name: 'focus' }, p => {
        view.focusDepth = p;
        view.focus = focusImage(p);
      });
    ask<Cells>('cells', { op: 'cells' }, cells => {
      const depths = cells.depthUm.filter(d => d !== null);
      view.cells = { ...cells, depthRange: [Math.min(...depths), Math.max(...depths)] };
      this.onScene(slot);
      // What takes the server a second waits until nothing is changed any more.
      clearTimeout(this.timers[slot]);
      this.timers[slot] = window.setTimeout(() => {
        if (!this.slots[slot].isSending) ask<{ peakSnrLocal: (number | null)[] }>('snr', { op: 'snr' }, snr => view.cells && (view.cells.peakSnrLocal = snr.peakSnrLocal));
      }, 1500);
    });
  }

  /** Times the rendering of a few frames; the answers are not kept. */
  measure(count: number, arrived: () => void): () => void {
    let isStopped = false;
    const next = async () => {
      for (let left = count; left > 0 && !isStopped; left--) {
        try {
          await this.store.socket.ask<Pixels>({ op: 'frames', slot: 'a', first: Math.floor(((count - left) * this.frames) / count), count: 1 });
        } catch {
          return;
        }
        if (!isStopped) arrived();
      }
    };
    const wait = setTimeout(() => void next(), 800);
    return () => {
      isStopped = true;
      clearTimeout(wait);
    };
  }

  private wantImage(slot: SlotName, kind: 'max' | 'mean') {
    const view = this.slots[slot];
    const name = kind + this.stage;
    if (!view.scene || name in view.image || !this.store.socket.isOpen) return;
    view.image[name] = undefined;
    const message: JsonObject = { op: 'image', slot, kind };
    if (this.stage) message.stage = this.stage;
    const revision = view.scene.revision;
    this.store.socket.ask<Pixels>(message).then(
      image => {
        if (view.scene?.revision !== revision) return;
        image.made = name;
        view.image[name] = image;
        this.redraw();
      },
      () => delete view.image[name],
    );
  }

  /** The values that a slot shows now: a frame, or an image made of many; null while they are on their way. */
  current(slot: SlotName): Pixels | null {
    const view = this.slots[slot];
    if (this.mode === 'max' || this.mode === 'mean') return view.image[this.mode + this.stage] ?? view.shown;
    return view.cache.get(this.frameOf(slot)) ?? view.shown;
  }

  /** Whether what a slot shows is what it is to show, not what was there before. */
  isCurrent(slot: SlotName): boolean {
    const view = this.slots[slot];
    return this.mode === 'max' || this.mode === 'mean' ? !!view.image[this.mode + this.stage] : view.cache.has(this.frameOf(slot));
  }

  /** What is subtracted from every frame to see changes. */
  baseline(slot: SlotName): Pixels | null {
    return this.mode === 'change' ? (this.slots[slot].image['mean' + this.stage] ?? null) : null;
  }

  redraw() {
    this.wantAll();
    for (const listener of this.listeners) listener();
    for (const slot of ['a', 'b'] as SlotName[]) {
      const view = this.slots[slot];
      const now = this.current(slot);
      if (now && now !== view.shown) {
        view.shown = now;
        if (view.shownAt && now.revision === view.scene?.revision) {
          const { shownAt } = view;
          view.shownAt = 0;
          // On the screen when the next picture of the page is made.
          requestAnimationFrame(() => (this.latency = performance.now() - shownAt));
        }
      }
    }
  }
}
