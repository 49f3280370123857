import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { store, useStore } from './store';

export interface Line {
  label: string;
  values: (number | null)[];
  /** Name of a colour of the page. */
  colour: string;
  kind?: 'line' | 'bars' | 'points' | 'area' | 'steps';
  scale?: 'y' | 'y2';
}

interface Props {
  title: string;
  x: number[];
  lines: Line[];
  xLabel: string;
  yLabel: string;
  height?: number;
  /** Vertical lines with a word. */
  marks?: { x: number; text: string }[];
  logY?: boolean;
  logX?: boolean;
  xRange?: [number, number];
  yRange?: [number | null, number | null];
  /** Names of rows at y = 0, −1, −2, … in place of numbers. */
  rows?: string[];
  /** Without its key: the text beside it says what is what. */
  isBare?: boolean;
  /** Its x is the movie's time: a line follows the frame in view, and a click goes to a moment. */
  isTime?: boolean;
}

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim() || '#888';

/** A chart of lines, bars or points with units on its axes. */
export function Chart(props: Props) {
  const s = useStore();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const now = useRef(props);
  now.current = props;
  const form = JSON.stringify([props.lines.map(l => [l.label, l.kind, l.colour]), props.xLabel, props.yLabel, props.logY, props.logX, document.documentElement.dataset.theme, props.xRange, props.yRange, props.height, props.rows, props.isTime]);
  useEffect(() => {
    const element = host.current!;
    const p = now.current;
    const axis = (label: string, size?: number): uPlot.Axis => ({
      label,
      labelSize: 16,
      labelFont: '12px system-ui, sans-serif',
      font: '11px system-ui, sans-serif',
      stroke: colour('soft'),
      grid: { stroke: colour('line'), width: 0.5 },
      ticks: { stroke: colour('line'), size: 4 },
      gap: 3,
      size,
    });
    const series = p.lines.map((l): uPlot.Series => {
      const c = colour(l.colour);
      const common = { label: l.label, stroke: c, width: 1.2, points: { show: false } };
      switch (l.kind) {
        case 'bars':
          return { ...common, fill: c + '99', paths: uPlot.paths.bars!({ size: [1, 100], align: 1 }) };
        case 'points':
          return { ...common, width: 0, paths: () => null, points: { show: true, size: 4, stroke: c, fill: c } };
        case 'area':
          return { ...common, fill: c + '66' };
        case 'steps':
          return { ...common, paths: uPlot.paths.stepped!({ align: 1 }) };
        default:
          return common;
      }
    });
    const made = new uPlot(
      {
        width: element.clientWidth || 300,
        height: p.height ?? 130,
        padding: [6, 8, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { setScale: false, x: false, y: false } },
        scales: {
          x: { time: false, distr: p.logX ? 3 : 1, range: p.xRange },
          y: {
            distr: p.logY ? 3 : 1,
            range: p.logY
              ? undefined
              : (_, low, high) => {
                  const [a, b] = [p.yRange?.[0] ?? Math.min(0, low ?? 0), p.yRange?.[1] ?? ((high ?? 1) * 1.05 || 1)];
                  return [a, b > a ? b : a + 1];
                },
          },
        },
        axes: [axis(p.xLabel, 28), p.rows ? { ...axis(p.yLabel, 44), splits: () => p.rows!.map((_, i) => -i), values: () => p.rows! } : axis(p.yLabel, 44)],
        series: [{ label: p.xLabel }, ...series],
        hooks: {
          draw: [
            u => {
              const ctx = u.ctx;
              const ratio = devicePixelRatio || 1;
              for (const mark of now.current.marks ?? []) {
                const x = u.valToPos(mark.x, 'x', true);
                if (x < u.bbox.left - 1 || x > u.bbox.left + u.bbox.width + 1) continue;
                ctx.save();
                ctx.strokeStyle = ctx.fillStyle = colour('mark');
                ctx.lineWidth = 1.5 * ratio;
                ctx.beginPath();
                ctx.moveTo(x, u.bbox.top);
                ctx.lineTo(x, u.bbox.top + u.bbox.height);
                ctx.stroke();
                // The axes leave their own alignment behind.
                ctx.textAlign = 'left';
                ctx.textBaseline = 'alphabetic';
                ctx.font = `${11 * ratio}px system-ui, sans-serif`;
                const width = ctx.measureText(mark.text).width;
                const at = x + 4 * ratio + width > u.bbox.left + u.bbox.width ? x - width - 4 * ratio : x + 4 * ratio;
                // What is drawn below does not run through the words.
                ctx.strokeStyle = colour('panel');
                ctx.lineWidth = 4 * ratio;
                ctx.lineJoin = 'round';
                ctx.strokeText(mark.text, at, u.bbox.top + 11 * ratio);
                ctx.fillText(mark.text, at, u.bbox.top + 11 * ratio);
                ctx.restore();
              }
            },
          ],
        },
      },
      [p.x, ...p.lines.map(l => l.values)] as uPlot.AlignedData,
      element,
    );
    plot.current = made;
    const click = () => {
      if (now.current.isTime && made.cursor.left! >= 0) store.movie.seek(made.posToVal(made.cursor.left!, 'x') * store.movie.fps);
    };
    made.over.addEventListener('click', click);
    // Not drawn with the chart: that would draw every line again for every frame.
    const line = document.createElement('div');
    line.className = 'now';
    if (p.isTime) made.over.append(line);
    const follow = () => {
      const x = made.valToPos(store.movie.frame / store.movie.fps, 'x');
      line.style.transform = `translateX(${x}px)`;
      line.hidden = !(x >= 0 && x <= made.bbox.width / devicePixelRatio);
    };
    const stop = p.isTime ? store.movie.onDraw(follow) : () => {};
    made.hooks.draw = [...(made.hooks.draw ?? []), follow];
    follow();
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: p.height ?? 130 }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      stop();
      made.destroy();
    };
  }, [form]);
  useEffect(() => {
    plot.current?.setData([props.x, ...props.lines.map(l => l.values)] as uPlot.AlignedData);
  }, [props.x, ...props.lines.map(l => l.values)]);
  useEffect(() => plot.current?.redraw(false), [JSON.stringify(props.marks)]);
  void s;
  return (
    <figure class="chart" role="img" aria-label={props.title}>
      <div ref={host} style={{ height: `${props.height ?? 130}px` }} />
      {props.lines.length > 1 && !props.isBare && (
        <figcaption>
          {props.lines.map(l => (
            <span key={l.label}><i style={{ background: `var(--${l.colour})` }} /> {l.label}</span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

/** Counts of values in even bins. */
export function histogram(values: number[], bins: number, low: number, high: number): { x: number[]; n: number[] } {
  const width = (high - low) / bins || 1;
  const n = Array(bins).fill(0);
  for (const v of values) if (v >= low && v <= high) n[Math.min(bins - 1, Math.floor((v - low) / width))]++;
  return { x: n.map((_, i) => low + i * width), n };
}
