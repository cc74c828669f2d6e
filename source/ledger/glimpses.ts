/** The beginning of a life, and what one more sample of it tells. */
import type {Moment, Sample, WorkerSample} from '../observation.js';
import {currentMaster} from './ledger.js';
import {isPrompt, readBy} from './reading-time.js';
import type {Ledger, MasterRecord} from './ledger.js';
import {sameProcess} from './life.js';
import type {Glimpse, Life} from './life.js';
import {requestsBegunOf} from './life-memory.js';
import {firstWorkersPauseMs, firstWorkersWithinMs, glimpsesKept, startErrorMs} from './limits.js';
import {withWait} from './processor-wait.js';
import {trailFrom} from './trail.js';
import {trendFrom} from './trend.js';

/** A life as the first sample of it shows it. Whether it took somebody's place is not known yet. */
export function birth(ledger: Ledger, worker: WorkerSample, sample: Sample): Life {
  const master = currentMaster(ledger);
  return withGlimpse(
    {
      id: worker.id,
      kind: worker.kind,
      generation: master?.generation ?? 1,
      startedMs: master ? master.startedMs + sinceMasterMs(worker, master) : sample.at.wallMs,
      firstSeen: sample.at,
      ...(sample.tookMs !== undefined && {firstSeenBy: readBy(sample)}),
      lastSeen: sample.at,
      isBornLater: isBornLater(ledger, worker, sample.at),
      surplus: false,
      glimpses: [],
      trend: [],
      processorWaits: [],
      trail: [],
      log: [],
      master: master?.id ?? {pid: worker.parentPid, startTicks: 0},
    },
    worker,
    sample,
  );
}

function isBornLater(ledger: Ledger, worker: WorkerSample, at: Moment): boolean {
  const master = currentMaster(ledger);
  return (
    master?.firstSampleAt !== undefined &&
    master.firstSampleAt.monotonicMs < at.monotonicMs &&
    (sinceMasterMs(worker, master) > firstWorkersWithinMs || isAfterPause(ledger, worker, master))
  );
}

/** Whether its master had forked others before and none since for so long that it had all it began with. */
function isAfterPause({living, ended}: Ledger, {id}: WorkerSample, master: MasterRecord): boolean {
  const earlier = [...living, ...ended].filter(
    (life) => sameProcess(life.master, master.id) && life.kind !== 'dirty' && life.id.startTicks <= id.startTicks,
  );
  return (
    earlier.length > 0 &&
    earlier.every(
      ({isBornLater: isLater, id: {startTicks}}) =>
        isLater || (id.startTicks - startTicks) * millisecondsPerTick > firstWorkersPauseMs,
    )
  );
}

/**
 * Whether a zombie that no sample showed alive was born after the attach, and not left behind by a death before it: that
 * one was a child already when the first sample was taken.
 */
export function isSurelyNew(ledger: Ledger, worker: WorkerSample): boolean {
  const master = currentMaster(ledger);
  if (master === undefined || master.leftBehind?.some((id) => sameProcess(id, worker.id))) return false;
  const bornMs = master.startedMs + sinceMasterMs(worker, master);
  return bornMs > master.attachedAt.wallMs - startErrorMs;
}

function sinceMasterMs({id}: WorkerSample, master: MasterRecord): number {
  return (id.startTicks - master.id.startTicks) * millisecondsPerTick;
}

/** USER_HZ: 100 on every Linux architecture that Node runs on (time(7)). */
const millisecondsPerTick = 10;

function weightOf({weight}: Life, {peakRssBytes, pssBytes}: WorkerSample): Pick<Life, 'weight'> {
  if (peakRssBytes === undefined && pssBytes === undefined) return {};
  return {
    weight: {...weight, ...(peakRssBytes !== undefined && {peakRssBytes}), ...(pssBytes !== undefined && {pssBytes})},
  };
}

/** The life after one more sample of it. */
export function withGlimpse(life: Life, worker: WorkerSample, sample: Sample): Life {
  const {at} = sample;
  const booted = life.booted === true || (worker.heartbeat?.notified ?? life.booted);
  const glimpse: Glimpse = {at, by: readBy(sample), sample: worker};
  return {
    ...life,
    kind: worker.kind === 'undecided' ? life.kind : worker.kind,
    lastSeen: at,
    ...(worker.nsPid !== undefined && {nsPid: worker.nsPid}),
    ...(booted !== undefined && {booted}),
    ...(booted && !life.bootedAt && {bootedAt: at}),
    ...(worker.processState !== 'T' && worker.processState !== 't' && {lastRunning: glimpse}),
    glimpses: [...life.glimpses.slice(1 - glimpsesKept), glimpse],
    trend: trendFrom(life.trend, at, worker.rssBytes),
    ...weightOf(life, worker),
    processorWaits: withWait(life.processorWaits, at, isPrompt(glimpse) ? worker.runQueueMs : undefined),
    trail: trailFrom(life.trail, at, worker, requestsBegunOf(life.memory)?.count ?? life.accessCount),
  };
}
