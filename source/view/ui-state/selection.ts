/**
 * Which rows are shown and which one is selected, from the snapshot and what the person at the keys has asked for.
 */
import type {Restart, Snapshot, WorkerRow} from '../../snapshot.js';
import {orderRows} from './row-order.js';
import type {UiState} from './ui-state.js';

function contains(filter: string, texts: ReadonlyArray<string | undefined>): boolean {
  const wanted = filter.toLowerCase();
  return texts.some((text) => text?.toLowerCase().includes(wanted));
}

/** The restarts shown, newest first. */
export function visibleRestarts(snapshot: Snapshot, ui: Pick<UiState, 'faultsOnly' | 'filter'>): readonly Restart[] {
  return snapshot.restarts.filter(
    (restart) =>
      !(ui.faultsOnly && restart.expected === true) &&
      contains(ui.filter, [
        `#${restart.worker.pid}`,
        restart.cause,
        restart.variant,
        restart.summary,
        restart.request?.path,
        restart.expected === true ? 'expected' : '',
      ]),
  );
}

/** The worker rows shown, in their order. */
export function visibleWorkers(snapshot: Snapshot, ui: Pick<UiState, 'filter' | 'sort'>): readonly WorkerRow[] {
  return orderRows(
    snapshot.workers.filter((row) =>
      contains(ui.filter, [String(row.pid), row.state, row.now, row.request?.path, row.ended?.cause]),
    ),
    ui.sort,
  );
}

/**
 * The selected restart. Until someone moves it is the newest that was not expected; after that it is the one they
 * chose, whatever arrives. One that is hidden or no longer in the history gives way until it is back.
 */
export function selectedRestart(restarts: readonly Restart[], chosenId: string | undefined): Restart | undefined {
  return (
    restarts.find((restart) => restart.id === chosenId) ??
    restarts.find((restart) => restart.expected === false) ??
    restarts.find((restart) => restart.expected === undefined) ??
    restarts[0]
  );
}
