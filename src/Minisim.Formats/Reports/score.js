(() => {
  'use strict';
  const root = document.documentElement;
  const theme = document.getElementById('theme');
  theme.addEventListener('click', () => { root.dataset.theme = root.dataset.theme === 'light' ? 'dark' : 'light'; });

  const truth = JSON.parse(document.getElementById('truth').textContent);
  const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
  // Two bytes a column: the lowest and the highest value in it, 0 to 255 over the trace's own range.
  const points = (text, width, height) => {
    const v = bytes(text), n = v.length / 2, out = [];
    for (let k = 0; k < n; k++) {
      const x = (n > 1 ? k / (n - 1) : 0) * width;
      for (const b of [v[2 * k], v[2 * k + 1]]) out.push(x.toFixed(1) + ',' + (height - 2 - b / 255 * (height - 4)).toFixed(1));
    }
    return out.join(' ');
  };
  const line = (parent, text, name) => {
    const p = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
    p.setAttribute('class', name);
    p.setAttribute('points', points(text, 320, 110));
    parent.append(p);
  };

  for (const section of document.querySelectorAll('section.estimate')) {
    const own = JSON.parse(section.querySelector('script.traces').textContent);
    const box = section.querySelector('.map'), svg = box.querySelector('svg'), detail = section.querySelector('.detail');
    const full = svg.getAttribute('viewBox').split(' ').map(Number);
    let view = full.slice();
    const show = () => {
      const s = Math.min(1, view[2] / full[2]);
      view[2] = full[2] * s; view[3] = full[3] * s;
      view[0] = Math.min(Math.max(view[0], 0), full[2] - view[2]);
      view[1] = Math.min(Math.max(view[1], 0), full[3] - view[3]);
      svg.setAttribute('viewBox', view.map(v => v.toFixed(2)).join(' '));
      box.classList.toggle('zoomed', s < 1);
    };
    const zoom = (factor, x, y) => {
      const w = Math.max(full[2] / 40, Math.min(full[2], view[2] * factor)), f = w / view[2];
      view = [x - (x - view[0]) * f, y - (y - view[1]) * f, w, view[3] * f];
      show();
    };
    const at = event => {
      const r = svg.getBoundingClientRect();
      return [view[0] + (event.clientX - r.left) / r.width * view[2], view[1] + (event.clientY - r.top) / r.height * view[3]];
    };
    section.querySelector('[data-zoom=in]').addEventListener('click', () => zoom(0.6, view[0] + view[2] / 2, view[1] + view[3] / 2));
    section.querySelector('[data-zoom=out]').addEventListener('click', () => zoom(1 / 0.6, view[0] + view[2] / 2, view[1] + view[3] / 2));
    section.querySelector('[data-zoom=fit]').addEventListener('click', () => { view = full.slice(); show(); });
    svg.addEventListener('wheel', e => { if (!e.ctrlKey && !e.metaKey && view[2] === full[2] && e.deltaY > 0) return; e.preventDefault(); zoom(Math.exp(e.deltaY * 0.0015), ...at(e)); }, { passive: false });
    svg.addEventListener('dblclick', e => { e.preventDefault(); zoom(0.5, ...at(e)); });
    const down = new Map();
    svg.addEventListener('pointerdown', e => down.set(e.pointerId, [e.clientX, e.clientY]));
    const up = e => down.delete(e.pointerId);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', up);
    svg.addEventListener('pointermove', e => {
      if (!down.has(e.pointerId)) return;
      const [x, y] = down.get(e.pointerId), r = svg.getBoundingClientRect();
      if (down.size === 2) {
        const other = [...down.entries()].find(([id]) => id !== e.pointerId)[1];
        const before = Math.hypot(x - other[0], y - other[1]), now = Math.hypot(e.clientX - other[0], e.clientY - other[1]);
        if (before > 0 && now > 0) zoom(before / now, ...at(e));
      } else if (view[2] < full[2]) {
        view[0] -= (e.clientX - x) / r.width * view[2];
        view[1] -= (e.clientY - y) / r.height * view[3];
        show();
      }
      down.set(e.pointerId, [e.clientX, e.clientY]);
    });

    let chosen = -1;
    const say = (unit, estimate) => {
      const row = section.querySelector(unit >= 0 ? `tr[data-unit="${unit}"]` : `tr[data-estimate="${estimate}"]`);
      if (!row) return;
      detail.replaceChildren();
      const head = document.createElement('b');
      head.textContent = unit >= 0 ? `Cell ${unit}` : `Estimate ${estimate}`;
      detail.append(head);
      const t = unit >= 0 ? truth.traces[unit] : undefined, e = own.traces[estimate];
      if (t || e) {
        const plot = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
        plot.setAttribute('viewBox', '0 0 320 110');
        plot.setAttribute('preserveAspectRatio', 'none');
        plot.setAttribute('role', 'img');
        plot.setAttribute('aria-label', 'traces');
        if (t) line(plot, t, 't0');
        if (e) line(plot, e, 't1');
        detail.append(plot);
        const axis = document.createElement('div');
        axis.className = 'key';
        axis.innerHTML = `<small>0 … ${truth.length} &nbsp; ${t ? '<i class="t0"></i>truth ' : ''}${e ? '<i class="t1"></i>estimate' : ''} (own scales)</small>`;
        detail.append(axis);
      }
      const list = document.createElement('dl'), heads = row.closest('table').querySelectorAll('th');
      row.querySelectorAll('td').forEach((cell, k) => {
        if (k === 0 || cell.textContent === '–' || cell.textContent === '') return;
        const dt = document.createElement('dt'), dd = document.createElement('dd');
        dt.textContent = heads[k].textContent;
        dd.textContent = cell.textContent;
        list.append(dt, dd);
      });
      detail.append(list);
    };
    const mark = (unit, estimate) => {
      section.querySelectorAll('.sel').forEach(e => e.classList.remove('sel'));
      if (unit >= 0) section.querySelectorAll(`[data-unit="${unit}"]`).forEach(e => e.classList.add('sel'));
      if (estimate >= 0) section.querySelectorAll(`path[data-estimate="${estimate}"]`).forEach(e => e.classList.add('sel'));
      say(unit, estimate);
    };
    const of = e => [e.dataset.unit === undefined ? -1 : +e.dataset.unit, e.dataset.estimate === undefined ? -1 : +e.dataset.estimate];
    svg.querySelectorAll('path').forEach(p => {
      p.addEventListener('pointerenter', () => { if (chosen < 0) say(...of(p)); });
      p.addEventListener('click', () => { chosen = 1; mark(...of(p)); const row = section.querySelector('tr.sel'); if (row) row.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' }); p.scrollIntoView({ block: 'nearest' }); });
    });
    svg.addEventListener('click', e => { if (e.target.tagName !== 'path') { chosen = -1; mark(-1, -1); } });
    const go = row => {
      chosen = 1;
      mark(...of(row));
      const path = svg.querySelector('path.sel');
      if (!path) return;
      const b = path.getBBox(), w = Math.max(full[2] / 6, b.width * 4), h = w * full[3] / full[2];
      view = [b.x + b.width / 2 - w / 2, b.y + b.height / 2 - h / 2, w, h];
      show();
      box.scrollIntoView({ block: 'nearest' });
    };
    section.querySelectorAll('tr[data-unit],tr[data-estimate]').forEach(row => {
      row.tabIndex = 0;
      row.addEventListener('click', () => go(row));
      row.addEventListener('keydown', e => { if (e.key === 'Enter') go(row); });
    });
    section.querySelectorAll('button[data-show]').forEach(b => b.addEventListener('click', () => {
      const on = b.getAttribute('aria-pressed') !== 'true';
      b.setAttribute('aria-pressed', on);
      svg.querySelectorAll('path.' + b.dataset.show).forEach(p => p.classList.toggle('off', !on));
    }));
  }

  for (const head of document.querySelectorAll('th[aria-sort]')) {
    head.tabIndex = 0;
    const sort = () => {
      const table = head.closest('table'), k = head.cellIndex, up = head.getAttribute('aria-sort') !== 'ascending';
      table.querySelectorAll('th[aria-sort]').forEach(h => h.setAttribute('aria-sort', 'none'));
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const value = row => { const text = row.cells[k].textContent, n = parseFloat(text); return text === '–' ? null : isNaN(n) ? text : n; };
      const body = table.tBodies[0];
      [...body.rows].map(r => [value(r), r]).sort(([a], [b]) => a === null ? (b === null ? 0 : 1) : b === null ? -1 : (up ? 1 : -1) * (a < b ? -1 : a > b ? 1 : 0)).forEach(([, r]) => body.append(r));
    };
    head.addEventListener('click', sort);
    head.addEventListener('keydown', e => { if (e.key === 'Enter') sort(); });
  }
})();
