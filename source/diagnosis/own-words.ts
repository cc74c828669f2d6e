/**
 * What gunicorn itself said about why this worker left: the strongest evidence for a deliberate end, and the reason why
 * no other deliberate end needs to be looked for.
 *
 * Only words that were said before it left count; what they are worth against an exit status is up to each rule.
 */
import {logsExitCodes} from '../gunicorn/versions.js';
import type {Circumstances} from '../ledger/circumstances.js';
import {said} from '../ledger/life.js';
import type {LogFact, Order} from '../ledger/life.js';
import {isFarewell} from '../ledger/orders.js';
import {recordReadWithinMs} from '../ledger/limits.js';
import {printedAtMs} from '../ledger/printed-at.js';
import {exitCode, logEvidence} from './facts.js';
import {abortedByMaster} from './senders.js';
import {bootFailurePrintedWithinMs, haltNearMs, killedAfterTimeoutLineMs, onsetMarginMs} from './thresholds.js';
import type {Cause, Evidence} from './verdict.js';

/** `fact` is its record, or `order` what the kernel told of the signal by which the master said so. */
export type OwnWords = {readonly cause: Cause} & (
  {readonly fact: LogFact; readonly order?: undefined} | {readonly order: Evidence; readonly fact?: undefined}
);

export function ownWords(c: Circumstances): OwnWords | undefined {
  return ofTimeout(c) ?? ofBootFailure(c) ?? ofWorker(c) ?? ofHalt(c) ?? ofOrder(c);
}

/** Evidence that gunicorn named another reason than this cause. */
export function otherWords(c: Circumstances, cause: Cause): Evidence | undefined {
  const words = ownWords(c);
  if (!words || words.cause === cause) return undefined;
  return words.fact ? logEvidence(words.fact, {contradicts: cause}) : {...words.order, contradicts: cause};
}

/**
 * "WORKER TIMEOUT" for this pid, when its death followed from it: soon, or later without another heartbeat or out of
 * disk sleep, in which a process cannot die.
 */
export function timeoutLine(c: Circumstances): LogFact | undefined {
  const line = said(c.life, 'worker-timeout');
  if (!line) return undefined;
  const diedSoon = c.end.at.monotonicMs - line.at.monotonicMs <= killedAfterTimeoutLineMs;
  const wasSilent = c.silence !== undefined && c.silence.lastBeatWallMs <= line.at.wallMs;
  const couldNotDie = c.last?.sample.processState === 'D';
  return diedSoon || wasSilent || couldNotDie ? line : undefined;
}

/** The worker's own words that it failed while starting. Undefined also where it may have said so while serving. */
export function bootFailure(c: Circumstances): LogFact | undefined {
  const lifespan = said(c.life, 'lifespan-failed');
  if (lifespan) return lifespan;
  if (c.booted === true) return undefined;
  const failure = said(c.life, 'exception-in-worker') ?? said(c.life, 'app-load-error');
  const code = exitCode(c);
  const isSure =
    c.booted === false || code === 3 || code === 4 || (c.master.halted !== undefined && code === undefined);
  return isSure ? failure : undefined;
}

/**
 * gunicorn stopped itself around this death, and forked nobody in its place. The halt begins with the worker that
 * failed: whoever had left before it left for another reason. Where that worker is not known, only the last seconds count.
 */
export function haltedNear(c: Circumstances): LogFact | undefined {
  const {halted, haltedBy} = c.master;
  if (!halted || c.life.replacedBy) return undefined;
  const beforeMs = printedAtMs(halted) - c.end.by.monotonicMs;
  const began = haltedBy?.fact;
  if (!began) return beforeMs <= haltNearMs ? halted : undefined;
  const beganMs = printedAtMs(began) - onsetMarginMs;
  const left = said(c.life, 'worker-exiting');
  // Its own word tells when it left better than the sample that missed it.
  const leftAfter = left
    ? printedAtMs(left) >= beganMs
    : c.end.by.monotonicMs >= beganMs || c.life.log.some(({order}) => order > began.order);
  return haltedBy.isThis || (leftAfter && beforeMs <= c.longestDrainMs) ? halted : undefined;
}

function ofTimeout(c: Circumstances): OwnWords | undefined {
  const cause = c.booted === false ? 'boot-timeout' : 'timeout';
  const fact = timeoutLine(c);
  if (fact) return {cause, fact};
  const order = abortedByMaster(c, {});
  return order && {cause, order};
}

function ofBootFailure(c: Circumstances): OwnWords | undefined {
  const fact = bootFailure(c);
  return fact && {cause: 'boot-error', fact};
}

function ofWorker(c: Circumstances): OwnWords | undefined {
  const escaped = c.booted === true ? said(c.life, 'exception-in-worker') : undefined;
  if (escaped) return {cause: 'app-exit', fact: escaped};
  // It may be told to leave for another reason while it drains; that it was leaving anyway stays true.
  const limit = c.drain === 'max-requests' ? said(c.life, 'autorestarting') : undefined;
  if (limit) return {cause: 'max-requests', fact: limit};
  const changed = said(c.life, 'code-changed');
  if (changed) return {cause: 'code-reload', fact: changed};
  const parent = said(c.life, 'parent-changed');
  // A master that gives up twice at once leaves its workers behind (HaltServer inside halt).
  return parent && {cause: haltedNear(c) ? 'gave-up' : 'master-lost', fact: parent};
}

function ofHalt(c: Circumstances): OwnWords | undefined {
  const fact = haltedNear(c);
  const isReason =
    c.master.haltedBy?.isThis === true || seemsToHaveHalted(c) || seemsToHaveFailed(c) || mayHaveHalted(c);
  return fact && !isReason ? {cause: 'gave-up', fact} : undefined;
}

/**
 * Whether gunicorn seems to have stopped itself because of this worker, which had booted and left before all others:
 * sys.exit(3) while serving is taken for a failed boot. Only for versions that print no exit code, and where the log
 * would have shown a worker that failed to boot.
 */
export function seemsToHaveHalted(c: Circumstances): boolean {
  return (
    haltedNear(c) !== undefined &&
    c.booted === true &&
    c.exit === undefined &&
    c.master.haltedBy === undefined &&
    c.siblings.thisLeftFirst === true &&
    logsExitCodes(c.version) === false &&
    nobodyFailedToBoot(c)
  );
}

/** A worker that failed to boot would have been printed, or been seen to be booting. */
export function nobodyFailedToBoot({log: {unbrokenForMs = -1}, siblings: {living, endedNear}}: Circumstances): boolean {
  const hadAllBooted = [...living, ...endedNear].every(({booted}) => booted === true);
  return unbrokenForMs >= (hadAllBooted ? recordReadWithinMs : bootFailurePrintedWithinMs);
}

/**
 * Whether it may be the reason for a halt although not enough is known to say so: it left before all others, nobody else
 * is known to have failed, and neither is how it ended, or whether it served.
 */
export function mayHaveHalted(c: Circumstances): boolean {
  const isUntold = c.booted === undefined || (c.exit === undefined && logsExitCodes(c.version) === false);
  return (
    isUntold && haltedNear(c) !== undefined && c.master.haltedBy === undefined && c.siblings.thisLeftFirst === true
  );
}

/**
 * Whether gunicorn seems to have given up for this worker, which had not booted and left before all others: "App failed
 * to load" has its reason on standard error alone, which need not be the log (arbiter.py spawn_worker).
 */
export function seemsToHaveFailed(c: Circumstances): boolean {
  return (
    haltedNear(c) !== undefined &&
    c.booted === false &&
    c.exit === undefined &&
    c.master.haltedBy === undefined &&
    c.siblings.thisLeftFirst === true
  );
}

function ofOrder(c: Circumstances): OwnWords | undefined {
  const {order} = c.life;
  return order && explains(c, order) ? {cause: order.reason, fact: order.fact} : undefined;
}

/**
 * Whether an order is why this worker left. One that was read after the death needs the worker's own farewell behind
 * it; and a TTOU is obeyed, or not, within the longest drain: another worker may have been meant.
 */
function explains({life, end, longestDrainMs}: Circumstances, {reason, fact}: Order): boolean {
  const sinceMs = end.at.monotonicMs - fact.at.monotonicMs;
  if (sinceMs < 0) return life.log.some(({order, event}) => order > fact.order && isFarewell(event));
  return reason !== 'scale-down' || sinceMs <= longestDrainMs;
}
