import type { Json, JsonObject } from './schema';

/** Places in a spec as the command line writes them: "acquisition.optics.na", "steps.vasculature.layers[0].opacity"; steps by kind. */
export type Path = (string | number)[];

export const parse = (text: string): Path => text.split(/\.|(?=\[)/).filter(Boolean).map(p => (p.startsWith('[') ? Number(p.slice(1, -1)) : p));

export const text = (path: Path): string => path.map((p, i) => (typeof p === 'number' ? `[${p}]` : i ? `.${p}` : p)).join('');

const stepOf = (steps: Json, kind: string) => (steps as JsonObject[] | undefined)?.findIndex(s => s.kind === kind) ?? -1;

/** The value at a place, undefined where there is none. */
export function get(spec: Json | undefined, path: Path): Json | undefined {
  let at: Json | undefined = spec;
  for (let i = 0; i < path.length && at !== undefined && at !== null; i++) {
    const key = path[i];
    if (i === 1 && path[0] === 'steps' && typeof key === 'string') at = (at as Json[])[stepOf(at, key)];
    else at = (at as any)[key];
  }
  return at;
}

/** A copy with another value at a place; undefined removes it. A step that is missing is added. */
export function set(spec: JsonObject, path: Path, value: Json | undefined): JsonObject {
  const copy = structuredClone(spec);
  let at: any = copy;
  for (let i = 0; i < path.length; i++) {
    let key = path[i];
    if (i === 1 && path[0] === 'steps' && typeof key === 'string') {
      const index = stepOf(at, key);
      if (index < 0) {
        if (i === path.length - 1 && value === undefined) return copy;
        at.push({ kind: key });
        key = at.length - 1;
      } else key = index;
    }
    if (i === path.length - 1) {
      if (value !== undefined) at[key] = value;
      else if (Array.isArray(at)) at.splice(key as number, 1);
      else delete at[key];
    } else {
      at[key] ??= typeof path[i + 1] === 'number' ? [] : {};
      at = at[key];
    }
  }
  return copy;
}

/** The same place as a problem of the library names it: "steps[1] (cell_activity).tau_decay_s" → "steps.cell_activity.tau_decay_s". */
export const ofProblem = (path: string): string => path.replace(/^steps\[\d+\] \((\w+)\)/, 'steps.$1');

/** Whether two values are the same, whatever the order of their keys. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a)) return a.length === (b as Json[]).length && a.every((v, i) => same(v, (b as Json[])[i]));
  const keys = new Set([...Object.keys(a), ...Object.keys(b as JsonObject)]);
  return [...keys].every(k => same(a[k], (b as JsonObject)[k]));
}
