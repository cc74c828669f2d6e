import type {Fault, Target} from './fault.js';
import {problemsOfStream} from './judge.js';
import {problemsOfFault, wordsOf} from './prove.js';
import {nameOf} from './targets.js';
import type {Trial, Watched} from './trial.js';

/** One cell of the table: a trial and what was wrong with it, or why there is none. */
export type Result = {
  readonly fault: Fault;
  readonly target: Target;
  readonly trial?: Trial;
  /** The fault did not happen as it should: no matter of gunspect's. */
  readonly invalid: readonly string[];
  /** gunspect was wrong: each problem with the sight in front. */
  readonly wrong: readonly string[];
};

export function resultOf(trial: Trial): Result {
  const {fault, target, watched} = trial;
  const wrong = watched.flatMap((each) =>
    problemsOfStream(trial, each).map((problem) => `${each.sight.id}: ${problem}`),
  );
  return {fault, target, trial, invalid: problemsOfFault(trial), wrong};
}

/** What failed and everything needed to see why: the findings, the truth, the streams that were wrong without samples, the log. */
export function explain({trial, fault, target, invalid, wrong}: Result): string {
  const truth = trial?.lives.map(
    ({pid, diedMs, exit}) =>
      `${pid} ${pid === trial.masterPid ? 'master ' : ''}${diedMs === undefined ? 'lives' : `died ${new Date(diedMs).toISOString()} ${wordsOf(exit)}`}`,
  );
  const streams = trial?.watched.filter(({sight}) => wrong.some((problem) => problem.startsWith(`${sight.id}: `)));
  return [
    `${fault.id} in ${nameOf(target)}`,
    ...invalid.map((problem) => `  not caused as meant: ${problem}`),
    ...wrong.map((problem) => `  wrong: ${problem}`),
    'truth:',
    ...(truth ?? []).map((line) => `  ${line}`),
    ...(streams ?? []).flatMap((each) => [`stream, ${each.sight.id}:`, ...withoutSamples(each)]),
    'log:',
    ...(trial?.log.split('\n') ?? []).map((line) => `  ${line}`),
  ].join('\n');
}

function withoutSamples({lines}: Watched): readonly string[] {
  return lines.filter(({value}) => value?.type !== 'sample').map(({text}) => `  ${text}`);
}
