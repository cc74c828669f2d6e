/** The row that sums up the worker table: of all that are shown and live, also those that are scrolled away. */
import type {WorkerRow} from '../../snapshot.js';
import {formatBytes, formatPercent, formatRate, formatShortCount, unknownText} from '../format.js';
import {span, type Span} from '../line.js';
import {stuckWords} from './worker-cells.js';
import type {ColumnId} from './worker-columns.js';

/** The cell of each column; a column without one stays empty. */
export function totalCell(column: ColumnId, rows: readonly WorkerRow[]): Span {
  const living = rows.filter(({ended}) => ended === undefined);
  switch (column) {
    case 'pid':
      return span('all', 'quiet');
    case 'age':
      return span(String(living.length));
    case 'state':
      return worstState(living);
    case 'heartbeat':
      return span(oldestText(living));
    case 'requests':
      return span(formatShortCount(sum(living.map(({requests}) => requests?.count))));
    case 'rate':
      return span(formatRate(sum(living.map(({requestsPerSecond}) => requestsPerSecond))));
    case 'cpu':
      return span(formatPercent(sum(living.map(({cpuPercent}) => cpuPercent))));
    case 'rss':
      return span(formatBytes(sum(living.map(({rssBytes}) => rssBytes))));
    case 'now':
      return span(statesText(living));
    case 'trend':
    case 'generation':
      return span('');
  }
}

/** Of those that tell: nothing known is no zero. */
function sum(values: ReadonlyArray<number | undefined>): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}

/** "2 stuck": what must not be missed, also where there is no room for all states. */
function worstState(living: readonly WorkerRow[]): Span {
  const word = stuckWords.find((state) => living.some((row) => row.state === state));
  return word === undefined ? span('') : span(`${living.filter(({state}) => state === word).length} ${word}`, 'bad');
}

function oldestText(living: readonly WorkerRow[]): string {
  const ages = living.flatMap(({heartbeatAgeSeconds}) => heartbeatAgeSeconds ?? []);
  return ages.length === 0 ? unknownText : `oldest ${Math.floor(Math.max(0, ...ages))}s`;
}

/** "28 idle, 3 busy, 1 stuck". */
function statesText(living: readonly WorkerRow[]): string {
  const counts = new Map<string, number>();
  for (const {state} of living) {
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, left], [, right]) => right - left)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}
