/** What an observation read from a file must look like: `observation.ts` as values. */
import type {Activity, Wait} from '../activity.js';
import type {ChangedFile, UnitState} from '../changed-file.js';
import type {Heartbeat} from '../heartbeat.js';
import type {
  AccessObserved,
  Attached,
  ChangesObserved,
  HistoryObserved,
  LogObserved,
  MasterGone,
  Observation,
  ProcessId,
  Sample,
  SourceChanged,
  SettingsObserved,
  WorkerSample,
} from '../observation.js';
import {sourceIds, type SourceState} from '../source-state.js';
import {exitStatus} from './exit-status-shape.js';
import {kernelObserved} from './kernel-shape.js';
import {cpu, listener, memory, network} from './machine-shape.js';
import {logEvent} from './log-event-shape.js';
import {peeked} from './peeked-shape.js';
import {settings} from './settings-shape.js';
import {
  boolean,
  exactly,
  listOf,
  number,
  object,
  oneOf,
  optional,
  taggedBy,
  text,
  wordOf,
  type Shape,
} from './shape.js';
import {clockTicks, moment, monotonicMs, wallMs} from './time-shape.js';

const processId = object<ProcessId>({pid: number, startTicks: clockTicks});

const sourceState = object<SourceState>({
  id: oneOf(sourceIds),
  state: wordOf({ok: true, partly: true, denied: true, unsupported: true, failed: true, off: true}),
  why: optional(text),
  unlock: optional(text),
});

const wait = object<Wait>({
  kind: wordOf({
    client: true,
    accept: true,
    peer: true,
    file: true,
    child: true,
    lock: true,
    sleep: true,
    cpu: true,
    disk: true,
    other: true,
  }),
  what: optional(text),
  via: optional(text),
});

const activity = object<Activity>({
  main: optional(wait),
  threads: optional(listOf(wait)),
  clients: optional(number),
  clientsGone: optional(number),
});

const heartbeat = object<Heartbeat>({
  changedWallMs: wallMs,
  beatMonotonicMs: optional(monotonicMs),
  notified: boolean,
});

const worker = object<WorkerSample>({
  id: processId,
  nsPid: optional(number),
  parentPid: number,
  kind: wordOf({worker: true, dirty: true, successor: true, other: true, undecided: true}),
  processState: text,
  cpuMs: number,
  runQueueMs: optional(number),
  rssBytes: optional(number),
  peakRssBytes: optional(number),
  pssBytes: optional(number),
  ussBytes: optional(number),
  threads: optional(number),
  voluntarySwitches: optional(number),
  heartbeat: optional(heartbeat),
  activity: optional(activity),
  exit: optional(exitStatus),
});

/** A sample, and nothing else. */
export const sample: Shape<Sample> = object<Sample>({
  kind: exactly('sample'),
  at: moment,
  tookMs: optional(monotonicMs),
  lateMs: monotonicMs,
  master: optional(
    object<NonNullable<Sample['master']>>({id: processId, processState: text, deadChildrenMinorFaults: number}),
  ),
  workers: listOf(worker),
  listeners: optional(listOf(listener)),
  network: optional(network),
  memory: optional(memory),
  cpu: optional(cpu),
});

/** The observation that opens a master's history. */
export const attached: Shape<Attached> = object<Attached>({
  kind: exactly('attached'),
  at: moment,
  target: text,
  master: object<Attached['master']>({
    id: processId,
    startedWallMs: wallMs,
    nsPid: optional(number),
    parentPid: number,
    user: optional(text),
    settings,
  }),
  sources: listOf(sourceState),
});

/** Any observation. */
export const observation: Shape<Observation> = taggedBy<'kind', Observation>('kind', {
  attached,
  sample,
  log: object<LogObserved>({kind: exactly('log'), at: moment, event: logEvent}),
  access: object<AccessObserved>({
    kind: exactly('access'),
    at: moment,
    requests: listOf(object<AccessObserved['requests'][number]>({pid: number, count: number})),
  }),
  peek: peeked,
  changes: object<ChangesObserved>({
    kind: exactly('changes'),
    at: moment,
    id: processId,
    files: listOf(
      object<ChangedFile>({
        what: wordOf({application: true, config: true, package: true, unit: true}),
        name: text,
        changedWallMs: wallMs,
      }),
    ),
    removed: listOf(text),
    complete: boolean,
    unit: optional(
      object<UnitState>({
        name: text,
        restarts: optional(number),
        invocationId: optional(text),
        result: optional(text),
        oomPolicy: optional(text),
      }),
    ),
  }),
  history: object<HistoryObserved>({kind: exactly('history'), at: moment, events: listOf(logEvent), isLast: boolean}),
  settings: object<SettingsObserved>({kind: exactly('settings'), at: moment, id: processId, settings}),
  kernel: kernelObserved,
  source: object<SourceChanged>({kind: exactly('source'), at: moment, source: sourceState}),
  'master-gone': object<MasterGone>({kind: exactly('master-gone'), at: moment, id: processId}),
});
