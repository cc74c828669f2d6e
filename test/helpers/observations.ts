import {feed, flush, noLogRecords} from '../../source/gunicorn/log-records.js';
import type {LogEvent} from '../../source/gunicorn/log-event.js';
import type {Settings} from '../../source/gunicorn/settings.js';
import type {Heartbeat} from '../../source/heartbeat.js';
import type {
  Attached,
  LogObserved,
  Moment,
  Peeked,
  ProcessId,
  RequestInFlight,
  Sample,
  StackFrame,
  WorkerPeek,
  WorkerSample,
} from '../../source/observation.js';
import type {SourceId, SourceState} from '../../source/source-state.js';

/** The moment at which stories begin: 14:00:00 UTC, 1000 s after the machine was booted. */
export const startWallMs = Date.UTC(2026, 10, 22, 14, 0, 0);
export const startMonotonicMs = 1_000_000;

/** Both clocks so many seconds after the beginning. */
export function moment(seconds: number): Moment {
  const ms = Math.round(seconds * 1000);
  return {wallMs: startWallMs + ms, monotonicMs: startMonotonicMs + ms};
}

/** A process that was started so many seconds after the beginning; before it, when negative. */
export function processId(pid: number, startedAtSeconds: number): ProcessId {
  return {pid, startTicks: Math.floor((startMonotonicMs + startedAtSeconds * 1000) / 10)};
}

export const masterId = processId(812, -900);

const sourceIds: readonly SourceId[] = [
  'processes',
  'heartbeat',
  'log',
  'exits',
  'activity',
  'memory',
  'cpu',
  'traffic',
  'settings',
  'peek',
];

export function sourceStates(denied: readonly SourceId[] = []): readonly SourceState[] {
  return sourceIds.map((id) => (denied.includes(id) ? {id, state: 'denied', why: 'another user'} : {id, state: 'ok'}));
}

/** Plain values as settings that were read from the command line. */
export function settingsOf(values: {
  readonly version?: string;
  readonly workerClass?: string;
  readonly timeoutSeconds?: number;
  readonly gracefulTimeoutSeconds?: number;
  readonly maxRequests?: number;
  readonly reload?: boolean;
  readonly workers?: number;
}): Settings {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, {value, source: 'command-line' as const}]),
  );
}

export function attached(overrides: Partial<Attached['master']> = {}, at: Moment = moment(0)): Attached {
  return {
    kind: 'attached',
    at,
    target: 'shop',
    master: {
      id: masterId,
      startedWallMs: startWallMs + (masterId.startTicks * 10 - startMonotonicMs),
      parentPid: 1,
      settings: settingsOf({version: '23.0.0', workerClass: 'sync', timeoutSeconds: 30, maxRequests: 0, reload: false}),
      ...overrides,
    },
    sources: sourceStates(),
  };
}

/** A heartbeat file that was touched at this moment by a gunicorn of 22.0 or newer. */
export function beat(at: Moment): Heartbeat {
  return {changedWallMs: at.wallMs, beatMonotonicMs: at.monotonicMs, notified: true};
}

/** A booted sync worker that waits for a connection. */
export function worker(id: ProcessId, overrides: Partial<WorkerSample> = {}): WorkerSample {
  return {
    id,
    parentPid: masterId.pid,
    kind: 'worker',
    processState: 'S',
    cpuMs: 500,
    rssBytes: 100 * 1024 * 1024,
    ...overrides,
  };
}

export function sample(at: Moment, workers: readonly WorkerSample[], overrides: Partial<Sample> = {}): Sample {
  return {
    kind: 'sample',
    at,
    lateMs: 0,
    master: {id: masterId, processState: 'S', deadChildrenMinorFaults: 0},
    workers,
    ...overrides,
  };
}

/** The events that the real parser reads from these lines. */
export function eventsOf(lines: readonly string[]): readonly LogEvent[] {
  let state = noLogRecords;
  const events: LogEvent[] = [];
  for (const line of lines) {
    const fed = feed(state, line);
    state = fed.state;
    events.push(...fed.events);
  }
  return [...events, ...flush(state).events];
}

/** What was read from the log at this moment: whole lines, with gunicorn's header. */
export function logged(at: Moment, ...lines: readonly string[]): readonly LogObserved[] {
  return eventsOf(lines).map((event) => ({kind: 'log', at, event}));
}

/** What was read of these workers' memory, and of the master's where it is given. */
export function peeked(
  at: Moment,
  workers: readonly WorkerPeek[],
  master?: Omit<NonNullable<Peeked['master']>, 'id'>,
): Peeked {
  return {kind: 'peek', at, ...(master && {master: {id: masterId, ...master}}), workers};
}

/** Innermost first: the application in a library call, below it gunicorn. */
export const stackInCheckout: readonly StackFrame[] = [
  {function: 'wait', file: '/srv/venv/lib/python3.11/site-packages/psycopg/waiting.py', line: 228},
  {function: 'charge_card', file: '/srv/shop/views.py', line: 88},
  {function: 'checkout', file: '/srv/shop/views.py', line: 41},
  {function: 'handle_request', file: '/srv/venv/lib/python3.11/site-packages/gunicorn/workers/sync.py', line: 184},
];

/** A request that began so many seconds after the beginning. */
export function inFlight(startedSeconds: number, overrides: Partial<RequestInFlight> = {}): RequestInFlight {
  return {
    method: 'POST',
    path: '/checkout',
    startedWallMs: moment(startedSeconds).wallMs,
    stack: stackInCheckout,
    ...overrides,
  };
}
