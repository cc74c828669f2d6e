import type {Snapshot} from '../../snapshot.js';
import {span, type Line} from '../line.js';
import type {Overlay, UiState} from '../ui-state/ui-state.js';
import {helpLines} from './help-overlay.js';
import type {Picture} from './picture.js';
import {restartOverlayLines} from './restart-overlay.js';
import {sourcesLines} from './sources-overlay.js';
import {workerOverlayLines} from './worker-overlay.js';

/** All lines of the open overlay; the screen shows a window of them. */
export function overlayLines(overlay: Overlay, picture: Picture, ui: UiState, width: number): readonly Line[] {
  const {snapshot, offsetMinutes} = picture;
  switch (overlay) {
    case 'help':
      return helpLines(width);
    case 'sources':
      return sourcesLines(snapshot, width);
    case 'restart':
      return (
        restartLines(snapshot, ui.restartId, offsetMinutes, width) ?? gone('This restart is no longer in the history.')
      );
    case 'worker':
      return (
        // A row and the restart of its life carry the same id: of a worker that died the death is what matters.
        restartLines(snapshot, ui.workerId, offsetMinutes, width) ??
        workerLines(snapshot, ui.workerId, offsetMinutes, width) ??
        gone('This worker is gone.')
      );
  }
}

function gone(text: string): readonly Line[] {
  return [[span(` ${text}`, 'quiet')]];
}

function restartLines(snapshot: Snapshot, id: string | undefined, offsetMinutes: number, width: number) {
  const restart = snapshot.restarts.find((candidate) => candidate.id === id);
  return restart === undefined ? undefined : restartOverlayLines(restart, offsetMinutes, width);
}

function workerLines(snapshot: Snapshot, id: string | undefined, offsetMinutes: number, width: number) {
  const row = snapshot.workers.find((candidate) => candidate.id === id);
  const timeoutSeconds = snapshot.master?.settings.timeoutSeconds?.value;
  return row === undefined ? undefined : workerOverlayLines(row, {timeoutSeconds, offsetMinutes}, width);
}
