import { useStore } from './store';

/** What can be read from the movie. */
export function Side() {
  const s = useStore();
  const scene = s.movie.slots.a.scene;
  return (
    <section class="side" aria-label="Panels">
      <div class="bar">
        <label><input type="checkbox" data-test="compare" checked={!!s.saved.second} onChange={e => s.compare(e.currentTarget.checked)} /> compare A and B</label>
      </div>
      {scene && <p>{(scene.movieBytes / 1e6).toFixed(0)} MB</p>}
    </section>
  );
}
