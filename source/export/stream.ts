/**
 * Turns what became known into the objects of the NDJSON stream, and an object into its line.
 *
 * Nothing is judged here: values are renamed, rounded and left out when unknown, so that a program which reads the
 * stream sees the same verdicts as a person at the screen.
 */
import type {Happening} from '../inspection.js';
import type {Attached, ChildKind} from '../observation.js';
import type {Restart, Snapshot, WorkerRow} from '../snapshot.js';
import {jsonText} from './json-text.js';
import type {
  AttachedEvent,
  DetachedEvent,
  RestartEvent,
  SampleEvent,
  StreamedKind,
  StreamEvent,
} from './stream-event.js';

type UnknownKeys<T> = {[Key in keyof T]-?: undefined extends T[Key] ? Key : never}[keyof T];
type Known<T> = Omit<T, UnknownKeys<T>> & {[Key in UnknownKeys<T>]?: Exclude<T[Key], undefined>};

/** The object without the keys whose value is undefined. */
function known<T extends object>(value: T): Known<T>;
function known(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
}

/** The object of known keys, or undefined when nothing in it is known. */
function knownOrNothing<T extends object>(value: T): Known<T> | undefined {
  const object = known(value);
  return Object.keys(object).length === 0 ? undefined : object;
}

/** ISO 8601 in UTC. A time that no calendar has (a garbled log line) becomes the epoch. */
function isoTime(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? '1970-01-01T00:00:00.000Z' : date.toISOString();
}

function isoTimeIfKnown(atMs: number | undefined): string | undefined {
  return atMs === undefined || Number.isNaN(new Date(atMs).getTime()) ? undefined : isoTime(atMs);
}

/** Two clocks that were read a moment apart can make an age that is a little below zero. */
function whole(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : Math.max(0, Math.round(value));
}

/** One decimal; undefined when it is not a finite number. */
function tenths(value: number | undefined): number | undefined {
  const tenfold = whole(value === undefined ? undefined : value * 10);
  return tenfold === undefined ? undefined : tenfold / 10;
}

/** The kinds that the stream knows; one that is not decided yet is unknown. */
function streamedKind(kind: ChildKind): StreamedKind | undefined {
  return kind === 'worker' || kind === 'dirty' ? kind : undefined;
}

function requestEvent(request: Restart['request']) {
  return request && knownOrNothing({...request, ageSeconds: tenths(request.ageSeconds)});
}

/** `attached`: the first line for each master. */
export function attachedEvent({at, target, master, sources}: Attached): AttachedEvent {
  const {settings} = master;
  return {
    v: 1,
    type: 'attached',
    at: isoTime(at.wallMs),
    target,
    master: known({
      pid: master.id.pid,
      startedAt: isoTimeIfKnown(master.startedWallMs),
      app: settings.app?.value,
      version: settings.version?.value,
      workerClass: settings.workerClass?.value,
      workers: settings.workers?.value,
      timeoutSeconds: settings.timeoutSeconds?.value,
      gracefulTimeoutSeconds: settings.gracefulTimeoutSeconds?.value,
      maxRequests: settings.maxRequests?.value,
      maxRequestsJitter: settings.maxRequestsJitter?.value,
      bind: settings.bind?.value,
    }),
    sources: sources.map(({id, state, why}) => known({id, state, why})),
  };
}

function workerEvent(row: WorkerRow): SampleEvent['workers'][number] {
  return known({
    pid: row.pid,
    nsPid: row.nsPid,
    kind: streamedKind(row.kind),
    generation: row.generation,
    ageSeconds: tenths(row.ageSeconds) ?? 0,
    // `alive` says that only its existence was readable: no state.
    state: row.state === 'alive' || row.state === 'dead' ? undefined : row.state,
    heartbeatAgeSeconds: tenths(row.heartbeatAgeSeconds),
    requests: row.requests?.count,
    requestsPerSecond: tenths(row.requestsPerSecond),
    cpuPercent: tenths(row.cpuPercent),
    rssBytes: whole(row.rssBytes),
    request: requestEvent(row.request),
  });
}

function isLivingWorker({kind, state}: WorkerRow): boolean {
  return state !== 'dead' && kind !== 'other' && kind !== 'successor';
}

/** `sample`: the workers that live at this moment; rows that a screen keeps for the dead are left out. */
export function sampleEvent(snapshot: Snapshot, lateMs: number): SampleEvent {
  const {traffic, memory} = snapshot;
  return known({
    v: 1 as const,
    type: 'sample' as const,
    at: isoTime(snapshot.at.wallMs),
    lateMs: whole(lateMs) ?? 0,
    workers: snapshot.workers.filter(isLivingWorker).map(workerEvent),
    traffic: knownOrNothing({
      requestsPerSecond: tenths(traffic.requestsPerSecond),
      backlog: whole(traffic.backlog),
      backlogLimit: whole(traffic.backlogLimit),
    }),
    memory: knownOrNothing({usedBytes: whole(memory.usedBytes), limitBytes: whole(memory.limitBytes)}),
  });
}

/** `restart`: one ended life with its verdict. */
export function restartEvent(restart: Restart): RestartEvent {
  const {worker, replacement, onsets, lost} = restart;
  return known({
    v: 1 as const,
    type: 'restart' as const,
    id: restart.id,
    revision: restart.revision,
    at: isoTime(restart.atMs),
    master: {pid: restart.master.pid},
    worker: known({
      pid: worker.pid,
      nsPid: worker.nsPid,
      kind: streamedKind(worker.kind),
      startedAt: isoTimeIfKnown(worker.startedMs),
      ageSeconds: tenths(worker.ageSeconds) ?? 0,
      requests: worker.requests,
      maxRequests: worker.maxRequests,
      exit: worker.exit,
    }),
    replacement:
      replacement &&
      known({pid: replacement.pid, at: isoTime(replacement.atMs), bootSeconds: tenths(replacement.bootSeconds)}),
    branch: restart.branch,
    cause: restart.cause,
    variant: restart.variant,
    during: restart.during,
    confidence: restart.confidence,
    expected: restart.expected,
    summary: restart.summary,
    request: requestEvent(restart.request),
    blockedOn: restart.blockedOn,
    stack: restart.stack,
    evidence: restart.evidence.map(({source, fact, atMs, supports, contradicts}) =>
      known({source, fact, at: isoTimeIfKnown(atMs), supports, contradicts}),
    ),
    questions: restart.questions.map(({id, verdict, answer, evidence}) => ({id, verdict, answer, evidence})),
    candidates: restart.candidates.map(({cause, confidence}) => ({cause, confidence})),
    onsets: knownOrNothing({
      heartbeatAt: isoTimeIfKnown(onsets.heartbeatAtMs),
      memoryAt: isoTimeIfKnown(onsets.memoryAtMs),
      cpuAt: isoTimeIfKnown(onsets.cpuAtMs),
      trafficAt: isoTimeIfKnown(onsets.trafficAtMs),
    }),
    lost: knownOrNothing({
      inFlight: lost.inFlight,
      secondsBelowTarget: tenths(lost.secondsBelowTarget),
      drops: whole(lost.drops),
    }),
    reconstructed: restart.reconstructed,
  });
}

/** `detached`: the last line. */
export function detachedEvent(atMs: number, why: string): DetachedEvent {
  return {v: 1, type: 'detached', at: isoTime(atMs), why};
}

/** Anything that became known, as the object the stream has for it. */
export function happeningEvent(happening: Happening): StreamEvent {
  switch (happening.kind) {
    case 'attached':
      return attachedEvent(happening.attached);
    case 'restart':
      return restartEvent(happening.restart);
    case 'missed': {
      const {atMs, count, atLeast, why} = happening.missed;
      return {v: 1, type: 'missed', at: isoTime(atMs), count, atLeast, why};
    }
    case 'master': {
      const {atMs, event, pid} = happening.event;
      return {v: 1, type: 'master', at: isoTime(atMs), event, pid};
    }
    case 'pattern': {
      const {pattern, branch, summary, restarts, expected} = happening.pattern;
      return {v: 1, type: 'pattern', at: isoTime(happening.atMs), pattern, branch, summary, restarts, expected};
    }
  }
}

/** The event as one line of JSON, its line feed included. */
export function streamLine(event: StreamEvent): string {
  return `${jsonText(event)}\n`;
}
