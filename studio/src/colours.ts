/** Colour maps that differ in lightness first, so that they read the same for every kind of colour vision. */
const anchors: Record<string, string[]> = {
  grey: ['#000000', '#ffffff'],
  viridis: ['#440154', '#482475', '#414487', '#355f8d', '#2a788e', '#21918c', '#22a884', '#44bf70', '#7ad151', '#bddf26', '#fde725'],
  cividis: ['#00224e', '#123570', '#3b496c', '#575d6d', '#707173', '#8a8678', '#a59c74', '#c3b369', '#e1cc55', '#fee838'],
  magma: ['#000004', '#140e36', '#3b0f70', '#641a80', '#8c2981', '#b73779', '#de4968', '#f7705c', '#fe9f6d', '#fecf92', '#fcfdbf'],
  difference: ['#2d7fb8', '#0b2a40', '#000000', '#4a2600', '#f59f3b'],
};

export const maps = ['grey', 'viridis', 'cividis', 'magma'];

const tables = new Map<string, Uint32Array>();

/** 256 colours as little-endian RGBA words. */
export function table(name: string): Uint32Array {
  let made = tables.get(name);
  if (made) return made;
  const points = (anchors[name] ?? anchors.grey).map(c => [1, 3, 5].map(i => parseInt(c.slice(i, i + 2), 16)));
  made = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (points.length - 1);
    const k = Math.min(Math.floor(at), points.length - 2);
    const [r, g, b] = [0, 1, 2].map(c => Math.round(points[k][c] + (at - k) * (points[k + 1][c] - points[k][c])));
    made[i] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  tables.set(name, made);
  return made;
}

/** The CSS colour at a share of a map. */
export function css(name: string, share: number): string {
  const word = table(name)[Math.max(0, Math.min(255, Math.round(share * 255)))];
  return `rgb(${word & 255},${(word >> 8) & 255},${(word >> 16) & 255})`;
}
