/** The fold: one observation in, the next ledger out. */
import type {AccessObserved, Attached, Moment, Observation, SourceChanged} from '../observation.js';
import type {SourceState} from '../source-state.js';
import {withClockStep} from './clock-steps.js';
import type {Ledger, LogCover, MasterRecord} from './ledger.js';
import {sameProcess} from './life.js';
import type {Life} from './life.js';
import {logPidOf} from './master-log.js';
import {kernelCoverOf, takeKernel} from './take-kernel.js';
import {takePeek} from './take-peek.js';
import {takeLog} from './take-log.js';
import {takeSettings} from './take-settings.js';
import {takeSample} from './take-sample.js';

/** Takes one observation in and returns the next ledger. */
export function take(ledger: Ledger, observation: Observation): Ledger {
  const next = {...ledger, ...timeAfter(ledger, observation)};
  switch (observation.kind) {
    case 'attached':
      return attach(next, observation);
    case 'sample':
      return takeSample(next, observation);
    case 'log':
      return takeLog(next, {at: observation.at, event: observation.event});
    case 'access':
      return {
        ...next,
        living: ledger.living.map((life) => withRequests(life, observation)),
        accessCount: (ledger.accessCount ?? 0) + observation.requests.reduce((total, {count}) => total + count, 0),
      };
    case 'peek':
      return takePeek(next, observation);
    case 'changes':
      return {...next, changes: observation};
    case 'history':
      // What it tells is folded apart from what is watched (inspection.ts).
      return next;
    case 'settings':
      return takeSettings(next, observation);
    case 'kernel':
      return takeKernel(next, observation);
    case 'source':
      return takeSource(next, observation);
    case 'master-gone':
      return {
        ...next,
        masters: ledger.masters.map((master) =>
          sameProcess(master.id, observation.id) && !master.goneAt
            ? {...master, goneAt: observation.at, goneBy: observation.at}
            : master,
        ),
      };
  }
}

/** It never goes back within one master: a reading of memory, for one, may have waited for the tick that takes it in. */
function timeAfter({at: before, clockSteps}: Ledger, {kind, at}: Observation): Pick<Ledger, 'at' | 'clockSteps'> {
  const isLate = kind !== 'attached' && before !== undefined && at.monotonicMs < before.monotonicMs;
  return isLate ? {at: before, clockSteps} : {at, clockSteps: withClockStep(clockSteps, before, at)};
}

/** Orphans of the master before are not watched any more, which is not to say that they died. */
function attach(ledger: Ledger, observation: Attached): Ledger {
  const {spawns, reaps, ...rest} = ledger;
  return {
    ...rest,
    hiddenBefore: ledger.hiddenBefore + (spawns?.hidden ?? 0) + (reaps?.hidden ?? 0),
    masters: [...ledger.masters.slice(-9), masterFrom(observation)],
    living: [],
    sources: observation.sources,
    log: coverOf(observation.sources, observation.at),
    kernel: kernelCoverOf({}, observation.sources, observation.at),
  };
}

function masterFrom({at, master}: Attached): MasterRecord {
  const {startedWallMs, ...rest} = master;
  return {...rest, startedMs: startedWallMs, attachedAt: at, generation: 1, birthsOrdered: []};
}

function takeSource(ledger: Ledger, {at, source}: SourceChanged): Ledger {
  const sources = [...ledger.sources.filter((other) => other.id !== source.id), source];
  const kernel = kernelCoverOf(ledger.kernel, sources, at);
  if (source.id !== 'log') return {...ledger, sources, kernel};
  const isKept = source.state === 'ok' && ledger.log.since !== undefined;
  return {...ledger, sources, kernel, log: isKept ? ledger.log : coverOf(sources, at)};
}

/** A log that is read in parts only may have missed a record. */
function coverOf(sources: readonly SourceState[], since: Moment): LogCover {
  const isWhole = sources.some(({id, state}) => id === 'log' && state === 'ok');
  return {showsInfo: false, ...(isWhole && {since})};
}

function withRequests(life: Life, {requests}: AccessObserved): Life {
  const seen = requests.find(({pid}) => pid === logPidOf(life));
  return seen ? {...life, accessCount: (life.accessCount ?? 0) + seen.count} : life;
}
