/**
 * Holds what was said of one fault of the demo against the truth. Pure: the tour collects, this compares.
 *
 * A verdict is right when the right worker has the right cause. A worker that the fault did not end must not be said
 * to have ended, with one exception: a recycle that gunicorn's own log confirms may come at any moment.
 */
import type {MasterEventKind, Restart} from '../snapshot.js';
import type {DemoExpectation} from './demo-expectations.js';

/** One fault of the tour, and everything that was said while it lasted. */
export type DemoStep = {
  readonly expected: DemoExpectation;
  /** The worker that the page named. */
  readonly namedPid?: number;
  /** The workers that lived when it was caused. */
  readonly livedBefore: readonly number[];
  /** Every revision of every restart, in the order in which they were said. */
  readonly restarts: readonly Restart[];
  readonly masterEvents: readonly MasterEventKind[];
  /** Workers that by gunicorn's own log have reached their request limit. */
  readonly recycled: ReadonlySet<number>;
};

/** What is wrong so far, one sentence each. `missing` may still come; `wrong` stays. */
export type DemoJudgement = {readonly missing: readonly string[]; readonly wrong: readonly string[]};

export function judgeStep(step: DemoStep): DemoJudgement {
  const {expected, restarts, masterEvents} = step;
  const newest = [...new Map(restarts.map((restart) => [restart.id, restart])).values()];
  const own = newest.filter((restart) => !isNaturalRecycle(restart, step));
  const event = expected.masterEvent;
  return {
    missing: [
      ...missingEnds(step, own),
      ...(event !== undefined && !masterEvents.includes(event) ? [`the master event ${event} was not said`] : []),
    ],
    wrong: [...own.flatMap((restart) => faultsOf(restart, step)), ...overclaims(step)],
  };
}

/** The restarts that have this fault's own cause. */
function named(step: DemoStep, restarts: readonly Restart[]): readonly Restart[] {
  return restarts.filter(({cause}) => cause === step.expected.cause);
}

function missingEnds(step: DemoStep, restarts: readonly Restart[]): readonly string[] {
  const {expected, namedPid, livedBefore} = step;
  const {cause = 'nothing'} = expected;
  const unsaid = (pids: readonly number[]) =>
    pids
      .filter((pid) => !restarts.some(({worker}) => worker.pid === pid))
      .map((pid) => `#${pid} ended and nothing was said of it (expected: ${cause})`);
  switch (expected.ends) {
    case 'named':
      return unsaid(namedPid === undefined ? [] : [namedPid]);
    case 'every':
      return unsaid(livedBefore);
    case 'one':
      return restarts.length === 0 ? [`no restart was named (expected: ${cause})`] : [];
    case 'some':
      return named(step, restarts).length === 0 ? [`no restart was named ${cause}`] : [];
    case 'none':
      return [];
  }
}

function faultsOf(restart: Restart, step: DemoStep): readonly string[] {
  const {expected} = step;
  const {worker, cause, branch, variant, questions} = restart;
  const who = `#${worker.pid}`;
  if (!isVictim(restart, step)) {
    return [`${who} was not ended by this fault, and is said to have: ${cause}`];
  }
  if (cause !== expected.cause) {
    return acceptable(restart, step) ? [] : [`${who} is said to be ${cause} and was ${expected.cause ?? 'well'}`];
  }
  const phase = questions.find(({id}) => id === 'phase')?.verdict;
  return [
    ...(branch === expected.branch ? [] : [`${who} is said to be ${branch} and was ${expected.branch ?? 'unknown'}`]),
    ...(variant === expected.variant
      ? []
      : [`${who} is said to be ${variant ?? 'no variant'}, not ${expected.variant}`]),
    ...(expected.phase === undefined || expected.phase.some((honest) => honest === phase)
      ? []
      : [`${who} is said to have been ${phase ?? 'nothing'}, not ${expected.phase.join(' or ')}`]),
  ];
}

/** A wrong "certain" is wrong for good, also when a later revision takes it back. Once for each worker. */
function overclaims(step: DemoStep): readonly string[] {
  const wrong = step.restarts.filter(
    (restart) => restart.confidence === 'certain' && !acceptable(restart, step) && !isNaturalRecycle(restart, step),
  );
  return wrong
    .filter(({id}, index) => wrong.findIndex((other) => other.id === id) === index)
    .map(({worker, cause, revision}) => `#${worker.pid} was called ${cause}, and certain, in revision ${revision}`);
}

function acceptable({cause}: Restart, {expected}: DemoStep): boolean {
  return cause === expected.cause || (expected.alsoCauses ?? []).includes(cause);
}

function isVictim({worker, atMs}: Restart, step: DemoStep): boolean {
  switch (step.expected.ends) {
    case 'named':
      return worker.pid === step.namedPid;
    case 'one': {
      // Of several, the first; the others are accused.
      const first = step.restarts.reduce((a, b) => (b.atMs < a.atMs ? b : a));
      return atMs <= first.atMs || worker.pid === first.worker.pid;
    }
    case 'every':
      return step.livedBefore.includes(worker.pid);
    case 'some':
      return true;
    case 'none':
      return false;
  }
}

function isNaturalRecycle({cause, worker}: Restart, {recycled, expected}: DemoStep): boolean {
  return cause === 'max-requests' && expected.cause !== 'max-requests' && recycled.has(worker.pid);
}
