/**
 * The order of the worker rows. It never depends on values that move: rows stand by age, oldest first, or in an order
 * that was made once, when someone asked for it. Two people reading the screen aloud need rows that stay where they are.
 */
import type {WorkerRow} from '../../snapshot.js';

export const sortKeys = ['age', 'heartbeat', 'rss', 'cpu', 'requests', 'pid'] as const;
export type SortKey = (typeof sortKeys)[number];

/** An order asked for with `s`: `ids` is how the rows stood at that moment (wall clock, milliseconds). */
export type Sort = {
  readonly key: SortKey;
  readonly reversed: boolean;
  readonly ids: readonly string[];
  readonly atMs: number;
};

function startTicks(id: string): number {
  const ticks = Number(id.split('@')[1]);
  return Number.isFinite(ticks) ? ticks : 0;
}

/** Oldest first, then by pid. The start time is that of the id, for an age in seconds jitters and stops at death. */
function byAge(left: WorkerRow, right: WorkerRow): number {
  return startTicks(left.id) - startTicks(right.id) || left.pid - right.pid;
}

function sortValue(row: WorkerRow, key: Exclude<SortKey, 'age'>): number | undefined {
  switch (key) {
    case 'heartbeat':
      return row.heartbeatAgeSeconds;
    case 'rss':
      return row.rssBytes;
    case 'cpu':
      return row.cpuPercent;
    case 'requests':
      return row.requests?.count;
    case 'pid':
      return -row.pid;
  }
}

/** The ids of the rows as they stand now by `key`: largest first, except pids; unknown values last in either direction. */
export function sortedIds(workers: readonly WorkerRow[], key: SortKey, reversed: boolean): readonly string[] {
  const direction = reversed ? -1 : 1;
  const compare = (left: WorkerRow, right: WorkerRow) => {
    if (key === 'age') {
      return direction * byAge(left, right);
    }
    const leftValue = sortValue(left, key);
    const rightValue = sortValue(right, key);
    if (leftValue === undefined || rightValue === undefined) {
      return Number(leftValue === undefined) - Number(rightValue === undefined) || byAge(left, right);
    }
    return direction * (rightValue - leftValue) || byAge(left, right);
  };
  return workers.toSorted(compare).map((row) => row.id);
}

/** The rows in their order. Rows that came after a sort stand at the end, by age. */
export function orderRows(workers: readonly WorkerRow[], sort: Sort | undefined): readonly WorkerRow[] {
  const rows = workers.toSorted(byAge);
  if (sort === undefined) {
    return rows;
  }
  const place = new Map(sort.ids.map((id, index) => [id, index]));
  const placeInSort = (row: WorkerRow) => place.get(row.id) ?? sort.ids.length;
  return rows.toSorted((left, right) => placeInSort(left) - placeInSort(right));
}

/** Where the row stands among `rows`, or where it would stand if it had not gone. */
export function placeOf(rows: readonly WorkerRow[], id: string, sort: Sort | undefined): number {
  const index = rows.findIndex((row) => row.id === id);
  if (index !== -1) {
    return index;
  }
  const sorted = sort?.ids.indexOf(id) ?? -1;
  const isBefore =
    sort !== undefined && sorted !== -1
      ? (row: WorkerRow) => sort.ids.slice(0, sorted).includes(row.id)
      : (row: WorkerRow) => startTicks(row.id) < startTicks(id);
  return rows.filter(isBefore).length;
}
