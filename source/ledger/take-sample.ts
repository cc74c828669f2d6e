/**
 * Folds one sample into the ledger: who is still there, who is gone, who is new, and who took whose place.
 *
 * Deaths are taken before births, because gunicorn forks a replacement only after the reap; a birth that finds
 * no open slot is `surplus`, the mark of a reload or of one worker more.
 */
import type {Sample, WorkerSample} from '../observation.js';
import {trendFrom} from './trend.js';
import {currentMaster} from './ledger.js';
import type {Ledger, MasterRecord} from './ledger.js';
import {endedLivesKept, firstWorkersWithinMs, glimpsesKept, replacementWithinMs} from './limits.js';
import {sameProcess} from './life.js';
import type {Life, LifeEnd} from './life.js';
import {withPulse} from './pulse.js';
import {claim, settleUnclaimed} from './take-log.js';

export function takeSample(ledger: Ledger, sample: Sample): Ledger {
  const people = sample.workers.filter(({kind}) => kind === 'worker' || kind === 'undecided' || kind === 'dirty');
  const seenById = new Map(people.map((worker) => [worker.id.pid, worker]));

  const living: Life[] = [];
  const dead: Life[] = [];
  for (const life of ledger.living) {
    const seen = seenById.get(life.id.pid);
    const same = seen && sameProcess(seen.id, life.id) ? seen : undefined;
    if (same && !isDead(same)) living.push(withGlimpse(life, same, sample));
    else dead.push({...life, end: endOf(same, sample)});
  }

  let ended = [...ledger.ended, ...dead].slice(-endedLivesKept);
  let {unclaimed} = ledger;
  const known = new Set([...ledger.living, ...ended].map((life) => `${life.id.pid}@${life.id.startTicks}`));
  const newborn = people
    .filter((worker) => !isDead(worker) && !known.has(`${worker.id.pid}@${worker.id.startTicks}`))
    .toSorted((a, b) => a.id.startTicks - b.id.startTicks || a.id.pid - b.id.pid);
  for (const worker of newborn) {
    const open = ended.find(
      (life) =>
        !life.replacedBy &&
        life.end !== undefined &&
        sample.at.monotonicMs - life.end.at.monotonicMs < replacementWithinMs &&
        currentMaster(ledger)?.id.pid === life.master.pid,
    );
    const [born, rest] = claim(birth(ledger, worker, sample, open === undefined), unclaimed);
    unclaimed = rest;
    living.push(born);
    if (open) ended = ended.map((life) => (life === open ? {...life, replacedBy: worker.id} : life));
  }

  const successor = sample.workers.find(({kind}) => kind === 'successor');
  const next: Ledger = {
    ...ledger,
    living,
    ended,
    unclaimed,
    pulses: withPulse(ledger.pulses, sample),
    ...(successor && !ledger.successor && {successor: {id: successor.id, firstSeen: sample.at}}),
  };
  return settleUnclaimed(next, sample.at);
}

/** A zombie is dead: it is not waited for until somebody reaps it. */
function isDead({processState}: WorkerSample): boolean {
  return processState === 'Z' || processState === 'X';
}

/** A dead worker may be sampled once more, for what its held descriptors still tell. */
function endOf(dead: WorkerSample | undefined, sample: Sample): LifeEnd {
  return {
    at: sample.at,
    ...(dead?.exit && {exit: {status: dead.exit, source: 'exits'}}),
    ...(dead?.heartbeat && {heartbeat: dead.heartbeat}),
  };
}

function birth(ledger: Ledger, worker: WorkerSample, sample: Sample, foundNoSlot: boolean): Life {
  const master = currentMaster(ledger);
  const startedMs = master
    ? master.startedMs + (worker.id.startTicks - master.id.startTicks) * millisecondsPerTick
    : sample.at.wallMs;
  const life: Life = {
    id: worker.id,
    ...(worker.nsPid !== undefined && {nsPid: worker.nsPid}),
    kind: worker.kind,
    generation: ledger.generation,
    startedMs,
    firstSeen: sample.at,
    lastSeen: sample.at,
    surplus: foundNoSlot && master !== undefined && isLater(startedMs, master),
    glimpses: [],
    trend: [],
    log: [],
    master: master?.id ?? {pid: worker.parentPid, startTicks: 0},
  };
  return withGlimpse(life, worker, sample);
}

/** Workers that were there at the attach, or that are the master's first ones, took no slot from anybody. */
function isLater(startedMs: number, master: MasterRecord): boolean {
  return startedMs > master.attachedAt.wallMs && startedMs - master.startedMs > firstWorkersWithinMs;
}

/** USER_HZ: 100 on every Linux architecture that Node runs on (time(7)). */
const millisecondsPerTick = 10;

function withGlimpse(life: Life, worker: WorkerSample, {at}: Sample): Life {
  const booted = life.booted === true || worker.heartbeat?.notified || (worker.heartbeat ? false : life.booted);
  const kind = worker.kind === 'undecided' ? life.kind : worker.kind;
  return {
    ...life,
    kind,
    lastSeen: at,
    ...(worker.nsPid !== undefined && {nsPid: worker.nsPid}),
    ...(booted !== undefined && {booted}),
    ...(booted && !life.bootedAt && {bootedAt: at}),
    glimpses: [...life.glimpses.slice(1 - glimpsesKept), {at, sample: worker}],
    trend: trendFrom(life.trend, at, worker.rssBytes),
  };
}
