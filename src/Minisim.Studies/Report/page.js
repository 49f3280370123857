'use strict';
const D = JSON.parse(document.getElementById('data').textContent);
const COLORS = ['#2b6cb0', '#d8432f', '#2f9e5f', '#b7791f', '#805ad5', '#0f8b8d', '#c2417c', '#5a6b7b', '#7a9a01', '#9c4221'];
const CAUSE_COLORS = ['#2b6cb0', '#d8432f', '#2f9e5f', '#b7791f', '#805ad5', '#0f8b8d', '#c2417c', '#7ab8e6', '#8fbf5a', '#9c4221', '#e9a13b', '#f08a7c', '#b8a1e3', '#c3c9d3'];
const NS = 'http://www.w3.org/2000/svg';
const tip = document.getElementById('tip');
const $ = id => document.getElementById(id);

function el(name, attributes, parent, text) {
  const e = document.createElementNS(NS, name);
  for (const k in attributes) e.setAttribute(k, attributes[k]);
  if (text !== undefined) e.textContent = text;
  if (parent) parent.appendChild(e);
  return e;
}
function hover(e, text) {
  e.addEventListener('mousemove', m => {
    tip.textContent = text; tip.style.display = 'block';
    tip.style.left = Math.min(m.clientX + 14, innerWidth - tip.offsetWidth - 8) + 'px';
    tip.style.top = Math.min(m.clientY + 14, innerHeight - tip.offsetHeight - 8) + 'px';
  });
  e.addEventListener('mouseleave', () => tip.style.display = 'none');
  el('title', {}, e, text);
}
const num = v => v === null || v === undefined || !isFinite(v) ? '–' : Math.abs(v) >= 1000 || v !== 0 && Math.abs(v) < 0.001 ? v.toPrecision(3) : String(+v.toFixed(3));
const short = (t, n) => t.length > n ? t.slice(0, n - 1) + '…' : t;

// Long values, such as lists of positions, by what tells them apart.
function labels(values) {
  if (values.length < 2 || !values.some(v => v.length > 10)) return values;
  const least = Math.min(...values.map(v => v.length)), isNumber = c => /[0-9.+-]/.test(c);
  let head = 0, tail = 0;
  while (head < least && values.every(v => v[head] === values[0][head])) head++;
  while (head > 0 && isNumber(values[0][head - 1])) head--;
  while (tail < least - head && values.every(v => v[v.length - 1 - tail] === values[0][values[0].length - 1 - tail])) tail++;
  while (tail > 0 && isNumber(values[0][values[0].length - tail])) tail--;
  return values.map(v => (head > 1 ? '…' : v.slice(0, head)) + v.slice(head, v.length - tail) + (tail > 1 ? '…' : v.slice(v.length - tail)));
}

// What can stand on an axis or be told apart by colour: the axes, variants, pipelines.
const dims = D.axes.map((a, i) => ({ name: a.path, values: a.values, numbers: a.numbers, of: D.rows.axis[i] }));
if (D.variants.length > 1) dims.push({ name: 'variant', values: D.variants, numbers: null, of: D.rows.variant });
dims.push({ name: 'pipeline', values: D.entrants, numbers: null, of: D.rows.entrant });
for (const d of dims) d.labels = d.name === 'pipeline' ? d.values : labels(d.values);
const dim = name => dims.find(d => d.name === name);
const metrics = D.metrics.filter(m => D.rows.metric[m.name].some(v => v !== null));
const metric = name => metrics.find(m => m.name === name) || metrics[0];
const COUNT = D.rows.entrant.length;

// t quantiles of 97.5 % by degrees of freedom.
const T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042];
function summary(values) {
  const n = values.length, mean = values.reduce((s, v) => s + v, 0) / n;
  if (n < 2) return { n, mean, low: mean, high: mean };
  const sd = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / (n - 1));
  const half = (n - 2 < T.length ? T[n - 2] : 1.96) * sd / Math.sqrt(n);
  return { n, mean, low: mean - half, high: mean + half };
}
function group(rows, keys, values) {
  const groups = new Map();
  for (const r of rows) {
    const v = values[r];
    if (v === null) continue;
    const key = keys.map(k => k.of[r]).join(' ');
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(v);
  }
  return groups;
}
function ticks(low, high, about) {
  const raw = (high - low) / about, p = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 5, 10].map(m => m * p).find(s => s >= raw * 0.999);
  const out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) out.push(+(k * step).toPrecision(12));
  return out;
}
function range(points, m) {
  let low = Math.min(...points), high = Math.max(...points);
  if (m.unit) { low = Math.min(0, low); high = Math.max(1, high); if (low > -0.05) low = 0; if (high < 1.05) high = 1; }
  if (!(high > low)) { low -= 0.5; high += 0.5; }
  const pad = m.unit ? 0 : 0.05 * (high - low);
  return [low - pad, high + pad];
}

function lineChart(where, m, x, color, rows, width, height) {
  where.replaceChildren();
  const values = D.rows.metric[m.name], groups = group(rows, color ? [x, color] : [x], values);
  const stats = new Map([...groups].map(([k, v]) => [k, summary(v)]));
  const used = x.values.map((_, i) => i).filter(i => [...stats.keys()].some(k => +k.split(' ')[0] === i));
  if (!stats.size) { where.textContent = 'nothing to show'; return; }
  const left = 46, right = 10, top = 8, bottom = 40, svg = el('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': m.title + ' against ' + x.name }, where);
  const [y0, y1] = range([...stats.values()].flatMap(s => [s.low, s.high]), m);
  const Y = v => top + (1 - (Math.min(Math.max(v, y0), y1) - y0) / (y1 - y0)) * (height - top - bottom);
  const isNumber = x.numbers && used.length > 1, xs = used.map(i => isNumber ? x.numbers[i] : used.indexOf(i));
  const isLog = isNumber && xs.every(v => v > 0) && Math.max(...xs) / Math.min(...xs) >= 50;
  const scale = v => isLog ? Math.log(v) : v, x0 = Math.min(...xs.map(scale)), x1 = Math.max(...xs.map(scale)), inset = isNumber ? 8 : (width - left - right) / (2 * used.length);
  const X = v => left + inset + (x1 > x0 ? (scale(v) - x0) / (x1 - x0) : 0.5) * (width - left - right - 2 * inset);
  for (const t of ticks(y0, y1, 4)) { el('line', { class: 'grid', x1: left, x2: width - right, y1: Y(t), y2: Y(t) }, svg); el('text', { x: left - 6, y: Y(t) + 4, 'text-anchor': 'end' }, svg, num(t)); }
  const every = Math.ceil(used.length / Math.max(2, Math.floor((width - left) / 56)));
  used.forEach((i, k) => { if (k % every === 0) el('text', { x: X(xs[k]), y: height - bottom + 16, 'text-anchor': 'middle' }, svg, short(x.labels[i], Math.max(6, Math.floor((width - left) / used.length / 6.2 * every)))); });
  el('text', { class: 'name', x: (left + width - right) / 2, y: height - 6, 'text-anchor': 'middle' }, svg, short(x.name, Math.floor(width / 7)));
  const series = color ? color.values.map((_, c) => c).filter(c => [...stats.keys()].some(k => +k.split(' ')[1] === c)) : [0];
  series.forEach((c, order) => {
    const points = used.map((i, k) => ({ v: xs[k], s: stats.get(color ? i + ' ' + c : String(i)), i })).filter(p => p.s);
    const fill = COLORS[c % COLORS.length], nudge = isNumber ? 0 : (order - (series.length - 1) / 2) * Math.min(9, 2 * inset / (series.length + 1));
    if (isNumber && points.length > 1) {
      el('path', { d: 'M' + points.map(p => X(p.v) + ' ' + Y(p.s.high)).join('L') + 'L' + [...points].reverse().map(p => X(p.v) + ' ' + Y(p.s.low)).join('L') + 'Z', fill, opacity: 0.16 }, svg);
      el('path', { d: 'M' + points.map(p => X(p.v) + ' ' + Y(p.s.mean)).join('L'), fill: 'none', stroke: fill, 'stroke-width': 1.8, 'stroke-dasharray': order % 2 ? '7 5' : 'none' }, svg);
    }
    for (const p of points) {
      if (!isNumber || points.length < 2) el('line', { x1: X(p.v) + nudge, x2: X(p.v) + nudge, y1: Y(p.s.low), y2: Y(p.s.high), stroke: fill, 'stroke-width': 1.8, opacity: 0.6 }, svg);
      el('circle', { cx: X(p.v) + nudge, cy: Y(p.s.mean), r: 3.2, fill }, svg);
      hover(el('circle', { class: 'hit', cx: X(p.v) + nudge, cy: Y(p.s.mean), r: 9 }, svg),
        `${x.name} ${x.values[p.i]}${color ? '\n' + color.name + ' ' + color.values[c] : ''}\n${m.title} ${num(p.s.mean)}${p.s.n > 1 ? ' (' + num(p.s.low) + ' to ' + num(p.s.high) + ')' : ''}\nn = ${p.s.n}`);
    }
  });
  return series;
}

function ramp(t) {
  const stops = [[247, 250, 253], [186, 214, 235], [107, 174, 214], [42, 111, 176], [8, 48, 107]], at = Math.min(Math.max(t, 0), 1) * 4, k = Math.min(3, Math.floor(at)), f = at - k;
  return 'rgb(' + stops[k].map((v, i) => Math.round(v + (stops[k + 1][i] - v) * f)).join(',') + ')';
}
function heatMap(where, m, x, y, rows) {
  where.replaceChildren();
  const groups = group(rows, [x, y], D.rows.metric[m.name]), stats = new Map([...groups].map(([k, v]) => [k, summary(v)]));
  if (!stats.size) { where.textContent = 'nothing to show'; return; }
  const means = [...stats.values()].map(s => s.mean), [low, high] = range(means, m);
  const cell = Math.max(16, Math.min(88, Math.floor(640 / x.values.length))), high1 = Math.max(16, Math.min(44, Math.floor(420 / y.values.length)));
  const left = Math.min(200, 38 + 6.5 * Math.max(...y.labels.map(v => Math.min(v.length, 26)))), top = 10, width = left + cell * x.values.length + 20, height = top + high1 * y.values.length + 44;
  const svg = el('svg', { viewBox: `0 0 ${Math.max(width, 300)} ${height}`, width: Math.max(width, 300), height, role: 'img', 'aria-label': `${m.title} over ${x.name} and ${y.name}` }, where);
  const every = Math.ceil(48 / cell);
  x.labels.forEach((v, i) => { if (i % every === 0) el('text', { x: left + (i + 0.5) * cell, y: top + high1 * y.values.length + 16, 'text-anchor': 'middle' }, svg, short(v, Math.floor(cell * every / 6.2))); });
  y.values.forEach((v, j) => {
    const row = top + (y.values.length - 1 - j) * high1;
    el('text', { x: left - 6, y: row + high1 / 2 + 4, 'text-anchor': 'end' }, svg, short(y.labels[j], 26));
    x.values.forEach((u, i) => {
      const s = stats.get(i + ' ' + j);
      if (!s) return;
      const t = (s.mean - low) / (high - low);
      const r = el('rect', { x: left + i * cell, y: row, width: cell - 1, height: high1 - 1, fill: ramp(t) }, svg);
      hover(r, `${x.name} ${u}\n${y.name} ${v}\n${m.title} ${num(s.mean)}${s.n > 1 ? ' (' + num(s.low) + ' to ' + num(s.high) + ')' : ''}\nn = ${s.n}`);
      if (cell >= 34) { const text = el('text', { x: left + (i + 0.5) * cell, y: row + high1 / 2 + 4, 'text-anchor': 'middle', style: `fill:${t > 0.55 ? '#fff' : '#1c2330'};pointer-events:none` }, svg, +s.mean.toFixed(2)); }
    });
  });
  // Long names start at the left edge of the cells, or they would leave the picture.
  const tall = high1 * y.values.length, fits = 6.6 * x.name.length < cell * x.values.length;
  el('text', { class: 'name', x: fits ? left + cell * x.values.length / 2 : left, y: height - 6, 'text-anchor': fits ? 'middle' : 'start' }, svg, x.name);
  el('text', { class: 'name', x: 12, y: top + tall / 2, transform: `rotate(-90 12 ${top + tall / 2})`, 'text-anchor': 'middle' }, svg, short(y.name, Math.max(8, Math.floor((tall + 40) / 6.6))));
}

function causes(where, x, rows) {
  where.replaceChildren();
  const totals = x.values.map(() => D.causes.map(() => 0)), cells = x.values.map(() => 0);
  for (const r of rows) {
    if (D.rows.cells[r] === null) continue;
    cells[x.of[r]] += D.rows.cells[r];
    D.causes.forEach((_, c) => totals[x.of[r]][c] += D.rows.cause[c][r] || 0);
  }
  const used = x.values.map((_, i) => i).filter(i => cells[i] > 0);
  if (!used.length) { where.textContent = 'nothing to show'; return; }
  const width = 640, height = 260, left = 46, top = 8, bottom = 40, step = (width - left) / used.length;
  const most = Math.max(0.02, ...used.map(i => totals[i].reduce((s, v) => s + v, 0) / cells[i]));
  const svg = el('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': 'causes of misses along ' + x.name }, where), Y = v => top + (1 - v / most) * (height - top - bottom);
  for (const t of ticks(0, most, 4)) { el('line', { class: 'grid', x1: left, x2: width, y1: Y(t), y2: Y(t) }, svg); el('text', { x: left - 6, y: Y(t) + 4, 'text-anchor': 'end' }, svg, num(100 * t) + ' %'); }
  const every = Math.ceil(50 / step);
  used.forEach((i, k) => {
    let base = 0;
    D.causes.forEach((name, c) => {
      const share = totals[i][c] / cells[i];
      if (!share) return;
      const r = el('rect', { x: left + k * step + step * 0.12, width: step * 0.76, y: Y(base + share), height: Math.max(0, Y(base) - Y(base + share)), fill: CAUSE_COLORS[c] }, svg);
      hover(r, `${x.name} ${x.values[i]}\n${name}: ${totals[i][c]} of ${cells[i]} cells (${num(100 * share)} %)`);
      base += share;
    });
    if (k % every === 0) el('text', { x: left + (k + 0.5) * step, y: height - bottom + 16, 'text-anchor': 'middle' }, svg, short(x.labels[i], Math.max(6, Math.floor(step * every / 6.5))));
  });
  el('text', { class: 'name', x: (left + width) / 2, y: height - 6, 'text-anchor': 'middle' }, svg, x.name);
  key(where, D.causes.map((name, c) => [name, CAUSE_COLORS[c], c]).filter(e => used.some(i => totals[i][e[2]] > 0)));
}

function key(where, entries) {
  const k = document.createElement('div');
  k.className = 'key';
  for (const [name, color] of entries) { const s = document.createElement('span'), i = document.createElement('i'); i.style.background = color; s.append(i, name); k.append(s); }
  where.append(k);
}

function choose(where, label, options, chosen, change) {
  const l = document.createElement('label'), s = document.createElement('select');
  l.append(label, s);
  options.forEach(([value, text]) => { const o = document.createElement('option'); o.value = value; o.textContent = text; s.append(o); });
  s.value = chosen;
  s.addEventListener('change', change);
  where.append(l);
  return s;
}
const all = '*';
// What differs says more than what is 1 everywhere.
const telling = ['recall', 'f1', 'precision', 'neighbour_corr', 'trace_corr'].map(n => metrics.find(m => m.name === n)).find(m => m && new Set(D.rows.metric[m.name]).size > 1) || metric('recall');
const varying = dims.filter(d => d.values.length > 1);
const first = varying.find(d => d.name !== 'seed' && d.name !== 'pipeline') || varying[0] || dims[0];
const second = varying.find(d => d !== first && d.name !== 'seed' && d.name !== 'pipeline') || varying.find(d => d !== first) || first;

function explore() {
  const bar = $('controls'), names = varying.length ? varying : dims;
  const m = choose(bar, 'metric', metrics.map(v => [v.name, v.title]), telling.name, draw);
  const x = choose(bar, 'along', names.map(d => [d.name, d.name]), first.name, draw);
  const c = choose(bar, 'coloured by', [[all, 'nothing'], ...names.map(d => [d.name, d.name])], first.name === 'pipeline' ? all : varying.includes(dim('pipeline')) ? 'pipeline' : all, draw);
  const y = choose(bar, 'map against', names.map(d => [d.name, d.name]), second.name, draw);
  const filters = names.map(d => [d, choose(bar, 'only ' + short(d.name, 24), [[all, 'all'], ...d.values.map((v, i) => [String(i), short(v, 40)])], all, draw)]);
  function draw() {
    let rows = [...Array(COUNT).keys()];
    for (const [d, s] of filters) if (s.value !== all) rows = rows.filter(r => d.of[r] === +s.value);
    const colour = c.value === all || c.value === x.value ? null : dim(c.value);
    const only = filters.filter(([, s]) => s.value !== all).map(([d, s]) => `${d.name} ${d.values[+s.value]}`), where = only.length ? ' · only ' + only.join(', ') : '';
    const other = x.value === y.value ? (names.find(d => d.name !== x.value) || dim(x.value)).name : y.value;
    $('linesname').textContent = `${metric(m.value).title} along ${x.value}${where}`;
    $('heatname').textContent = `${metric(m.value).title} over ${x.value} and ${other}${where}`;
    const series = lineChart($('lines'), metric(m.value), dim(x.value), colour, rows, 640, 340);
    if (colour && series) key($('lines'), series.map(i => [colour.values[i], COLORS[i % COLORS.length]]));
    heatMap($('heat'), metric(m.value), dim(x.value), dim(other), rows);
    causes($('causes'), dim(x.value), rows);
    list(rows);
  }
  draw();
}

function overview() {
  const where = $('overview'), shown = ['recall', 'precision', 'f1', 'trace_corr', 'neighbour_corr'].filter(n => metrics.some(m => m.name === n)), rows = [...Array(COUNT).keys()];
  const entrants = dim('pipeline');
  for (const d of varying.filter(v => v.name !== 'pipeline')) {
    const row = document.createElement('div'), name = document.createElement('h3');
    row.className = 'small';
    name.textContent = 'along ' + d.name;
    where.append(name, row);
    for (const n of shown) {
      const card = document.createElement('div');
      card.className = 'card';
      const h = document.createElement('h4');
      h.textContent = metric(n).title;
      const chart = document.createElement('div');
      card.append(h, chart);
      row.append(card);
      lineChart(chart, metric(n), d, entrants.values.length > 1 ? entrants : null, rows, 270, 190);
    }
  }
  if (entrants.values.length > 1) key($('overviewkey'), entrants.values.map((v, i) => [v, COLORS[i % COLORS.length]]));
}

function list(rows) {
  const body = $('rows'), most = 500;
  body.replaceChildren();
  for (const r of rows.slice(0, most)) {
    const tr = document.createElement('tr');
    const cell = (text, cls) => { const td = document.createElement('td'); td.textContent = text; if (cls) td.className = cls; tr.append(td); return td; };
    dims.forEach(d => cell(short(d.values[d.of[r]], 40), 't'));
    ['recall', 'precision', 'f1', 'trace_corr'].forEach(n => cell(D.rows.metric[n] ? num(D.rows.metric[n][r]) : '–'));
    const link = cell('', 't');
    if (D.rows.page[r]) { const a = document.createElement('a'); a.href = D.pages + D.rows.unit[r] + '.html'; a.textContent = 'score page'; link.append(a); }
    body.append(tr);
  }
  $('rowcount').textContent = rows.length > most ? `the first ${most} of ${rows.length}: filter above` : `${rows.length}`;
}
if (COUNT && metrics.length) { explore(); overview(); }
