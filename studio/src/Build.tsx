import { useEffect, useState } from 'preact/hooks';
import { Form } from './Form';
import { DifferenceView, MovieView } from './MovieView';
import { Transport, ViewControls } from './Controls';
import * as paths from './paths';
import { Side } from './Side';
import type { Cells } from './inspect';
import { useFrame, useStore, type Problem } from './store';

const nameOf = (name: string) => {
  const words = name.replace(/_/g, ' ').replace('miniscope v4', 'Miniscope V4').replace('ca1', 'CA1').replace('l23', 'L2/3').replace('generic 1p', 'Generic 1P').replace('cortex', 'Cortex');
  return words[0].toUpperCase() + words.slice(1);
};

function Presets() {
  const s = useStore();
  const preset = s.saved.preset;
  const choose = (scope: string, region: string, indicator = preset?.indicator) =>
    s.choosePreset(scope, region, indicator || undefined).catch(e => {
      s.error = e.message;
      s.tell();
    });
  const { scopes, regions, indicators } = s.start;
  const own = paths.get(s.saved.base ?? undefined, paths.parse('steps.cell_activity.indicator'));
  const scope = preset?.scope ?? scopes[0].name;
  const region = preset?.region ?? regions[0].name;
  const say = (name: string | undefined, from: { name: string; description: string }[]) => from.find(x => x.name === name)?.description;
  return (
    <div class="presets">
      <div role="group" aria-label="Instrument">
        {scopes.map(x => (
          <button key={x.name} class={'card' + (preset?.scope === x.name ? ' on' : '')} aria-pressed={preset?.scope === x.name} data-preset={x.name} title={x.description} onClick={() => choose(x.name, region)}>{nameOf(x.name)}</button>
        ))}
      </div>
      <p class="help">{say(preset?.scope, scopes) ?? 'A spec of your own: choose a preset to begin anew.'}</p>
      <div role="group" aria-label="Brain region">
        {regions.map(x => (
          <button key={x.name} class={'card' + (preset?.region === x.name ? ' on' : '')} aria-pressed={preset?.region === x.name} data-preset={x.name} title={x.description} onClick={() => choose(scope, x.name)}>{nameOf(x.name)}</button>
        ))}
      </div>
      {preset && <p class="help">{say(preset.region, regions)}</p>}
      {preset && (
        <>
          <label>
            Indicator <select data-test="indicator" value={preset.indicator ?? ''} onChange={e => choose(scope, region, e.currentTarget.value)}>
              <option value="">the region's own</option>
              {indicators.map(x => (
                <option key={x.name} title={`${x.description} ${x.evidence}`}>{x.name}</option>
              ))}
            </select>
          </label>
          <p class="help two" title={indicators.find(x => x.name === own)?.evidence}>{typeof own === 'string' ? say(own, indicators) : 'None by name: every spike adds as much, 100 % of the light at rest, without end.'}</p>
        </>
      )}
    </div>
  );
}

/** The spec as text: the same spec as the form's. */
function JsonEditor() {
  const s = useStore();
  const written = JSON.stringify(s.spec, null, 2);
  const [text, setText] = useState(written);
  const [isEdited, setEdited] = useState(false);
  const [problems, setProblems] = useState<Problem[]>([]);
  useEffect(() => {
    if (!isEdited) setText(written);
  }, [written, isEdited]);
  const apply = async () => {
    try {
      const found = await s.take(text);
      setProblems(found);
      if (!found.some(p => !p.warning)) setEdited(false);
    } catch (e) {
      setProblems([{ text: (e as Error).message } as Problem]);
    }
  };
  return (
    <div class="json">
      <textarea
        aria-label="Spec as JSON"
        data-test="json"
        spellcheck={false}
        value={text}
        onInput={e => {
          setText(e.currentTarget.value);
          setEdited(true);
        }}
        onKeyDown={e => e.key === 'Enter' && (e.ctrlKey || e.metaKey) && void apply()}
      />
      <div class="bar">
        <button class="primary" data-test="apply" disabled={!isEdited} onClick={apply}>Apply</button>
        <button
          disabled={!isEdited}
          onClick={() => {
            setEdited(false);
            setProblems([]);
          }}
        >
          Discard
        </button>
        <small>Ctrl-Enter applies</small>
      </div>
      {problems.map(p => (
        <p key={p.text} class={p.warning ? 'problem warning' : 'problem'} role="alert">{p.text}</p>
      ))}
    </div>
  );
}

function Files() {
  const s = useStore();
  const save = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(s.spec, null, 2) + '\n'], { type: 'application/json' }));
    link.download = 'spec.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const load = async (file: File | undefined) => {
    if (!file) return;
    try {
      const problems = await s.take(await file.text());
      const errors = problems.filter(p => !p.warning);
      s.error = errors.length ? `${file.name}: ${errors.map(p => p.text).join(' ')}` : '';
      if (!errors.length) {
        s.saved.base = s.spec;
        s.saved.preset = null;
        s.keep();
      }
    } catch (e) {
      s.error = (e as Error).message;
    }
    s.tell();
  };
  return (
    <div class="bar tools">
      <button data-test="undo" disabled={!s.canUndo} title="Ctrl-Z" onClick={() => s.undo()}>Undo</button>
      <button data-test="redo" disabled={!s.canRedo} title="Ctrl-Shift-Z" onClick={() => s.redo()}>Redo</button>
      <button title="Download the spec" onClick={save}>Save</button>
      <label class="button">
        Open<input class="sr" type="file" accept=".json,application/json" onChange={e => { void load(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} />
      </label>
    </div>
  );
}

/** The first tab: the form, the movie, and what can be read from it. */
export function Build() {
  const s = useStore();
  const [isText, setText] = useState(false);
  const stray = s.problems[s.edited].filter(p => !/^(acquisition|steps|seed|output)/.test(p.path));
  return (
    <main class="build">
      <section class="left" aria-label="Spec">
        <Presets />
        <Files />
        <div class="segments wide" role="group" aria-label="Edit as">
          <button class={isText ? '' : 'on'} aria-pressed={!isText} onClick={() => setText(false)}>Form</button>
          <button class={isText ? 'on' : ''} aria-pressed={isText} data-test="as-json" onClick={() => setText(true)}>JSON</button>
        </div>
        {s.isComparing && <p class="which">The form edits <b>{s.edited.toUpperCase()}</b></p>}
        {stray.map(p => (
          <p key={p.text} class={p.warning ? 'problem warning' : 'problem'} role="alert">{p.text}</p>
        ))}
        {isText ? <JsonEditor /> : <Form />}
      </section>
      <section class="centre" aria-label="Movie">
        <ViewControls />
        <div class={'views' + (s.isComparing ? ' three' : '')}>
          <MovieView slot="a" />
          {s.isComparing && <MovieView slot="b" />}
          {s.isComparing && <DifferenceView />}
        </div>
        <Transport />
        <Status />
      </section>
      <Side />
    </main>
  );
}

/** How many of the cells can be seen; of the scene before while those of an edit are not known yet. */
function Found({ cells }: { cells: Cells | null }) {
  return <>{cells?.detectable.length ?? '…'} in view, <b>{cells?.detectable.filter(Boolean).length ?? '…'} detectable</b></>;
}

function Status() {
  const s = useStore();
  useFrame();
  const scene = s.movie.slots.a.scene;
  const other = s.isComparing ? s.movie.slots.b.scene : null;
  return (
    <p class="status" aria-live="off">
      {scene ? (
        <>
          {scene.isFile && <b>{s.movie.slots.a.file} </b>}
          {scene.height} × {scene.width} px, {scene.frames} frames at {scene.fps} fps · {scene.planted} cells planted, <Found cells={s.movie.slots.a.cells} />
          {other && <> · in B <Found cells={s.movie.slots.b.cells} /></>}
          {scene.focalDepthUm !== null && <> · focus at {scene.focalDepthUm.toFixed(1)} µm</>}
          <span class="digits right" data-test="latency"> {s.movie.isPlaying ? `${s.movie.framesPerSecond} frames/s` : s.movie.latency ? `${Math.round(s.movie.latency)} ms from edit to frame` : ''}</span>
        </>
      ) : (
        ' '
      )}
    </p>
  );
}
