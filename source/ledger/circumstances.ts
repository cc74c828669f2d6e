/**
 * Everything the ledger holds around one death, gathered into one value for the rules to judge.
 *
 * Nothing is decided here: an absent field means that the source was not readable, and rules must treat it so.
 */
import {workerClassOf} from '../gunicorn/worker-classes.js';
import type {WorkerClass} from '../gunicorn/worker-classes.js';
import type {ExitStatus} from '../observation.js';
import type {Settings} from '../gunicorn/settings.js';
import {bootedOf} from './booted.js';
import {changesBefore, type ChangesBefore} from './changes-before.js';
import {clockAheadMs} from './clock-steps.js';
import {drainOf, longestDrainMs} from './drain.js';
import {kernelAround} from './kernel-around.js';
import type {KernelAround} from './kernel-around.js';
import {currentMaster, logIsRead, masterOf} from './ledger.js';
import type {Ledger} from './ledger.js';
import {lastValidGlimpse, said} from './life.js';
import type {DrainReason, Glimpse, Life, LifeEnd} from './life.js';
import {masterAround} from './master-around.js';
import type {MasterAround} from './master-around.js';
import {countAround, limitHitAround} from './out-of-memory-count.js';
import type {LimitHit, OutOfMemoryCount} from './out-of-memory-count.js';
import {processorWaitOf} from './processor-wait.js';
import type {ProcessorWait} from './processor-wait.js';
import {siblingsOf} from './siblings.js';
import type {Siblings} from './siblings.js';
import {silenceOf} from './silence.js';
import type {Silence} from './silence.js';

export type Circumstances = {
  readonly life: Life;
  readonly end: LifeEnd;
  /** Time since the death at least, milliseconds. */
  readonly waitedMs: number;
  readonly settings: Settings;
  readonly version?: string;
  readonly workerClass?: WorkerClass;
  /** 0 when gunicorn's timeout is off; undefined when it is not known. */
  readonly timeoutSeconds?: number;
  readonly gracefulSeconds: number;
  /** Whether it had finished booting; undefined when nothing tells. */
  readonly booted?: boolean;
  readonly log: {
    readonly isRead: boolean;
    /** For how long before the death it had been read without a gap: for ever, when that is longer than the life. */
    readonly unbrokenForMs?: number;
    /** Whether INFO records are printed: then one that is not there was not printed. */
    readonly showsInfo: boolean;
  };
  readonly exit?: {readonly status: ExitStatus; readonly source: 'log' | 'exit-status'; readonly loose?: true};
  readonly silence?: Silence;
  /** The newest glimpse that still tells something. */
  readonly last?: Glimpse;
  readonly drain?: DrainReason;
  /** The longest that it could have taken to leave when asked to. */
  readonly longestDrainMs: number;
  readonly master: MasterAround;
  readonly siblings: Siblings;
  readonly outOfMemory?: OutOfMemoryCount;
  /** What was changed on disk before it; undefined when that was not looked at. */
  readonly changes?: ChangesBefore;
  /** The limit on its group's memory, when the group came to it between the same two readings. */
  readonly limitHit?: LimitHit;
  /** How long it waited for a processor in its silence, or in the last seconds where its silence is not known. */
  readonly processor?: ProcessorWait;
  /** By how much the wall clock went ahead in its silence, milliseconds. */
  readonly clockAheadMs?: number;
  readonly kernel: KernelAround;
};

/** Where neither the heartbeat nor `timeout` is readable, what the machine gave is looked at over this long. */
const unseenSilenceSeconds = 10;

/** Gathers what surrounds an ended life. The life must be one of `ledger.ended`. */
export function circumstancesOf(ledger: Ledger, life: Life & {readonly end: LifeEnd}): Circumstances {
  const master = masterOf(ledger, life) ?? currentMaster(ledger);
  const settings = master?.settings ?? {};
  const workerClass = workerClassOf(settings.workerClass?.value, settings.threads?.value);
  const now = ledger.at ?? life.end.at;
  const booted = bootedOf(life, settings);
  const exit = exitOf(life);
  const silence = silenceOf(life, life.end);
  const around = masterAround(ledger, life, master);
  const nextFromMs = around.next?.attachedAt.monotonicMs;
  const outOfMemory = countAround(ledger.pulses, life, life.end, nextFromMs);
  const changes = changesBefore(ledger, life);
  const limitHit = limitHitAround(ledger.pulses, life, life.end, nextFromMs);
  const endMs = life.end.by.monotonicMs;
  const silentMs = silence?.atMostMs ?? (settings.timeoutSeconds?.value || unseenSilenceSeconds) * 1000;
  const processor = processorWaitOf(life.processorWaits, ledger.pulses, endMs - silentMs);
  const aheadMs = clockAheadMs(ledger.clockSteps, endMs - silentMs, endMs);
  const drain = drainOf(life);
  const last = lastValidGlimpse(life);
  return {
    life,
    end: life.end,
    waitedMs: now.monotonicMs - life.end.by.monotonicMs,
    settings,
    ...(settings.version && {version: settings.version.value}),
    ...(workerClass && {workerClass}),
    ...(settings.timeoutSeconds && {timeoutSeconds: settings.timeoutSeconds.value}),
    gracefulSeconds: settings.gracefulTimeoutSeconds?.value ?? 30,
    ...(booted !== undefined && {booted}),
    log: coverOf(ledger, life),
    ...(exit && {exit}),
    ...(silence && {silence}),
    ...(last && {last}),
    ...(drain && {drain}),
    longestDrainMs: longestDrainMs(settings),
    master: around,
    siblings: siblingsOf(ledger, life),
    ...(outOfMemory && {outOfMemory}),
    ...(changes && {changes}),
    ...(limitHit && {limitHit}),
    ...(processor && {processor}),
    ...(aheadMs !== 0 && {clockAheadMs: aheadMs}),
    kernel: kernelAround(ledger.kernel, life, master),
  };
}

function coverOf(ledger: Ledger, life: Life & {readonly end: LifeEnd}): Circumstances['log'] {
  const {since, showsInfo} = ledger.log;
  const isFromBirth = since !== undefined && life.isBornLater && since.monotonicMs <= life.firstSeen.monotonicMs;
  const unbrokenForMs = since && (isFromBirth ? Infinity : life.lastSeen.monotonicMs - since.monotonicMs);
  return {isRead: logIsRead(ledger), showsInfo, ...(unbrokenForMs !== undefined && {unbrokenForMs})};
}

/** The wait status: read itself when a source showed it, else as gunicorn printed it. */
export function exitOf(life: Life): Circumstances['exit'] {
  if (life.end?.exit) return {status: life.end.exit.status, source: 'exit-status'};
  const line = said(life, 'exited-with-code') ?? said(life, 'died-by-signal');
  if (!line) return undefined;
  const {event} = line;
  const status: ExitStatus =
    event.event === 'exited-with-code' ? {code: event.code} : {signal: event.signal, ...(event.core && {core: true})};
  return {status, source: 'log', ...(event.loose && {loose: true})};
}
