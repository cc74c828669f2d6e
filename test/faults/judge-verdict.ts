import type {ExitStatus} from '../../source/observation.js';
import {problemsOfVerdict} from '../helpers/watch-contract.js';
import type {WitnessedExit, WitnessedLife} from '../helpers/fault-witness.js';
import type {RestartLine} from '../helpers/watch-stream.js';
import {honestFrom} from './expectations.js';
import type {Death, DeathExpectation, Seen} from './fault.js';
import {isSameExit, wordsOf} from './prove.js';

/** Further than this from the real moment of death, `at` is wrong. The death is known within a sampling interval. */
const momentToleranceMs = 1500;

export type JudgedDeath = {readonly death: Death; readonly life: WitnessedLife; readonly expectation: DeathExpectation};

/** Holds all revisions of the verdict on one life against what really happened. Empty when all is right. */
export function problemsOfRevisions(
  {death, life, expectation}: JudgedDeath,
  revisions: readonly RestartLine[],
  target: Seen,
): readonly string[] {
  const expected = honestFrom(expectation, target);
  const final = revisions.at(-1);
  if (final === undefined) {
    return [`${death.role}: no restart line`];
  }

  return [
    ...revisions.flatMap((line) => [
      ...problemsOfVerdict(line),
      ...(line.confidence === 'certain' && line.cause !== expected.cause && line.cause !== expected.revisedFrom
        ? [`WRONG CERTAIN: ${line.cause}`]
        : []),
    ]),
    ...problemsOfOrder(revisions),
    ...problemsOfFirst(revisions[0]!, expected, target),
    ...problemsOfCause(final, expected, target),
    ...problemsOfAnswers(final, expected),
    ...problemsOfFacts(final, expected, life),
  ].map((problem) => `${death.role}: ${problem}`);
}

function problemsOfOrder(revisions: readonly RestartLine[]): readonly string[] {
  const numbers = revisions.map((line) => line.revision);
  const inOrder = numbers.every((number, index) => number === index + 1);
  const repeated = revisions.some((line, index) => {
    const before = revisions[index - 1];
    return before !== undefined && JSON.stringify({...line, revision: 0}) === JSON.stringify({...before, revision: 0});
  });
  return [
    ...(inOrder ? [] : [`revisions ${numbers.join(', ')}`]),
    ...(repeated ? ['a revision that changes nothing'] : []),
    ...(new Set(revisions.map((line) => line.id)).size > 1 ? ['two ids for one life'] : []),
  ];
}

/** Where less can be known, less may be said at first as in the end. */
function problemsOfFirst(
  {cause}: RestartLine,
  {revisedFrom, orHonestly = []}: DeathExpectation,
  {log}: Seen,
): readonly string[] {
  const isHonest = log !== 'file' && orHonestly.includes(cause);
  return revisedFrom === undefined || cause === revisedFrom || isHonest
    ? []
    : [`first said to be ${cause}, not ${revisedFrom}`];
}

function problemsOfCause(line: RestartLine, expected: DeathExpectation, {sees, log}: Seen): readonly string[] {
  const isTruth = line.cause === expected.cause;
  const isUndecided = ['unknown', 'clean-exit'].includes(line.cause);
  const problems: string[] = [];
  if (!isTruth && !expected.orHonestly?.includes(line.cause)) {
    problems.push(
      `cause ${line.cause}/${line.confidence}, not ${[expected.cause, ...(expected.orHonestly ?? [])].join(' or ')}`,
    );
  }

  // Whether a young worker had booted is told by its heartbeat; and the death behind a halt, if it was too quick, by the log.
  const mayBeUnknown = isUndecided || !sees.heartbeat || (line.cause === 'gave-up' && log === 'pipe');
  if (line.branch !== expected.branch && !(line.branch === 'unknown' && mayBeUnknown)) {
    problems.push(`branch ${line.branch}, not ${expected.branch}`);
  }

  if (isTruth && line.variant !== undefined && !expected.variants?.includes(line.variant)) {
    problems.push(`variant ${line.variant}, not ${expected.variants?.join(' or ') ?? 'any'}`);
  }

  // A client that says nothing and a request that goes on are told apart by what the worker waits for.
  if (isTruth && expected.variants !== undefined && line.variant === undefined && sees.activity) {
    problems.push(`no variant, not ${expected.variants.join(' or ')}`);
  }

  if (isTruth && line.during !== expected.during) {
    problems.push(`during ${line.during ?? 'nothing'}, not ${expected.during ?? 'anything'}`);
  }

  if (expected.contradicts !== undefined && !line.evidence.some((fact) => fact.contradicts === expected.contradicts)) {
    problems.push(`no evidence contradicts ${expected.contradicts}, which gunicorn's log suggests`);
  }

  return problems;
}

function problemsOfAnswers(line: RestartLine, expected: DeathExpectation): readonly string[] {
  const withoutTraffic = {
    yes: ['yes', 'probably-yes', 'unknown'],
    no: ['no', 'probably-no', 'unknown'],
    either: ['yes', 'probably-yes', 'no', 'probably-no', 'unknown'],
  }[expected.withoutTraffic];
  const allowed: Readonly<Record<string, readonly string[]>> = {
    doing: expected.doing,
    phase: expected.phase,
    pressure: expected.pressure,
    'without-traffic': withoutTraffic,
  };
  // Of an end whose cause is not known it need not be known what came before it.
  const mayBeUnknown = line.cause === 'clean-exit' || line.cause === 'unknown';
  return line.questions.flatMap(({id, verdict}) =>
    allowed[id]?.includes(verdict) === false && !(mayBeUnknown && verdict === 'unknown')
      ? [`${id} ${verdict}, not ${allowed[id].join(' or ')}`]
      : [],
  );
}

/** Where nothing tells of a core, none has to be told of. */
function isWhatWasSaid(expected: WitnessedExit, said: ExitStatus): boolean {
  const isUntold = 'signal' in said && said.core === undefined;
  return isUntold ? isSameExit(expected, said) : wordsOf(expected) === wordsOf(said);
}

function problemsOfFacts(line: RestartLine, expected: DeathExpectation, life: WitnessedLife): readonly string[] {
  const problems: string[] = [];
  const {exit} = line.worker;
  if (exit !== undefined && life.exit !== undefined && !isSameExit(exit, life.exit)) {
    problems.push(`exit ${wordsOf(exit)}, but it was ${wordsOf(life.exit)}`);
  } else if (exit !== undefined && !expected.exits.some((each) => isWhatWasSaid(each, exit))) {
    problems.push(`exit ${wordsOf(exit)}, not ${expected.exits.map((each) => wordsOf(each)).join(' or ')}`);
  }

  if (line.request?.path !== undefined && line.request.path !== expected.page) {
    problems.push(`request ${line.request.path}, but it was ${expected.page ?? 'idle'}`);
  }

  if ((line.lost?.inFlight ?? 0) > 0 && expected.page === undefined) {
    problems.push(`${line.lost?.inFlight} requests lost, but it had none`);
  }

  const offMs = life.diedMs === undefined ? 0 : Date.parse(line.at) - life.diedMs;
  if (Math.abs(offMs) > momentToleranceMs) {
    problems.push(`moment of death ${Math.round(offMs)} ms off`);
  }

  if (expected.replaced === 'yes' && line.replacement === undefined) {
    problems.push('no replacement, but there was one');
  }

  if (expected.replaced === 'no' && line.replacement !== undefined) {
    problems.push(`replacement ${line.replacement.pid}, but there was none`);
  }

  return problems;
}
