/**
 * Which rows are shown and which one is selected, from the snapshot and what the person at the keys has asked for.
 */
import type {MasterEvent, Restart, Snapshot, WorkerRow} from '../../snapshot.js';
import {foldLoops} from './fold-loops.js';
import {foldMasters} from './fold-masters.js';
import {orderRows, placeOf} from './row-order.js';
import {scrollTo, windowAt} from './scroll.js';
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

/** What hides restarts, in words: "faults only", "filter: checkout". */
export function narrowedBy({faultsOnly, filter}: Pick<UiState, 'faultsOnly' | 'filter'>): readonly string[] {
  return [...(faultsOnly ? ['faults only'] : []), ...(filter === '' ? [] : [`filter: ${filter}`])];
}

/** A row of the restart list. Only restarts can be selected. `loop` and `run`: all that the row stands for, newest first. */
export type RestartRow =
  | {readonly kind: 'restart'; readonly restart: Restart; readonly loop?: readonly Restart[]}
  | {readonly kind: 'event'; readonly event: MasterEvent; readonly run?: readonly MasterEvent[]};

/** Restarts and what happened to the master between them, newest first. Events are left out while something is narrowed. */
export function restartRows(
  snapshot: Snapshot,
  ui: Pick<UiState, 'faultsOnly' | 'filter' | 'restartId'>,
): readonly RestartRow[] {
  const restarts = foldLoops(visibleRestarts(snapshot, ui)).flatMap((loop): readonly RestartRow[] => {
    // Of a loop the chosen one stays what the row shows.
    const restart =
      loop.find(({id}) => id === ui.restartId) ?? loop.find(({expected}) => expected === false) ?? loop[0];
    return restart === undefined ? [] : [{kind: 'restart', restart, ...(loop.length > 1 && {loop})}];
  });
  if (narrowedBy(ui).length > 0) {
    return restarts;
  }
  const events = snapshot.masterEvents.map((event): RestartRow => ({kind: 'event', event}));
  return foldMasters([...restarts, ...events].toSorted((left, right) => timeOf(right) - timeOf(left)));
}

/** When it happened, wall clock in milliseconds. */
export function timeOf(row: RestartRow): number {
  return row.kind === 'restart' ? (row.loop?.[0] ?? row.restart).atMs : row.event.atMs;
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
 * The rows of a worker table of `height` lines. Where not all have a line the dead ones give way, the longest dead
 * first: the list of restarts has them too, and a worker that is stuck now must not be pushed out by one that was.
 */
export function shownWorkers(
  snapshot: Snapshot,
  ui: Pick<UiState, 'filter' | 'sort' | 'workerId'>,
  height: number,
): readonly WorkerRow[] {
  const rows = visibleWorkers(snapshot, ui);
  const dead = rows
    .filter(({ended, id}) => ended !== undefined && id !== ui.workerId)
    .toSorted((left, right) => (left.ended?.atMs ?? 0) - (right.ended?.atMs ?? 0));
  const leaving = new Set(dead.slice(0, Math.max(0, rows.length - height)));
  return rows.filter((row) => !leaving.has(row));
}

/** The first of the shown workers that has a line. */
export function workersFrom(
  rows: readonly WorkerRow[],
  {workerId, sort, lines}: Pick<UiState, 'workerId' | 'sort' | 'lines'>,
  height: number,
): number {
  return workerId === undefined
    ? 0
    : windowAt(placeOf(rows, workerId, sort), lines.workers, {height, total: rows.length});
}

/**
 * The first row of the restart list that has a line. Until someone moves the selected restart is in sight, as near to
 * the top as it can be; after that it stays on its line, and what is newer comes in above.
 */
export function restartsFrom(
  rows: readonly RestartRow[],
  selectedId: string | undefined,
  {restartId, lines, seenMs}: Pick<UiState, 'restartId' | 'lines' | 'seenMs'>,
  height: number,
): number {
  const index = rows.findIndex((row) => row.kind === 'restart' && row.restart.id === selectedId);
  if (restartId === undefined || restartId !== selectedId) {
    return scrollTo(0, index, height, rows.length);
  }
  const newer = rows.filter((row) => timeOf(row) > seenMs).length;
  return windowAt(index, lines.restarts, {height, total: rows.length, newer});
}

/**
 * The selected restart. Until someone moves it is the newest that was not expected; after that it is the one they
 * chose, whatever arrives. One that is hidden or no longer in the history gives way until it is back.
 */
export function selectedRestart(restarts: readonly Restart[], chosenId: string | undefined): Restart | undefined {
  return (
    restarts.find((restart) => restart.id === chosenId) ??
    newestFault(restarts) ??
    restarts.find((restart) => restart.expected === undefined) ??
    restarts[0]
  );
}

/** A halt takes all workers within some seconds after the one that failed. */
const haltsWithinMs = 10_000;

/** The newest that was not expected; where gunicorn stopped itself, the worker that it stopped for and not those it took with it. */
function newestFault(restarts: readonly Restart[]): Restart | undefined {
  const newest = restarts.find(({expected}) => expected === false);
  const behind =
    newest?.cause === 'gave-up' &&
    restarts.find(
      ({expected, cause, atMs}) => expected === false && cause !== 'gave-up' && newest.atMs - atMs <= haltsWithinMs,
    );
  return behind || newest;
}
