import type { Scene } from './movie';
import type { SlotName } from './store';

/** What a click on a movie asks for. */
export function pick(_slot: SlotName, _place: { row: number; col: number }, _scene: Scene | null) {}
