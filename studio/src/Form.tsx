import { useState } from 'preact/hooks';
import { NumberBox, useTyped } from './NumberBox';
import * as paths from './paths';
import { help, label, nice, optional, range, shapeOf, sliderSpan, unitOf, type Json, type JsonObject, type Schema } from './schema';
import { useStore, type Problem } from './store';

/** The whole spec as a form, made from its schema: a new step or field needs nothing here. */
export function Form() {
  const store = useStore();
  const { properties, $defs } = store.schema;
  const base = store.saved.base;
  return (
    <div class="form">
      {Object.entries(properties).map(([name, schema]) =>
        name === 'steps' ? (
          Object.entries($defs).map(([kind, step]) => <Step key={kind} kind={kind} schema={step} />)
        ) : shapeOf(schema).kind === 'record' ? (
          <Group key={name} path={name} name={name} schema={schema} base={base} />
        ) : (
          <Field key={name} path={name} name={name} schema={schema} base={base} />
        ),
      )}
    </div>
  );
}

function useProblems(path: string, inside = false): Problem[] {
  const store = useStore();
  return store.problems[store.edited].filter(p => {
    const at = paths.ofProblem(p.path);
    return inside ? at === path || at.startsWith(path + '.') || at.startsWith(path + '[') : at === path;
  });
}

function changes(schema: Schema, value: Json | undefined, base: Json | undefined): number {
  if (paths.same(value, base)) return 0;
  const shape = shapeOf(optional(schema).schema);
  if (shape.kind !== 'record' || !value || !base) return 1;
  return Object.entries(shape.properties).reduce((n, [name, s]) => n + changes(s, (value as JsonObject)[name], (base as JsonObject)[name]), 0);
}

function Marks({ path, changed }: { path: string; changed: number }) {
  const errors = useProblems(path, true);
  return (
    <>
      {changed > 0 && <span class="mark" title={`${changed} changed from the preset`}>{changed}</span>}
      {errors.length > 0 && <span class={errors.some(e => !e.warning) ? 'mark error' : 'mark warning'}>!</span>}
    </>
  );
}

const openKey = 'minisim-open';
const opened = new Set<string>(JSON.parse(localStorage.getItem(openKey) ?? '["acquisition"]'));

function useOpen(path: string): [boolean, (on: boolean) => void] {
  const [open, setOpen] = useState(opened.has(path));
  return [
    open,
    on => {
      if (on) opened.add(path);
      else opened.delete(path);
      localStorage.setItem(openKey, JSON.stringify([...opened]));
      setOpen(on);
    },
  ];
}

function Group({ path, name, schema, base }: { path: string; name: string; schema: Schema; base: JsonObject | null }) {
  const store = useStore();
  const [open, setOpen] = useOpen(path);
  const at = paths.parse(path);
  const changed = changes(schema, paths.get(store.spec, at), paths.get(base ?? undefined, at));
  const shape = shapeOf(schema);
  if (shape.kind !== 'record') return null;
  return (
    <details class="group" open={open} onToggle={e => setOpen(e.currentTarget.open)}>
      <summary>
        <span>{label(name)}</span>
        <Marks path={path} changed={changed} />
      </summary>
      {open && (
        <div class="fields">
          {help(schema) && <p class="help">{help(schema)}</p>}
          <Fields path={path} properties={shape.properties} base={base} />
        </div>
      )}
    </details>
  );
}

function Fields({ path, properties, base }: { path: string; properties: Record<string, Schema>; base: JsonObject | null }) {
  return (
    <>
      {Object.entries(properties)
        .filter(([, schema]) => schema.const === undefined)
        .map(([name, schema]) =>
          shapeOf(schema).kind === 'record' ? (
            <Group key={name} path={`${path}.${name}`} name={name} schema={schema} base={base} />
          ) : (
            <Field key={name} path={`${path}.${name}`} name={name} schema={schema} base={base} />
          ),
        )}
    </>
  );
}

function Step({ kind, schema }: { kind: string; schema: Schema }) {
  const store = useStore();
  const path = `steps.${kind}`;
  const at = paths.parse(path);
  const value = paths.get(store.spec, at);
  const base = paths.get(store.saved.base ?? undefined, at);
  const [open, setOpen] = useOpen(path);
  const there = value !== undefined;
  const changed = there !== (base !== undefined) ? 1 : changes(schema, value, base);
  const shape = shapeOf(schema);
  const fields = shape.kind === 'record' ? shape.properties : {};
  const hasFields = Object.values(fields).some(s => s.const === undefined);
  return (
    <div class="step">
      <input
        type="checkbox"
        checked={there}
        aria-label={`${label(kind)}: part of the chain`}
        data-path={path}
        onChange={e => {
          const on = e.currentTarget.checked;
          void store.setWhole(path, on ? ((base as JsonObject | undefined) ?? { kind }) : undefined);
          if (on) setOpen(true);
        }}
      />
    <details class={there ? 'group' : 'group off'} open={open && there} onToggle={e => there && setOpen(e.currentTarget.open)}>
      <summary>
        <span>{label(kind)}</span>
        <Marks path={path} changed={changed} />
      </summary>
      {there && open && (
        <div class="fields">
          {help(schema) && <p class="help">{help(schema)}</p>}
          {hasFields ? <Fields path={path} properties={fields} base={store.saved.base} /> : <p class="help">Nothing to set here.</p>}
        </div>
      )}
    </details>
    </div>
  );
}

/** One field with its unit, range, default, help, problems and way back. */
export function Field({ path, name, schema, base, of }: { path: string; name: string; schema: Schema; base: JsonObject | null; of?: string }) {
  const store = useStore();
  const at = paths.parse(path);
  const { schema: inner, none } = optional(schema);
  const shape = shapeOf(inner);
  const here = paths.get(store.spec, at);
  const value = here === undefined ? (schema.default as Json | undefined) : here;
  const original = paths.get(base ?? undefined, at);
  const changed = original !== undefined && !paths.same(value, original);
  const problems = useProblems(path, shape.kind !== 'list');
  const [showsHelp, setShowsHelp] = useState(false);
  const unit = unitOf(name, inner);
  const isNone = none !== undefined && (value === none || (value === undefined && none === null));
  const id = 'f-' + path.replace(/[^\w]+/g, '-');
  const set = (v: Json | undefined) => store.set(path, v);
  const start = (): Json => (typeof original === 'number' ? original : (example(inner) as Json));
  const withUnit = (text: string) => (text && unit ? `${text} ${unit}` : text);
  const facts = [withUnit(range(inner)), typeof schema.default === 'number' ? withUnit(`default ${schema.default}`) : schema.default !== undefined && schema.default !== null ? `default ${typeof schema.default === 'object' ? JSON.stringify(schema.default) : schema.default}` : ''].filter(Boolean).join(', ');
  return (
    <div class={'field' + (changed ? ' changed' : '') + (problems.some(p => !p.warning) ? ' bad' : '')}>
      <div class="line">
        <label for={id} title={[help(schema).split('\n')[0], facts].filter(Boolean).join(' — ')}>
          {of ? `${of}: ${label(name).replace(/^[A-Z](?=[a-z])/, c => c.toLowerCase())}` : label(name)}
          {unit && <small> {unit}</small>}
        </label>
        <button class="icon" aria-label={`About ${label(name)}`} aria-expanded={showsHelp} onClick={() => setShowsHelp(!showsHelp)}>?</button>
        <button class="icon reset" aria-label={`Reset ${label(name)}`} disabled={!changed} title={changed ? `Back to ${JSON.stringify(original)}` : ''} onClick={() => set(original)}>↺</button>
      </div>
      {none !== undefined && (
        <label class="none">
          <input type="checkbox" checked={isNone} data-path={isNone ? path : undefined} data-record={shape.kind === 'record' ? path : undefined} onChange={e => set(e.currentTarget.checked ? none : start())} />
          {none === 'auto' ? 'automatic' : 'not given'}
        </label>
      )}
      {!isNone && <Control id={id} path={path} schema={inner} value={value} base={original} set={set} />}
      {showsHelp && (
        <p class="help">
          {help(schema)}{' '}
          {inner.enum && shape.kind === 'choice' && shape.meanings.map((m, i) => <span key={i} class="meaning"><b>{shape.values[i]}</b>: {m}</span>)}
          {facts && <span>({facts})</span>} <code>{path}</code>
        </p>
      )}
      {problems.map(p => (
        <p key={p.text} class={p.warning ? 'problem warning' : 'problem'} role="alert">
          {p.reason} {p.remedy}
        </p>
      ))}
    </div>
  );
}

function example(schema: Schema): unknown {
  if (schema.default !== undefined && schema.default !== null && schema.default !== 'auto') return schema.default;
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'number':
      return schema.minimum !== undefined && schema.minimum > 0 ? schema.minimum : schema.maximum !== undefined && schema.maximum <= 1 ? schema.maximum : 100;
    case 'flag':
      return true;
    case 'choice':
      return shape.values[0];
    case 'text':
      return '';
    case 'tuple':
      return Array(shape.length).fill(0);
    case 'record':
      return {};
    default:
      return [];
  }
}

interface ControlProps {
  id: string;
  path: string;
  schema: Schema;
  value: Json | undefined;
  base: Json | undefined;
  set: (value: Json | undefined) => void;
}

function Control({ id, path, schema, value, base, set }: ControlProps) {
  const store = useStore();
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'number':
      return <NumberControl id={id} path={path} schema={schema} value={typeof value === 'number' ? value : 0} base={typeof base === 'number' ? base : undefined} integer={shape.integer} set={set} />;
    case 'flag':
      return <input id={id} data-path={path} type="checkbox" checked={value === true} onChange={e => set(e.currentTarget.checked)} />;
    case 'choice': {
      const own = schema.alternative && shapeOf(schema.alternative);
      const isOwn = own?.kind === 'record' && typeof value === 'object';
      return (
        <>
          <select id={id} data-path={path} value={isOwn ? '' : String(value ?? shape.values[0])} onChange={e => set(e.currentTarget.value || {})}>
            {shape.values.map((v, i) => (
              <option key={v} value={v} title={shape.meanings[i]}>{v}</option>
            ))}
            {own?.kind === 'record' && <option value="">numbers of your own</option>}
          </select>
          {isOwn && <fieldset><Fields path={path} properties={own.properties} base={store.saved.base} /></fieldset>}
        </>
      );
    }
    case 'record':
      return <fieldset><Fields path={path} properties={shape.properties} base={store.saved.base} /></fieldset>;
    case 'text':
      return <TextControl id={id} path={path} value={String(value ?? '')} set={set} />;
    case 'tuple': {
      const numbers = (Array.isArray(value) ? value : Array(shape.length).fill(0)) as number[];
      return (
        <div class="tuple" data-path={path}>
          {numbers.map((n, i) => (
            <NumberBox
              key={i}
              id={i ? `${id}-${i}` : id}
              step="any"
              live
              value={n}
              aria-label={`${path}, value ${i + 1}`}
              set={v => set(numbers.map((old, k) => (k === i ? v : old)))}
            />
          ))}
        </div>
      );
    }
    case 'list': {
      const items = (Array.isArray(value) ? value : []) as JsonObject[];
      const record = shapeOf(shape.item);
      const properties = record.kind === 'record' ? record.properties : {};
      return (
        <div class="list" data-path={path}>
          {items.map((_, i) => (
            <fieldset key={i}>
              <legend>
                {i + 1}
                <button class="icon" aria-label={`Remove ${path} ${i + 1}`} onClick={() => void store.setWhole(`${path}[${i}]`, undefined)}>×</button>
              </legend>
              <Fields path={`${path}[${i}]`} properties={properties} base={store.saved.base} />
            </fieldset>
          ))}
          <button class="small" onClick={() => void store.setWhole(path, [...items, items.length ? structuredClone(items[items.length - 1]) : {}])}>Add</button>
        </div>
      );
    }
    default:
      return <JsonControl id={id} path={path} value={value} set={set} />;
  }
}

function TextControl({ id, path, value, set }: { id: string; path: string; value: string; set: (v: Json) => void }) {
  const { ref, typed, done } = useTyped<HTMLInputElement>(value);
  return (
    <input
      id={id}
      ref={ref}
      data-path={path}
      type="text"
      onInput={typed}
      onChange={e => {
        if (e.currentTarget.value !== value) set(e.currentTarget.value);
        done();
      }}
      onBlur={done}
    />
  );
}

function JsonControl({ id, path, value, set }: { id: string; path: string; value: Json | undefined; set: (v: Json) => void }) {
  const [bad, setBad] = useState('');
  const { ref, typed, done } = useTyped<HTMLTextAreaElement>(JSON.stringify(value ?? null));
  return (
    <>
      <textarea
        id={id}
        ref={ref}
        data-path={path}
        rows={3}
        spellcheck={false}
        onInput={typed}
        onChange={e => {
          // What is no JSON stays, to be mended.
          try {
            set(JSON.parse(e.currentTarget.value));
            setBad('');
            done();
          } catch {
            setBad('This is no JSON. Write numbers in brackets, as in [[1, 2], [3, 4]].');
          }
        }}
      />
      {bad && <p class="problem" role="alert">{bad}</p>}
    </>
  );
}

function NumberControl({ id, path, schema, value, base, integer, set }: { id: string; path: string; schema: Schema; value: number; base?: number; integer: boolean; set: (v: number) => void }) {
  const span = sliderSpan(schema, base ?? (typeof schema.default === 'number' ? schema.default : value));
  const steps = 500;
  const place = span.log ? Math.log(Math.max(value, span.low) / span.low) / Math.log(span.high / span.low) : (value - span.low) / (span.high - span.low);
  const at = (share: number) => nice(span.log ? span.low * (span.high / span.low) ** share : span.low + share * (span.high - span.low), span, integer);
  return (
    <div class="number">
      <input
        type="range"
        min={0}
        max={steps}
        step={1}
        value={Math.round(Math.max(0, Math.min(1, place)) * steps)}
        aria-label={`${path}, slider`}
        data-slider={path}
        onInput={e => set(at(Number(e.currentTarget.value) / steps))}
      />
      <NumberBox id={id} data-path={path} step="any" live value={value} set={set} />
    </div>
  );
}
