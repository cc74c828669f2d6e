/**
 * Everything the ledger holds around one death, gathered into one value for the rules to judge.
 *
 * Nothing is decided here: an absent field means that the source was not readable, and rules must treat it so.
 */
import {heartbeatAgeMs} from '../gunicorn/heartbeat.js';
import {workerClassOf} from '../gunicorn/worker-classes.js';
import type {WorkerClass} from '../gunicorn/worker-classes.js';
import type {ExitStatus, Moment, ProcessId} from '../observation.js';
import type {Settings} from '../gunicorn/settings.js';
import {drainOf} from './drain.js';
import {currentMaster, logIsRead, masterOf} from './ledger.js';
import type {Ledger, MasterRecord} from './ledger.js';
import {lastValidGlimpse, said, sameProcess} from './life.js';
import type {DrainReason, Glimpse, Life, LifeEnd, LogFact} from './life.js';

/** How long the heartbeat had been silent when the worker died, as a range. */
export type Silence = {
  readonly atLeastMs: number;
  readonly atMostMs: number;
  readonly lastBeatWallMs: number;
  /** Whether the file was read once more after the death, so that no later heartbeat can have been missed. */
  readonly readAfterDeath: boolean;
};

/** A counter of OOM kills, read before and after the death. */
export type OutOfMemoryCount = {readonly scope: 'cgroup' | 'machine'; readonly before: number; readonly after: number};

export type Circumstances = {
  readonly life: Life;
  readonly end: LifeEnd;
  /** Time since the death was noticed, milliseconds. */
  readonly waitedMs: number;
  readonly settings: Settings;
  readonly version?: string;
  readonly workerClass?: WorkerClass;
  /** 0 when gunicorn's timeout is off; undefined when it is not known. */
  readonly timeoutSeconds?: number;
  readonly gracefulSeconds: number;
  readonly logRead: boolean;
  /** The log is read and was seen to carry INFO records: then a record that is not there was not printed. */
  readonly logComplete: boolean;
  readonly exit?: {readonly status: ExitStatus; readonly source: 'log' | 'exit-status'};
  readonly silence?: Silence;
  /** The newest glimpse that still tells something. */
  readonly last?: Glimpse;
  readonly drain?: DrainReason;
  readonly master: {
    readonly id: ProcessId;
    readonly aliveAfter: boolean;
    readonly goneAt?: Moment;
    /** The next master of the same target, when one was attached. */
    readonly next?: MasterRecord;
    /** A USR2 successor that was seen as its child. */
    readonly successor: boolean;
    /** Signals it said it handled, newest last: `hup`, `term` … */
    readonly signals: readonly LogFact[];
    readonly shuttingDown?: LogFact;
    /** "Worker failed to boot" or "App failed to load", or the HaltServer traceback that stands for them. */
    readonly halted?: LogFact;
  };
  readonly siblings: {
    readonly living: readonly Life[];
    /** Ended within two seconds of this one. */
    readonly endedNear: readonly Life[];
    /** Born before this death without an open slot, and still without a death that made room for them. */
    readonly surplus: readonly Life[];
    /** Whether this one was the oldest worker when it ended. */
    readonly thisWasOldest: boolean;
  };
  readonly outOfMemory?: OutOfMemoryCount;
};

const nearMs = 2000;

/** Gathers what surrounds an ended life. The life must be one of `ledger.ended`. */
export function circumstancesOf(ledger: Ledger, life: Life & {readonly end: LifeEnd}): Circumstances {
  const master = masterOf(ledger, life) ?? currentMaster(ledger);
  const settings = master?.settings ?? {};
  const workerClass = workerClassOf(settings.workerClass?.value, settings.threads?.value);
  const now = ledger.at ?? life.end.at;
  const exit = exitOf(life);
  const silence = silenceOf(life, life.end);
  const outOfMemory = countAround(ledger, life);
  const drain = drainOf(ledger, life);
  const last = lastValidGlimpse(life);
  return {
    life,
    end: life.end,
    waitedMs: now.monotonicMs - life.end.at.monotonicMs,
    settings,
    ...(settings.version && {version: settings.version.value}),
    ...(workerClass && {workerClass}),
    ...(settings.timeoutSeconds && {timeoutSeconds: settings.timeoutSeconds.value}),
    gracefulSeconds: settings.gracefulTimeoutSeconds?.value ?? 30,
    logRead: logIsRead(ledger),
    logComplete: logIsRead(ledger) && ledger.logShowsInfo,
    ...(exit && {exit}),
    ...(silence && {silence}),
    ...(last && {last}),
    ...(drain && {drain}),
    master: masterAround(ledger, life, master),
    siblings: siblingsOf(ledger, life),
    ...(outOfMemory && {outOfMemory}),
  };
}

/** The wait status: read itself when a source showed it, else as gunicorn printed it. */
export function exitOf(life: Life): Circumstances['exit'] {
  if (life.end?.exit) return {status: life.end.exit.status, source: 'exit-status'};
  const code = said(life, 'exited-with-code');
  if (code) return {status: {code: code.event.code}, source: 'log'};
  const signal = said(life, 'died-by-signal');
  return signal && {status: {signal: signal.event.signal, core: signal.event.core}, source: 'log'};
}

function silenceOf(life: Life, end: LifeEnd): Silence | undefined {
  const heartbeat = end.heartbeat ?? life.glimpses.findLast(({sample}) => sample.heartbeat)?.sample.heartbeat;
  if (!heartbeat) return undefined;
  return {
    atLeastMs: heartbeatAgeMs(heartbeat, life.lastSeen),
    atMostMs: heartbeatAgeMs(heartbeat, end.at),
    lastBeatWallMs: end.at.wallMs - heartbeatAgeMs(heartbeat, end.at),
    readAfterDeath: end.heartbeat !== undefined,
  };
}

function countAround(ledger: Ledger, life: Life & {readonly end: LifeEnd}): OutOfMemoryCount | undefined {
  const before = ledger.pulses.findLast(({at}) => at.monotonicMs <= life.lastSeen.monotonicMs);
  const after = ledger.pulses.findLast(({at}) => at.monotonicMs >= life.end.at.monotonicMs);
  if (!before || !after) return undefined;
  const machine = both('machine', before.oomKills, after.oomKills);
  const cgroup = both('cgroup', before.cgroupOomKills, after.cgroupOomKills);
  // The machine's counter contains the cgroup's: unchanged, it says more; changed, the cgroup's says it was ours.
  if (machine && machine.before === machine.after) return machine;
  return cgroup ?? machine;
}

function both(scope: OutOfMemoryCount['scope'], before?: number, after?: number): OutOfMemoryCount | undefined {
  return before === undefined || after === undefined ? undefined : {scope, before, after};
}

function masterAround(ledger: Ledger, life: Life, master: MasterRecord | undefined): Circumstances['master'] {
  const logPid = master && (master.nsPid ?? master.id.pid);
  const own = ledger.masterLog.filter(
    ({at, event}) =>
      (event.emitterPid === undefined || logPid === undefined || event.emitterPid === logPid) &&
      at.monotonicMs >= life.firstSeen.monotonicMs,
  );
  const shuttingDown = own.findLast(({event}) => event.event === 'shutting-down');
  const halted = own.findLast(
    ({event}) =>
      event.event === 'halted' ||
      (event.event === 'bare-traceback' && event.traceback?.exception?.includes('HaltServer') === true),
  );
  const next = master && ledger.masters[ledger.masters.indexOf(master) + 1];
  return {
    id: master?.id ?? life.master,
    aliveAfter: master !== undefined && master.goneAt === undefined,
    ...(master?.goneAt && {goneAt: master.goneAt}),
    ...(next && {next}),
    successor: ledger.successor !== undefined || (next !== undefined && wasChildOf(ledger, next, life)),
    signals: own.filter(({event}) => event.event === 'handling-signal'),
    ...(shuttingDown && {shuttingDown}),
    ...(halted && {halted}),
  };
}

/** A USR2 successor starts while its predecessor still lives. */
function wasChildOf(ledger: Ledger, next: MasterRecord, life: Life): boolean {
  const goneAt = masterOf(ledger, life)?.goneAt;
  return goneAt !== undefined && next.startedMs < goneAt.wallMs - 500;
}

function siblingsOf(ledger: Ledger, life: Life & {readonly end: LifeEnd}): Circumstances['siblings'] {
  const ofMaster = (other: Life): boolean => sameProcess(other.master, life.master) && !sameProcess(other.id, life.id);
  const living = ledger.living.filter(ofMaster);
  const ended = ledger.ended.filter(ofMaster);
  const atDeath = [
    ...living,
    ...ended.filter((other) => (other.end?.at.monotonicMs ?? 0) > life.end.at.monotonicMs),
  ].filter((other) => other.firstSeen.monotonicMs <= life.end.at.monotonicMs);
  return {
    living,
    endedNear: ended.filter(
      (other) => Math.abs((other.end?.at.monotonicMs ?? Infinity) - life.end.at.monotonicMs) <= nearMs,
    ),
    surplus: atDeath.filter((other) => other.surplus && other.firstSeen.monotonicMs > life.firstSeen.monotonicMs),
    thisWasOldest: atDeath.every((other) => other.id.startTicks >= life.id.startTicks),
  };
}
