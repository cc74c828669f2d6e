/** The fold: one observation in, the next ledger out. */
import type {Attached, Observation} from '../observation.js';
import type {Ledger, MasterRecord} from './ledger.js';
import {sameProcess} from './life.js';
import {takeLog} from './take-log.js';
import {takeSample} from './take-sample.js';

/** Takes one observation in and returns the next ledger. */
export function take(ledger: Ledger, observation: Observation): Ledger {
  const next = {...ledger, at: observation.at};
  switch (observation.kind) {
    case 'attached':
      return {
        ...withoutSuccessor(next),
        masters: [...ledger.masters.slice(-9), masterFrom(observation)],
        generation: 1,
        sources: observation.sources,
      };
    case 'sample':
      return takeSample(next, observation);
    case 'log':
      return takeLog(next, {at: observation.at, event: observation.event});
    case 'access':
      return {
        ...next,
        living: ledger.living.map((life) => {
          const seen = observation.requests.find(({pid}) => pid === (life.nsPid ?? life.id.pid));
          return seen ? {...life, accessCount: (life.accessCount ?? 0) + seen.count} : life;
        }),
      };
    case 'source':
      return {
        ...next,
        sources: [...ledger.sources.filter((source) => source.id !== observation.source.id), observation.source],
      };
    case 'master-gone':
      return {
        ...next,
        masters: ledger.masters.map((master) =>
          sameProcess(master.id, observation.id) && !master.goneAt ? {...master, goneAt: observation.at} : master,
        ),
      };
  }
}

/** The master that was the successor is now the one that is watched. */
function withoutSuccessor({successor: _successor, ...ledger}: Ledger): Ledger {
  return ledger;
}

function masterFrom({at, master}: Attached): MasterRecord {
  const {startedWallMs, parentPid: _parentPid, ...rest} = master;
  return {...rest, startedMs: startedWallMs, attachedAt: at};
}
