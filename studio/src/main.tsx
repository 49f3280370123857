import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import './style.css';
import { Build } from './Build';
import { Generate } from './Generate';
import { Lesson, Lessons } from './Learn';
import { Score } from './Score';
import { store, useStore } from './store';

const tabs: [string, string][] = [['build', 'Build'], ['generate', 'Generate'], ['score', 'Score'], ['learn', 'Learn']];

function useHash(): string {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const listen = () => setHash(location.hash);
    addEventListener('hashchange', listen);
    return () => removeEventListener('hashchange', listen);
  }, []);
  return hash;
}

const typing = (e: KeyboardEvent) => e.target instanceof HTMLElement && (e.target.matches('textarea, select, input:not([type=range]):not([type=checkbox])') || e.target.isContentEditable);

function useKeys(setHelp: (on: boolean) => void) {
  useEffect(() => {
    const listen = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'z' && !typing(e)) {
        if (e.shiftKey) store.redo();
        else store.undo();
      } else if (e.ctrlKey || e.metaKey || e.altKey || typing(e)) return;
      else if (e.key === ' ' && !(e.target as HTMLElement).closest('button, summary, a, input')) store.movie.play();
      else if ((e.key === 'ArrowLeft' || e.key === 'ArrowRight') && !(e.target as HTMLElement).closest('input')) store.movie.seek(store.movie.frame + (e.key === 'ArrowLeft' ? -1 : 1) * (e.shiftKey ? 10 : 1));
      else if (e.key === '?') setHelp(true);
      else if (e.key === 'Escape') {
        return;
      } else return;
      e.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}

function App() {
  const s = useStore();
  const hash = useHash();
  const [help, setHelp] = useState(false);
  useKeys(setHelp);
  if (s.fatal) return <main class="fatal"><h1>Minisim studio</h1><p role="alert">{s.fatal}</p></main>;
  if (!s.schema || !s.saved.spec) return <main class="fatal"><p>Starting …</p></main>;
  const [, part, rest] = hash.split('/');
  const tab = part === 'lesson' ? 'learn' : tabs.some(([name]) => name === part) ? part : 'build';
  return (
    <>
      <header>
        <h1><img src="./icon.svg" alt="" width="22" height="22" /> Minisim studio</h1>
        <nav aria-label="Parts of the studio">
          {tabs.map(([name, title]) => (
            <a key={name} href={'#/' + name} aria-current={tab === name ? 'page' : undefined}>{title}</a>
          ))}
        </nav>
        <span class="spring" />
        <select aria-label="Theme" value={s.saved.theme} onChange={e => s.view({ theme: e.currentTarget.value as 'auto' })}>
          <option value="auto">system theme</option>
          <option value="light">light</option>
          <option value="dark">dark</option>
        </select>
        <button class="icon" aria-label="Keyboard help (?)" onClick={() => setHelp(true)}>?</button>
      </header>
      {s.link === 'lost' && <p class="banner" role="alert">The studio does not answer; trying again. What you built is kept in this browser. If you ended minisim, start it again.</p>}
      {s.link === 'refused' && <p class="banner" role="alert">The studio was started anew. Open the address that it printed: what you built is kept.</p>}
      {s.error && (
        <p class="banner" role="alert">
          {s.error} <button onClick={() => { s.error = ''; s.tell(); }}>Close</button>
        </p>
      )}
      {part === 'lesson' && rest ? <Lesson key={rest} id={decodeURIComponent(rest)} /> : tab === 'generate' ? <Generate /> : tab === 'score' ? <Score /> : tab === 'learn' ? <Lessons /> : <Build />}
      {help && (
        // The browser's own dialog keeps the focus inside, and Esc closes it.
        <dialog ref={d => { if (d && !d.open) d.showModal(); }} class="dialog" aria-label="Keyboard" onClose={() => setHelp(false)} onClick={e => e.target === e.currentTarget && setHelp(false)}>
          <h2>Keyboard</h2>
          <dl>
            <dt>space</dt><dd>play, pause</dd>
            <dt>← →</dt><dd>one frame; with shift ten</dd>
            <dt>Ctrl-Z, Ctrl-Shift-Z</dt><dd>undo, redo</dd>
            <dt>Ctrl-Enter</dt><dd>apply the JSON</dd>
            <dt>?</dt><dd>this help; Esc closes it</dd>
          </dl>
          <p><small>Minisim {s.start.version}, model {s.start.model}. The page uses Preact, uPlot and marked: <a href="./licences.txt" target="_blank" rel="noreferrer">licences</a>.</small></p>
          <button class="primary" autofocus onClick={() => setHelp(false)}>Close</button>
        </dialog>
      )}
    </>
  );
}

render(<App />, document.getElementById('app')!);
void store.load();
