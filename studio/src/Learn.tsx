import { marked } from 'marked';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Field } from './Form';
import { DifferenceView, MovieView } from './MovieView';
import { Transport, ViewControls } from './Controls';
import { Inspector, Legend } from './Side';
import * as paths from './paths';
import { label, optional, shapeOf, type JsonObject, type Schema } from './schema';
import { call } from './socket';
import { useStore } from './store';
import template from '../lesson.md?raw';

/** As in docs/studio.md. */
const words = [
  ['scope, region, duration_s, fps, seed, size', 'the preset; size is rows and columns, px'],
  ['with, without', 'steps to add or leave out, by kind: ["brain_motion"]'],
  ['set', 'parameters: {"acquisition.optics.na": 0.5}. “?” beside a parameter under Build says its place'],
  ['compare', 'the second spec: what it has differently, in the same words'],
  ['controls', 'the parameters that the reader may drag'],
  ['stage, mode, show, title', 'stage of the chain; movie, change, max or mean; layers: cells, by depth, found, motion, vessels, focus'],
  ['frame, limits', 'the frame that it begins with; "own": A and B are each drawn over their own range'],
];

interface Card {
  id: string;
  title: string;
  question: string | null;
  /** Why it cannot be opened. */
  error?: string;
}

/** A live view inside a lesson, as its file writes it. */
interface View {
  title?: string;
  controls?: string[];
  stage?: string;
  show?: string[];
  mode?: 'movie' | 'change' | 'max' | 'mean';
  frame?: number;
  limits?: 'same' | 'own';
  a: JsonObject;
  b: JsonObject | null;
}

type Part = { kind: 'text'; html: string } | { kind: 'view'; index: number; view: View } | { kind: 'answer'; html: string };

const escape = (text: string) => text.replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
// Lessons are text: markup of theirs is shown, not run.
marked.use({ renderer: { html: token => escape(token.text) } });

/** Numbers that tests check are written {{name = value}}; a reader sees the value. */
const html = (text: string) => (marked.parse(text.replace(/\{\{\s*([\w.: ]+?)\s*=\s*([^}]+?)\s*\}\}/g, (_, _name, value) => value.replace(/\s*±.*$/, ''))) as string).replace(/<a href="(?!#)/g, '<a rel="noreferrer" href="');

/** The list of lessons. */
export function Lessons() {
  const s = useStore();
  const [cards, setCards] = useState<Card[]>([]);
  useEffect(() => void call<{ lessons: Card[] }>('GET', 'lessons').then(r => setCards(r.lessons), e => { s.error = e.message; s.tell(); }), []);
  return (
    <main class="lessons">
      <h2>Lessons</h2>
      <div class="cards">
        {cards.map(c => c.error ? (
          <div key={c.id} class="lesson" data-lesson={c.id}>
            <b>{c.title}</b>
            <p class="problem">{c.error}</p>
          </div>
        ) : (
          <a key={c.id} class="lesson" data-lesson={c.id} href={`#/lesson/${c.id}`}>
            <b>{c.title}</b>
            <span>{c.question}</span>
          </a>
        ))}
      </div>
      <h2>A lesson of your own</h2>
      <p class="help">A lesson is a text file with live views in it. Put yours into a folder <code>lessons</code> of {s.start.root}, under a name that ends in .md; it appears here when the page is loaded again. Save one to begin with, and change it:</p>
      <p><a class="button" data-test="template" download="my-lesson.md" href={'data:text/markdown;charset=utf-8,' + encodeURIComponent(template)}>Save my-lesson.md</a></p>
      <details class="answer">
        <summary>What is in it</summary>
        <pre class="template" tabIndex={0} aria-label="A lesson to begin with"><code>{template}</code></pre>
      <table class="facts words">
        <caption>What a view may say</caption>
        <tbody>{words.map(([name, meaning]) => <tr key={name}><td><code>{name}</code></td><td>{meaning}</td></tr>)}</tbody>
      </table>
      </details>
    </main>
  );
}

/** One lesson: the text, and beside it the live view that the text is at. */
export function Lesson({ id }: { id: string }) {
  const s = useStore();
  const [lesson, setLesson] = useState<{ title: string; question: string; parts: Part[] } | null>(null);
  const [error, setError] = useState('');
  const [at, setAt] = useState(0);
  const text = useRef<HTMLElement>(null);
  useEffect(() => {
    setLesson(null);
    setAt(0);
    call<{ title: string; question: string; parts: ({ text: string; answer?: boolean } | { view: View })[] }>('GET', 'lesson?id=' + encodeURIComponent(id)).then(
      r => {
        let index = 0;
        setLesson({ ...r, parts: r.parts.map(p => ('view' in p ? { kind: 'view', index: index++, view: p.view } : { kind: p.answer ? 'answer' : 'text', html: html(p.text) })) });
      },
      e => setError(e.message),
    );
    return () => s.endScratch();
  }, [id]);
  const views = useMemo(() => lesson?.parts.filter(p => p.kind === 'view') ?? [], [lesson]);
  const view = views[at]?.view;
  useEffect(() => {
    if (!view) return;
    // Before the specs go out: their first frames come after this stage.
    s.movie.stage = view.stage ?? '';
    s.movie.mode = view.mode ?? 'movie';
    s.movie.begin(view.frame ?? 0);
    s.beginScratch(view.a, view.b, view.limits === 'own');
    s.view({ shown: view.show ?? [] });
    s.movie.redraw();
  }, [view]);
  // The view that the text has come to is the one that runs.
  useEffect(() => {
    if (!text.current || !lesson) return;
    const seen = new IntersectionObserver(
      entries => {
        for (const e of entries) if (e.isIntersecting) setAt(Number((e.target as HTMLElement).dataset.view));
      },
      { root: text.current, rootMargin: '-20% 0px -55% 0px' },
    );
    for (const card of text.current.querySelectorAll('[data-view]')) seen.observe(card);
    return () => seen.disconnect();
  }, [lesson]);
  if (error) return <main class="fatal"><p class="problem">{error}</p><p><a href="#/learn">All lessons</a></p></main>;
  if (!lesson) return <main class="fatal"><p>Opening the lesson …</p></main>;
  return (
    <main class="lesson-page">
      <section class="text" ref={text} aria-label="Lesson" tabIndex={0}>
        <p><a href="#/learn">← all lessons</a></p>
        <h2>{lesson.title}</h2>
        <p class="question">{lesson.question}</p>
        {lesson.parts.map((part, i) =>
          part.kind === 'text' ? (
            <div key={i} class="prose" dangerouslySetInnerHTML={{ __html: part.html }} />
          ) : part.kind === 'answer' ? (
            <details key={i} class="answer"><summary>The answer</summary><div class="prose" dangerouslySetInnerHTML={{ __html: part.html }} /></details>
          ) : (
            <ViewCard key={i} view={part.view} index={part.index} isOn={part.index === at} choose={() => setAt(part.index)} />
          ),
        )}
        <div class="tail" />
      </section>
      <section class="centre" aria-label="Live view">
        <ViewControls />
        <div class={'views' + (s.specOf('b') ? ' three' : '')}>
          <MovieView slot="a" />
          {s.specOf('b') && <MovieView slot="b" />}
          {s.specOf('b') && <DifferenceView />}
        </div>
        <Transport />
      </section>
      <section class="side" aria-label="Panels"><Legend /><Inspector /></section>
    </main>
  );
}

function ViewCard({ view, index, isOn, choose }: { view: View; index: number; isOn: boolean; choose: () => void }) {
  const s = useStore();
  return (
    <div class={isOn ? 'view-card on' : 'view-card'} data-view={index}>
      <div class="bar">
        <b>{view.title ?? 'Live view'}</b>
        {isOn ? <small>running at the right</small> : <button class="small" onClick={choose}>Show</button>}
        {isOn && <button class="small" onClick={() => s.beginScratch(view.a, view.b)}>Start over</button>}
      </div>
      {isOn && (view.controls ?? []).map(path => {
        const schema = schemaAt(s.schema.properties, s.schema.$defs, path);
        return schema ? <Field key={path} path={path} of={groupOf(path)} name={path.split('.').pop()!.replace(/\[\d+\]/, '')} schema={schema} base={view.b ?? view.a} /> : <p key={path} class="problem">There is no parameter {path}.</p>;
      })}
    </div>
  );
}

/** What a parameter belongs to: an amplitude alone could be that of anything. */
function groupOf(path: string): string {
  const parts = paths.parse(path).filter(p => typeof p === 'string') as string[];
  return parts[0] === 'steps' ? label(parts[1]) : parts.length > 2 ? label(parts[1]) : '';
}

/** The schema's node at a place of a spec. */
function schemaAt(properties: Record<string, Schema>, steps: Record<string, Schema>, path: string): Schema | null {
  const parts = paths.parse(path);
  let at: Schema | undefined = parts[0] === 'steps' ? steps[parts[1]] : properties[parts[0]];
  for (const part of parts.slice(parts[0] === 'steps' ? 2 : 1)) {
    if (!at) return null;
    const shape = shapeOf(optional(at).schema);
    at = typeof part === 'number' ? (shape.kind === 'list' ? shape.item : undefined) : shape.kind === 'record' ? shape.properties[part] : undefined;
  }
  return at ?? null;
}
