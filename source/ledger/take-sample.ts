/**
 * Folds one sample into the ledger: who is still there, who is gone, who is new, and who took whose place.
 *
 * Deaths are taken before births, because gunicorn forks a replacement only after the reap. A child that turns out to
 * be no worker was never one, and one that is seen again was never dead.
 */
import type {ProcessId, Sample, WorkerSample} from '../observation.js';
import {birth, isSurelyNew, withGlimpse} from './glimpses.js';
import {withHiddenReaps} from './hidden-reaps.js';
import {withMaster} from './ledger.js';
import {withTrouble} from './master-trouble.js';
import type {Ledger} from './ledger.js';
import {sameProcess} from './life.js';
import type {Life, LifeEnd} from './life.js';
import {endedKeptForMs, endedLivesKept} from './limits.js';
import {dropOldLoadErrors} from './load-errors.js';
import {withPulse} from './pulse.js';
import {readBy} from './reading-time.js';
import {place, succeed, withdraw} from './replacements.js';
import {withCrew} from './wanted-workers.js';
import {claim, settleUnclaimed} from './unclaimed.js';

export function takeSample(ledger: Ledger, sample: Sample): Ledger {
  const children = new Map(sample.workers.map((worker) => [worker.id.pid, worker]));
  const seen = ({id}: {readonly id: ProcessId}): WorkerSample | undefined => {
    const child = children.get(id.pid);
    return child && sameProcess(child.id, id) ? child : undefined;
  };

  let next = takeLiving(takeMaster(ledger, sample), sample, seen);
  const known = new Set(next.living.map(({id}) => id.pid));
  const others = sample.workers
    .filter((child) => !known.has(child.id.pid) && isWorker(child))
    .toSorted((a, b) => a.id.startTicks - b.id.startTicks || a.id.pid - b.id.pid);
  for (const child of others) {
    const before = next.ended.find((life) => sameProcess(life.id, child.id));
    if (before) next = isDead(child) ? tellMore(next, before, child) : revive(next, before, child, sample);
    else if (!isDead(child)) next = takeBirth(next, child, sample);
    else if (isSurelyNew(next, child)) next = takeStillborn(next, child, sample);
  }

  next = succeed(next, sample.at);
  next = {...next, ended: youngEnough(next.ended, sample), pulses: withPulse(next, sample)};
  next = settleUnclaimed(dropOldLoadErrors(next, sample.at.monotonicMs), sample.at);
  return withTrouble(withCrew(withHiddenReaps(next, sample)), sample);
}

/** A master that no sample shows any more is gone, also while its orphans are still watched. */
function takeMaster(ledger: Ledger, sample: Sample): Ledger {
  const {at, master: seen, workers} = sample;
  const isGone = seen === undefined || seen.processState === 'Z' || seen.processState === 'X';
  const successor = workers.find((child) => child.kind === 'successor' && !isDead(child))?.id;
  return withMaster(ledger, (master) => {
    if (isGone) return master.goneAt ? master : {...master, goneAt: at, goneBy: readBy(sample)};
    const {successor: before, ...rest} = master;
    // One that failed leaves while its parent lives on; one that took over is there when its parent is not.
    if (before?.pid === successor?.pid && master.firstSampleAt) return master;
    const leftBehind = master.firstSampleAt ? master.leftBehind : workers.filter(isDead).map(({id}) => id);
    return {
      ...rest,
      firstSampleAt: master.firstSampleAt ?? at,
      firstSampleBy: master.firstSampleBy ?? readBy(sample),
      ...(leftBehind && {leftBehind}),
      ...(successor && {successor}),
    };
  });
}

function takeLiving(ledger: Ledger, sample: Sample, seen: (life: Life) => WorkerSample | undefined): Ledger {
  const living: Life[] = [];
  const dead: Life[] = [];
  let next = ledger;
  for (const life of ledger.living) {
    const child = seen(life);
    if (child && !isWorker(child)) next = {...withdraw(next, life), births: next.births - 1};
    else if (child && !isDead(child)) living.push(withGlimpse(life, child, sample));
    else dead.push({...life, end: {at: sample.at, by: readBy(sample), ...factsOfTheDead(child)}});
  }
  return {...next, living, ended: dead.length > 0 ? [...next.ended, ...dead] : next.ended};
}

function takeBirth(ledger: Ledger, child: WorkerSample, sample: Sample): Ledger {
  const {life, unclaimed} = claim(ledger, birth(ledger, child, sample));
  const births = ledger.births + (child.kind === 'dirty' ? 0 : 1);
  const placed = place({...ledger, unclaimed, births}, life);
  return {...placed.ledger, living: [...placed.ledger.living, placed.born]};
}

/** A worker that was dead when it was first seen: it lived between two samples. */
function takeStillborn(ledger: Ledger, child: WorkerSample, sample: Sample): Ledger {
  const born = takeBirth(ledger, child, sample);
  const life = born.living.at(-1) as Life;
  const end = {at: sample.at, by: readBy(sample), ...factsOfTheDead(child)};
  return {...born, living: born.living.slice(0, -1), ended: [...born.ended, {...life, end}]};
}

/** A dead worker may be sampled again, for what its held descriptors still tell. */
function tellMore(ledger: Ledger, life: Life, child: WorkerSample): Ledger {
  const end = life.end && {...factsOfTheDead(child), ...life.end};
  const isNews = end && (end.exit !== life.end?.exit || end.heartbeat !== life.end?.heartbeat);
  return isNews ? {...ledger, ended: ledger.ended.with(ledger.ended.indexOf(life), {...life, end})} : ledger;
}

/** The list of children is not exact while some of them end (proc_pid_task_tid_children(5)). */
function revive(ledger: Ledger, life: Life, child: WorkerSample, sample: Sample): Ledger {
  const {end: _end, replacedBy: _replacedBy, succeededBy: _succeededBy, ...alive} = life;
  const next = {...ledger, ended: ledger.ended.filter((other) => other !== life)};
  return {...next, living: [...next.living, withGlimpse(alive, child, sample)]};
}

function factsOfTheDead(child: WorkerSample | undefined): Omit<LifeEnd, 'at' | 'by'> {
  return {
    ...(child?.exit && {exit: {status: child.exit, source: 'exits'}}),
    ...(child?.heartbeat && {heartbeat: child.heartbeat}),
  };
}

/** `undecided` is taken for a worker until it is known to be none. */
function isWorker({kind}: WorkerSample): boolean {
  return kind === 'worker' || kind === 'undecided' || kind === 'dirty';
}

/** A zombie is dead: it is not waited for until somebody reaps it. */
function isDead({processState}: WorkerSample): boolean {
  return processState === 'Z' || processState === 'X';
}

function youngEnough(ended: readonly Life[], {at}: Sample): readonly Life[] {
  const isYoung = (life: Life): boolean =>
    life.end !== undefined && at.monotonicMs - life.end.at.monotonicMs < endedKeptForMs;
  const first = ended.length > endedLivesKept ? ended.length - endedLivesKept : 0;
  if (first === 0 && (ended[0] === undefined || isYoung(ended[0]))) return ended;
  const young = ended.findIndex((life, index) => index >= first && isYoung(life));
  return young === -1 ? [] : ended.slice(young);
}
