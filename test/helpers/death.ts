import {workerClassOf} from '../../source/gunicorn/worker-classes.js';
import type {Settings} from '../../source/gunicorn/settings.js';
import type {Circumstances} from '../../source/ledger/circumstances.js';
import type {Life, LifeEnd, LogFact, Order} from '../../source/ledger/life.js';
import type {LifeMemory} from '../../source/ledger/life-memory.js';
import type {KernelAround} from '../../source/ledger/kernel-around.js';
import type {MasterAround} from '../../source/ledger/master-around.js';
import type {Siblings} from '../../source/ledger/siblings.js';
import type {ExitStatus, WorkerSample} from '../../source/observation.js';
import {eventsOf, masterId, moment, processId, settingsOf, startWallMs, worker} from './observations.js';

/** What is known of a death, in a few words; everything that is not said is not known. */
export type KnownOfDeath = {
  readonly version?: string;
  readonly workerClass?: string;
  readonly timeoutSeconds?: number;
  readonly maxRequests?: number;
  readonly reload?: boolean;
  readonly booted?: boolean;
  /** Records about the worker, with gunicorn's header, printed one second before the end. */
  readonly log?: readonly string[];
  /** For how long before the end the log had been read without a gap, seconds; with INFO records in it. */
  readonly logReadSeconds?: number;
  readonly showsInfo?: boolean;
  readonly exit?: ExitStatus | number | string;
  /** How long its heartbeat had been silent, seconds. */
  readonly silentSeconds?: number;
  /** It was last seen to wait for a connection so long before the end, seconds. */
  readonly idleSeconds?: number;
  readonly bind?: readonly string[];
  readonly oomKills?: readonly [before: number, after: number];
  readonly ageSeconds?: number;
  readonly order?: Order['reason'];
  readonly replacedBy?: number;
  readonly waitedSeconds?: number;
  readonly processState?: string;
  /** What its memory told. */
  readonly memory?: Partial<LifeMemory>;
  readonly master?: Partial<MasterAround>;
  readonly siblings?: Partial<Siblings>;
  readonly kernel?: Partial<KernelAround>;
};

export const endSeconds = 100;
/** The moment so many seconds after the death; before it, when negative. */
export const afterDeath = (seconds: number) => moment(endSeconds + seconds);

/** The end of a life that a prompt sample missed then. */
export const endAt = (seconds: number): LifeEnd => ({at: afterDeath(seconds), by: afterDeath(seconds)});

/** Worker 9101 of master 812, dead for two seconds; gunicorn and its master live on unless told otherwise. */
export function death(known: KnownOfDeath = {}): Circumstances {
  const {exit, silentSeconds, oomKills, logReadSeconds, booted} = known;
  const settings = settingsFrom(known);
  const life = lifeFrom(known);
  const workerClass = workerClassOf(known.workerClass);
  const sample = lastSample(known);
  return {
    life,
    end: life.end,
    waitedMs: (known.waitedSeconds ?? 2) * 1000,
    settings,
    ...(known.version && {version: known.version}),
    ...(workerClass && {workerClass}),
    ...(known.timeoutSeconds !== undefined && {timeoutSeconds: known.timeoutSeconds}),
    gracefulSeconds: 30,
    ...(booted !== undefined && {booted}),
    log: {
      isRead: logReadSeconds !== undefined,
      showsInfo: known.showsInfo ?? logReadSeconds !== undefined,
      ...(logReadSeconds !== undefined && {unbrokenForMs: logReadSeconds * 1000}),
    },
    ...(exit !== undefined && {exit: {status: exitOf(exit), source: 'exit-status' as const}}),
    ...(silentSeconds !== undefined && {
      silence: {
        atLeastMs: silentSeconds * 1000 - 250,
        atMostMs: silentSeconds * 1000,
        lastBeatWallMs: afterDeath(-silentSeconds).wallMs,
        readAfterDeath: true,
      },
    }),
    last: {at: afterDeath(-0.25), by: afterDeath(-0.25), sample},
    ...(known.order && {drain: known.order}),
    longestDrainMs: 35_000,
    master: {id: masterId, aliveAfter: true, successor: false, ...known.master},
    siblings: {
      living: [],
      endedNear: [],
      endedAround: [],
      surplus: [],
      bornMeanwhile: known.siblings?.surplus ?? [],
      thisWasOldest: true,
      wereSteadyAtOrder: true,
      ...known.siblings,
    },
    kernel: {signals: [], masterSignals: [], ...known.kernel},
    ...(oomKills && {outOfMemory: {scope: 'cgroup' as const, before: oomKills[0], after: oomKills[1]}}),
  };
}

/** Another life of the same master, as siblings are told: living unless it has an end. */
export function sibling(pid: number, more: Partial<Life> = {}): Life {
  const id = processId(pid, endSeconds - 200);
  return {
    id,
    kind: 'worker',
    generation: 1,
    startedMs: startWallMs + (endSeconds - 200) * 1000,
    firstSeen: afterDeath(-90),
    lastSeen: afterDeath(0),
    isBornLater: false,
    surplus: false,
    booted: true,
    glimpses: [],
    processorWaits: [],
    trend: [],
    trail: [],
    log: [],
    master: masterId,
    ...more,
  };
}

/** Another worker that was there before and waits for a connection, after the death. */
export function idleSibling(pid: number): Life {
  const sample = worker(processId(pid, endSeconds - 200), {activity: {main: {kind: 'accept'}, clients: 0}});
  return sibling(pid, {glimpses: [{at: afterDeath(0), by: afterDeath(0), sample}]});
}

/** A log record of the master, printed so many seconds after the death. */
export function masterSaid(line: string, seconds = -1): LogFact {
  const [event] = eventsOf([header(line, seconds)]);
  if (!event) throw new Error(`the parser reads nothing from ${line}`);
  return {at: afterDeath(seconds), order: seconds < 0 ? 1 : 1000, event};
}

/** The same, for a signal that it handled. */
export function masterHandled(signal: string, seconds = -1): NonNullable<MasterAround['stop']> {
  return masterSaid(`[812] [INFO] Handling signal: ${signal}`, seconds) as NonNullable<MasterAround['stop']>;
}

function header(line: string, seconds: number): string {
  const stamp = new Date(afterDeath(seconds).wallMs).toISOString();
  return line.startsWith('[') ? `[${stamp.slice(0, 10)} ${stamp.slice(11, 19)} +0000] ${line}` : line;
}

function lifeFrom({log = [], order, replacedBy, ageSeconds = 100, booted, memory, ...known}: KnownOfDeath): Life & {
  readonly end: NonNullable<Life['end']>;
} {
  const facts = eventsOf(log.map((line) => header(line, -1))).map((event, index): LogFact => ({
    at: afterDeath(-1),
    order: 10 + index,
    event,
  }));
  const sample = lastSample(known);
  const {idleSeconds = 0.25} = known;
  return {
    ...sibling(9101, {log: facts, glimpses: [{at: afterDeath(-idleSeconds), by: afterDeath(-idleSeconds), sample}]}),
    startedMs: afterDeath(-ageSeconds).wallMs,
    ...(booted !== undefined && {booted}),
    ...(order && {order: {reason: order, fact: orderFact(order)}}),
    ...(replacedBy !== undefined && {replacedBy: processId(replacedBy, endSeconds + 0.01)}),
    ...(memory && {memory: {counts: [], looks: [], ...memory}}),
    lastSeen: afterDeath(-0.25),
    end: endAt(0),
  };
}

function orderFact(reason: Order['reason']): LogFact {
  const signals = {reload: 'hup', 'scale-down': 'ttou', shutdown: 'term'} as const;
  return masterHandled(signals[reason], -2);
}

function lastSample({processState = 'S', idleSeconds}: KnownOfDeath): WorkerSample {
  return worker(processId(9101, endSeconds - 100), {
    processState,
    ...(idleSeconds !== undefined && {activity: {main: {kind: 'accept'}, clients: 0}}),
  });
}

function settingsFrom({version, workerClass, timeoutSeconds, maxRequests, reload, bind}: KnownOfDeath): Settings {
  return settingsOf({
    ...(version !== undefined && {version}),
    ...(workerClass !== undefined && {workerClass}),
    ...(timeoutSeconds !== undefined && {timeoutSeconds}),
    ...(maxRequests !== undefined && {maxRequests}),
    ...(reload !== undefined && {reload}),
    ...(bind && {bind}),
  });
}

function exitOf(exit: ExitStatus | number | string): ExitStatus {
  if (typeof exit === 'number') return {code: exit};
  return typeof exit === 'string' ? {signal: exit, core: false} : exit;
}
