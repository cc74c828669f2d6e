import {writeFileSync} from 'node:fs';
import type {Fault, Target} from './fault.js';
import {problemsOfStream, verdictDelayMs} from './judge.js';
import {problemsOfFault, wordsOf} from './prove.js';
import {nameOf} from './targets.js';
import type {Trial} from './trial.js';

/** One cell of the table: a trial and what was wrong with it, or why there is none. */
export type Result = {
  readonly fault: Fault;
  readonly target: Target;
  readonly trial?: Trial;
  /** The fault did not happen as it should: no matter of gunspect's. */
  readonly invalid: readonly string[];
  /** gunspect was wrong. */
  readonly wrong: readonly string[];
};

export function resultOf(trial: Trial): Result {
  const {fault, target} = trial;
  return {fault, target, trial, invalid: problemsOfFault(trial), wrong: problemsOfStream(trial)};
}

/** What failed and everything needed to see why: the findings, the truth, the stream without samples, the log. */
export function explain({trial, fault, target, invalid, wrong}: Result): string {
  const truth = trial?.lives.map(
    ({pid, diedMs, exit}) =>
      `${pid} ${pid === trial.masterPid ? 'master ' : ''}${diedMs === undefined ? 'lives' : `died ${new Date(diedMs).toISOString()} ${wordsOf(exit)}`}`,
  );
  const stream = trial?.watch?.lines.filter(({value}) => value?.type !== 'sample').map(({text}) => text);
  return [
    `${fault.id} in ${nameOf(target)}`,
    ...invalid.map((problem) => `  not caused as meant: ${problem}`),
    ...wrong.map((problem) => `  wrong: ${problem}`),
    'truth:',
    ...(truth ?? []).map((line) => `  ${line}`),
    'stream:',
    ...(stream ?? []).map((line) => `  ${line}`),
    'log:',
    ...(trial?.log.split('\n') ?? []).map((line) => `  ${line}`),
  ].join('\n');
}

function cellOf(result: Result | undefined): string {
  if (result === undefined) {
    return '';
  }

  const {trial, invalid, wrong} = result;
  const mark = invalid.length > 0 ? '‼ ' : wrong.length > 0 ? '✗ ' : '';
  if (trial === undefined) {
    return mark + (invalid.length > 0 ? 'not caused' : wrong.length > 0 ? 'not attached' : 'not here');
  }

  if (trial.watch === undefined) {
    const exits = trial.deaths.map(({pid}) => wordsOf(trial.lives.find((life) => life.pid === pid)?.exit));
    return mark + (exits.length === 0 ? 'none' : [...new Set(exits)].join(', '));
  }

  const finals = new Map(
    trial.watch.lines.flatMap(({value}) =>
      value?.type === 'restart' ? [[value.worker.pid, `${value.cause}/${value.confidence}`] as const] : [],
    ),
  );
  return mark + (finals.size === 0 ? 'none' : [...new Set(finals.values())].join(', '));
}

/** The table in Markdown: a fault a row, a target a column, the last verdict with its confidence in each cell. */
export function tableOf(results: readonly Result[], targets: readonly Target[]): string {
  const ids = [...new Set(results.map(({fault}) => fault.id))];
  const rows = [
    ['fault', ...targets.map((target) => nameOf(target))],
    ...ids.map((id) => [
      id,
      ...targets.map((target) => cellOf(results.find((each) => each.fault.id === id && each.target === target))),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lineOf = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [lineOf(rows[0]!), lineOf(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(lineOf)].join('\n');
}

/** How many cells are right, how sure the right verdicts were, and how fast. */
export function summaryOf(results: readonly Result[]): string {
  const trials = results.flatMap(({trial}) => (trial === undefined ? [] : [trial]));
  const delays = trials
    .flatMap(({deaths, lives, watch}) =>
      deaths.map(({pid}) => verdictDelayMs(watch?.lines ?? [], pid, lives.find((life) => life.pid === pid)?.diedMs)),
    )
    .filter((delay) => delay !== undefined)

    .toSorted((one, other) => one - other);
  const attach = trials
    .flatMap(({watch}) => (watch === undefined ? [] : [watch.attachMs]))

    .toSorted((one, other) => one - other);
  const median = (sorted: readonly number[]) => Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
  return [
    `${results.length} trials: ${results.filter(({wrong, invalid}) => wrong.length + invalid.length === 0).length} right`,
    `${results.filter(({wrong}) => wrong.length > 0).length} wrong (✗)`,
    `${results.filter(({invalid}) => invalid.length > 0).length} not caused as meant (‼)`,
    `attached after ${median(attach)} ms (median), ${Math.round(attach.at(-1) ?? 0)} ms (longest)`,
    `verdict ${median(delays)} ms after the death (median), ${Math.round(delays.at(-1) ?? 0)} ms (longest)`,
  ].join(' · ');
}

/** Writes the table into the repository when GUNSPECT_WRITE_RESULTS is 1. */
export function writeResults(results: readonly Result[], targets: readonly Target[]): void {
  if (process.env.GUNSPECT_WRITE_RESULTS === '1') {
    const file = new URL('RESULTS.md', import.meta.url);
    const newest = results.find(({target}) => target.version === 'newest')?.target.major;
    writeFileSync(
      file,
      [
        '# What gunspect said of each fault',
        '',
        `Written by \`GUNSPECT_WRITE_RESULTS=1 npm run test:faults\`; \`newest\` was gunicorn ${newest ?? '?'}. A cell holds the cause and`,
        'confidence of the last verdict on each worker that ended, `none` where nothing was said. ✗ marks a wrong',
        'line, ‼ a fault that did not happen as meant, and an empty cell a fault that does not exist there.',
        '',
        tableOf(results, targets),
        '',
        summaryOf(results),
        '',
      ].join('\n'),
    );
  }
}
