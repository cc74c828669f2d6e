/** The parts that the literal snapshots of the tests are made of. They are all from one day, and looked at at one moment. */
import type {SourceState} from '../../../source/source-state.js';
import type {Snapshot, WorkerRow} from '../../../source/snapshot.js';
import type {Frame} from '../../../source/view/frame-store.js';

export const mebibyte = 1024 * 1024;

/** A clock time of the day all snapshots are from, milliseconds. */
export function at(clock: string): number {
  return Date.parse(`2026-11-22T${clock}Z`);
}

export const nowMs = at('14:03:22');

export function frameOf(snapshot: Snapshot, lookedAtMs = nowMs): Frame {
  return {snapshot, nowMs: lookedAtMs};
}

export const allSources: readonly SourceState[] = [
  {id: 'processes', state: 'ok'},
  {id: 'heartbeat', state: 'ok'},
  {id: 'log', state: 'ok'},
  {id: 'exits', state: 'ok'},
  {id: 'activity', state: 'ok'},
  {id: 'memory', state: 'ok'},
  {id: 'cpu', state: 'ok'},
  {id: 'traffic', state: 'ok'},
  {id: 'settings', state: 'ok'},
];

/** One value for each of the last 600 seconds, oldest first. */
export function tenMinutes(valueAt: (second: number) => number): readonly number[] {
  return Array.from({length: 600}, (_, second) => valueAt(second));
}

export function worker(pid: number, ageSeconds: number, row: Partial<WorkerRow> = {}): WorkerRow {
  return {
    id: `${pid}@${88_000_000 - Math.round(ageSeconds * 100)}`,
    pid,
    kind: 'worker',
    generation: 1,
    ageSeconds,
    state: 'idle',
    heartbeatAgeSeconds: 0.6,
    requests: {count: 4903, source: 'access log'},
    requestsPerSecond: 12.1,
    cpuPercent: 8,
    rssBytes: 198 * mebibyte,
    rssTrend: [198, 198, 198, 198, 198, 198, 198, 198].map((value) => value * mebibyte),
    now: 'waiting',
    ...row,
  };
}
