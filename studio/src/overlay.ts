import type { Pixels } from './socket';
import type { SlotName } from './store';

/** What is drawn over a movie. */
export function drawOverlay(canvas: HTMLCanvasElement, _slot: SlotName, pixels: Pixels) {
  if (canvas.width !== pixels.width * 2) {
    canvas.width = pixels.width * 2;
    canvas.height = pixels.height * 2;
  }
}
