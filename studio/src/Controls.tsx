import { maps } from './colours';
import type { Mode } from './movie';
import { NumberBox } from './NumberBox';
import { label } from './schema';
import { useFrame, useStore } from './store';

const modes: [Mode, string, string][] = [
  ['movie', 'Movie', 'The frames as they are'],
  ['change', 'ΔF', 'Every frame minus the mean of the movie'],
  ['max', 'Max', 'The largest value of every pixel over the movie'],
  ['mean', 'Mean', 'The mean of every pixel over the movie'],
];

/** What of the movie is shown, and in which colours. */
export function ViewControls() {
  const s = useStore();
  const { movie } = s;
  const { stages } = movie;
  return (
    <div class="bar" role="toolbar" aria-label="View">
      <span class="segments" role="group" aria-label="Image">
        {modes.map(([mode, name, title]) => (
          <button key={mode} class={movie.mode === mode ? 'on' : ''} aria-pressed={movie.mode === mode} title={title} onClick={() => movie.setMode(mode)}>{name}</button>
        ))}
      </span>
      <label>
        After <select data-test="stage" value={movie.stage} onChange={e => movie.setStage(e.currentTarget.value)} disabled={!stages.length} title="See the movie after each step of the chain">
          {stages.filter((x, i) => i < stages.length - 1 || x.stage === movie.stage).map(x => (
            <option key={x.stage} value={x.stage}>{label(x.step).toLowerCase()}</option>
          ))}
          <option value="">{stages.length ? `${label(stages[stages.length - 1].step).toLowerCase()} (whole chain)` : 'whole chain'}</option>
        </select>
      </label>
      <label>
        Colours <select value={s.saved.map} onChange={e => s.view({ map: e.currentTarget.value })}>
          {maps.map(m => (
            <option key={m}>{m}</option>
          ))}
        </select>
      </label>
      <Contrast />
    </div>
  );
}

function Contrast() {
  const s = useStore();
  const scene = s.movie.slots.a.scene;
  const max = scene?.maxCount && !s.movie.stage ? scene.maxCount : Math.max(1, s.saved.contrast?.high ?? 1) * 2;
  const now = s.saved.contrast;
  const change = (low: number, high: number) => s.view({ contrast: { low: Math.min(low, high - max / 255), high } });
  return (
    <span class="contrast">
      <label><input type="checkbox" checked={!now} onChange={e => s.view({ contrast: e.currentTarget.checked ? null : { low: 0, high: max } })} /> auto contrast</label>
      {!now && s.isComparing && <label title="Each over its own range: one sees what is in both. Otherwise more light looks like more light"><input type="checkbox" data-test="own-limits" checked={s.hasOwnLimits} onChange={e => s.setOwnLimits(e.currentTarget.checked)} /> of each</label>}
      {now && (
        <>
          <input type="range" aria-label="Black at" min={0} max={max} step={max / 255} value={now.low} onInput={e => change(e.currentTarget.valueAsNumber, now.high)} />
          <input type="range" aria-label="White at" min={0} max={max} step={max / 255} value={now.high} onInput={e => change(now.low, e.currentTarget.valueAsNumber)} />
          <small>{now.low.toFixed(0)} – {now.high.toFixed(0)}</small>
        </>
      )}
    </span>
  );
}

/** Play, scrub, speed. */
export function Transport() {
  const s = useStore();
  useFrame();
  const { movie } = s;
  return (
    <div class="bar transport" role="toolbar" aria-label="Playback">
      <button class="primary" data-test="play" aria-label={movie.isPlaying ? 'Pause (space)' : 'Play (space)'} title="Space" onClick={() => movie.play()}>{movie.isPlaying ? '❚❚' : '▶'}</button>
      <button class="icon" aria-label="Frame back (left arrow)" onClick={() => movie.seek(movie.frame - 1)}>‹</button>
      <button class="icon" aria-label="Frame forward (right arrow)" onClick={() => movie.seek(movie.frame + 1)}>›</button>
      <input class="scrub" type="range" aria-label="Frame" min={0} max={movie.frames - 1} value={movie.frame} onInput={e => movie.seek(e.currentTarget.valueAsNumber)} />
      <span class="digits time">{(movie.frame / movie.fps).toFixed(2)} s</span>
      <label>
        <span class="sr">Frame</span> <NumberBox class="frame" data-test="frame" min={0} max={movie.frames - 1} value={movie.frame} set={f => movie.seek(f)} /> <small>/ {movie.frames}</small>
      </label>
      <label>
        <span class="sr">Speed</span>
        <select value={movie.speed} onChange={e => movie.setSpeed(Number(e.currentTarget.value))}>
          {[0.25, 0.5, 1, 1.5, 2, 4].map(x => (
            <option key={x} value={x}>{x} ×</option>
          ))}
        </select>
      </label>
      <label><input type="checkbox" checked={movie.isLooping} onChange={e => { movie.isLooping = e.currentTarget.checked; s.tell(); }} /> loop</label>
    </div>
  );
}
