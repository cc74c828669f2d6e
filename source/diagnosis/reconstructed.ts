/**
 * What a restart that is known from the log alone may claim: its verdict as the rules came to it, but never certain, and
 * every fact with the log as its source, whatever would show it to somebody who had watched.
 */
import {logPidOf} from '../ledger/master-log.js';
import type {Ledger} from '../ledger/ledger.js';
import {retoldKey} from '../ledger/retold.js';
import type {Moment} from '../observation.js';
import type {Restart} from './restart.js';
import type {Answer, Candidate, Confidence, Evidence, EvidenceSource} from './verdict.js';

const dayMs = 24 * 3600 * 1000;

/** A line's time is told in whole seconds, and a process's start to about one. */
const sameStartMs = 2500;

/** Those of the last day that were not watched themselves, oldest first. */
export function reconstructed(restarts: readonly Restart[], ledger: Ledger, now: Moment): readonly Restart[] {
  const watched = [...ledger.living, ...ledger.ended];
  return restarts
    .filter(
      ({atMs, worker}) =>
        now.wallMs - atMs <= dayMs &&
        !watched.some(
          (life) => logPidOf(life) === worker.pid && Math.abs(life.startedMs - worker.startedMs) <= sameStartMs,
        ),
    )
    .map((restart) => fromLog(restart, now.wallMs - now.monotonicMs))
    .toSorted((a, b) => a.atMs - b.atMs);
}

function fromLog(restart: Restart, offsetMs: number): Restart {
  const {trail: _invented, ...rest} = restart;
  return {
    ...rest,
    id: retoldKey(restart.worker.pid, restart.worker.startedMs, offsetMs),
    revision: 1,
    confidence: claimable(restart),
    // That its master went on is seen, and not printed.
    evidence: restart.evidence.filter(({source}) => source !== 'processes').map(asLogged),
    questions: restart.questions.map((answer): Answer => ({...answer, evidence: fromOneSource(answer.evidence)})),
    candidates: restart.candidates.map((candidate): Candidate =>
      candidate.cause === restart.cause ? {...candidate, confidence: claimable(restart)} : candidate,
    ),
    reconstructed: true,
  };
}

/** A worker of which it is not known whether it had booted, or whose exit code is all there is, may have ended otherwise. */
function claimable({confidence, branch, cause, traceback}: Restart): Confidence {
  const isVague = branch === 'unknown' || (cause === 'app-exit' && traceback === undefined);
  return confidence === 'possible' || isVague ? 'possible' : 'likely';
}

function asLogged(evidence: Evidence): Evidence {
  return evidence.source === 'settings' ? evidence : {...evidence, source: 'log'};
}

function fromOneSource(sources: readonly EvidenceSource[]): readonly EvidenceSource[] {
  return sources.length === 0 ? [] : ['log'];
}
