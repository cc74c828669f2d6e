import {asciiText} from './ascii.js';
import {displaySnapshot} from './display-text.js';
import type {Frame} from './frame-store.js';
import {emptyLine, lineText, type Line} from './line.js';
import {headerHeight, headerLines} from './regions/header.js';
import {headlineLines} from './regions/headline.js';
import {restartCardLines} from './regions/restart-card.js';
import {restartListLines} from './regions/restart-list.js';
import {sourcesLines} from './regions/sources-overlay.js';
import {stripLines} from './regions/strips.js';
import {workerTableLines} from './regions/worker-table.js';
import type {ScreenOptions} from './screen-options.js';
import {orderRows} from './ui-state/row-order.js';
import {restartRows, selectedRestart} from './ui-state/selection.js';

const everything = {faultsOnly: false, filter: ''};

/**
 * The same snapshot as one plain text page without control codes, for a pipe or a file: every worker, every restart,
 * the newest unexpected restart with its answers, and every source. Lines have no width limit but `columns`.
 */
export function plainPage(
  frame: Frame,
  options: Pick<ScreenOptions, 'ascii' | 'utc' | 'localOffsetMinutes'>,
  columns = 120,
): string {
  const snapshot = displaySnapshot(frame.snapshot);
  const offsetMinutes = options.utc ? 0 : options.localOffsetMinutes;
  const picture = {snapshot, nowMs: frame.nowMs, offsetMinutes};
  const restart = selectedRestart(snapshot.restarts, undefined);
  const context = {timeoutSeconds: snapshot.master?.settings.timeoutSeconds?.value, offsetMinutes};
  const rows = orderRows(snapshot.workers, undefined);
  const table = {
    rows,
    context,
    hiddenCount: 0,
    sort: undefined,
    following: false,
    totals: true,
    selectedId: undefined,
    focused: false,
    emptyText: 'none',
  };
  const list = {
    ...picture,
    rows: restartRows(snapshot, everything),
    selectedId: restart?.id,
    focused: false,
    narrowedBy: [],
  };
  // The sources below say it in full.
  const {requestsUnknownBecause: _why, ...withoutWhy} = snapshot;
  const lines: readonly Line[] = [
    ...headerLines(picture, columns, headerHeight(picture, columns)),
    ...headlineLines(picture, columns, 10),
    ...stripLines({...picture, snapshot: withoutWhy}, columns, 5),
    emptyLine,
    ...workerTableLines(table, columns, Math.max(1, rows.length)),
    emptyLine,
    ...restartListLines(list, columns, Math.max(1, list.rows.length)),
    ...(restart === undefined ? [] : [emptyLine, ...restartCardLines(restart, picture, columns, 100)]),
    emptyLine,
    ...sourcesLines(snapshot, columns),
  ];
  const text = lines.map((line) => lineText(line)).join('\n');
  return `${
    options.ascii
      ? text
          .split('\n')
          .map((line) => asciiText(line))
          .join('\n')
      : text
  }\n`;
}
