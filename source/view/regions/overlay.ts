import {span, type Line} from '../line.js';
import type {Overlay, UiState} from '../ui-state/ui-state.js';
import {guideLines} from './guide-overlay.js';
import {helpLines} from './help-overlay.js';
import type {Picture} from './picture.js';
import {restartOverlayLines} from './restart-overlay.js';
import {sourcesLines} from './sources-overlay.js';
import {workerOverlayLines} from './worker-overlay.js';

/** All lines of the open overlay; the screen shows a window of them. */
export function overlayLines(overlay: Overlay, picture: Picture, ui: UiState, width: number): readonly Line[] {
  switch (overlay) {
    case 'help':
      return helpLines(width);
    case 'sources':
      return sourcesLines(picture.snapshot, width);
    case 'guide':
      return guideLines(picture, width);
    case 'restart':
      return restartLines(picture, ui.restartId, width) ?? gone('This restart is no longer in the history.');
    case 'worker':
      return (
        // A row and the restart of its life carry the same id: of a worker that died the death is what matters.
        restartLines(picture, ui.workerId, width) ??
        workerLines(picture, ui.workerId, width) ??
        gone('This worker is gone.')
      );
  }
}

function gone(text: string): readonly Line[] {
  return [[span(` ${text}`, 'quiet')]];
}

function restartLines(picture: Picture, id: string | undefined, width: number) {
  const restart = picture.snapshot.restarts.find((candidate) => candidate.id === id);
  return restart === undefined ? undefined : restartOverlayLines(restart, picture, width);
}

function workerLines({snapshot, offsetMinutes}: Picture, id: string | undefined, width: number) {
  const row = snapshot.workers.find((candidate) => candidate.id === id);
  const timeoutSeconds = snapshot.master?.settings.timeoutSeconds?.value;
  return row === undefined ? undefined : workerOverlayLines(row, {timeoutSeconds, offsetMinutes}, width);
}
