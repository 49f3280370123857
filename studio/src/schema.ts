/** A node of the spec's JSON Schema, as the server writes it. Nothing here knows a step or a field by name. */
export interface Schema {
  type?: string;
  const?: unknown;
  enum?: string[];
  anyOf?: Schema[];
  oneOf?: { $ref: string }[];
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  default?: unknown;
  title?: string;
  description?: string;
  unit?: string;
  /** A record that may stand instead of a choice. */
  alternative?: Schema;
  /** What each value of `enum` means. */
  enumDescriptions?: string[];
}

export interface SpecSchema extends Schema {
  properties: Record<string, Schema>;
  $defs: Record<string, Schema>;
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** How a node is edited. */
export type Shape =
  | { kind: 'number'; integer: boolean }
  | { kind: 'flag' }
  | { kind: 'choice'; values: string[]; meanings: string[] }
  | { kind: 'text' }
  | { kind: 'tuple'; length: number; item: Schema }
  | { kind: 'record'; properties: Record<string, Schema> }
  | { kind: 'list'; item: Schema }
  | { kind: 'json' };

/** The node without what makes it optional, and what stands for "none": null, "auto", or nothing. */
export function optional(schema: Schema): { schema: Schema; none: 'auto' | null | undefined } {
  const isNone = (s: Schema) => s.const === 'auto' || s.type === 'null';
  const other = schema.anyOf?.find(isNone);
  const [value, alternative] = schema.anyOf?.filter(s => !isNone(s)) ?? [];
  if (other && value)
    return { schema: { ...value, alternative, description: schema.description ?? value.description, default: schema.default, unit: schema.unit ?? value.unit }, none: other.const === 'auto' ? 'auto' : null };
  return { schema, none: undefined };
}

export function shapeOf(schema: Schema): Shape {
  if (schema.enum) return { kind: 'choice', values: schema.enum, meanings: schema.enumDescriptions ?? [] };
  switch (schema.type) {
    case 'number':
      return { kind: 'number', integer: false };
    case 'integer':
      return { kind: 'number', integer: true };
    case 'boolean':
      return { kind: 'flag' };
    case 'string':
      return { kind: 'text' };
    case 'object':
      if (schema.properties) return { kind: 'record', properties: schema.properties };
      break;
    case 'array': {
      const item = schema.items;
      if (item && schema.minItems !== undefined && schema.minItems === schema.maxItems) return { kind: 'tuple', length: schema.minItems, item };
      // Lists of coordinates can be long: they are edited as text.
      if (item?.type === 'object' && item.properties) return { kind: 'list', item };
      break;
    }
  }
  return { kind: 'json' };
}

/** "na" → "NA", "emission_nm" → "Emission": the unit is shown on its own. */
export function label(name: string): string {
  const words = name.replace(/_(um|nm|px|s|hz|e|deg|per_mm3|adu_per_e)$/, '').split('_');
  const text = words.join(' ');
  return text.length <= 2 ? text.toUpperCase() : text[0].toUpperCase() + text.slice(1);
}

const suffixes: [RegExp, string][] = [
  [/_um$/, 'µm'],
  [/_nm$/, 'nm'],
  [/_px$/, 'px'],
  [/_hz$/, 'Hz'],
  [/_deg$/, '°'],
  [/per_mm3$/, 'mm⁻³'],
  [/_adu_per_e$/, 'ADU/e⁻'],
  [/_e$/, 'e⁻'],
  [/_s$/, 's'],
];

/** Unit of a field: as the schema says it, else as its name does. */
export function unitOf(name: string, schema: Schema): string {
  if (schema.unit) return schema.unit.replace('e-', 'e⁻');
  return suffixes.find(([end]) => end.test(name))?.[1] ?? '';
}

/** What a field does, in the library's own words. */
export const help = (schema: Schema): string => schema.description ?? '';

/** Bounds of a number, as text. */
export function range(schema: Schema): string {
  const low = schema.exclusiveMinimum ?? schema.minimum;
  const high = schema.exclusiveMaximum ?? schema.maximum;
  if (low === undefined && high === undefined) return '';
  const n = (v: number) => (Math.abs(v) >= 1e6 ? v.toExponential(0).replace('e+', 'e') : String(v));
  if (high === undefined) return `${schema.exclusiveMinimum !== undefined ? '>' : '≥'} ${n(low!)}`;
  if (low === undefined) return `${schema.exclusiveMaximum !== undefined ? '<' : '≤'} ${n(high)}`;
  return `${schema.exclusiveMinimum !== undefined ? 'above ' : ''}${n(low)} – ${schema.exclusiveMaximum !== undefined ? 'below ' : ''}${n(high)}`;
}

/** The stretch of values that a slider covers, and whether it is laid out by ratio. */
export function sliderSpan(schema: Schema, base: number): { low: number; high: number; log: boolean } {
  const min = schema.exclusiveMinimum ?? schema.minimum;
  const max = schema.exclusiveMaximum ?? schema.maximum;
  const size = Math.abs(base) || (typeof schema.default === 'number' ? Math.abs(schema.default) : 0) || 1;
  if (min !== undefined && max !== undefined && max - min <= Math.max(20 * size, 1)) return { low: min, high: max, log: false };
  if (schema.exclusiveMinimum === 0) return { low: size / 10, high: Math.min(size * 10, max ?? Infinity), log: true };
  return { low: min ?? -4 * size, high: Math.min(4 * size, max ?? Infinity), log: false };
}

/** A round number near a slider's place. */
export function nice(value: number, span: { low: number; high: number; log: boolean }, integer: boolean): number {
  if (integer) return Math.round(value);
  const step = 10 ** Math.floor(Math.log10((span.log ? Math.abs(value) || span.low : span.high - span.low) / 100));
  return Number((Math.round(value / step) * step).toPrecision(6));
}
