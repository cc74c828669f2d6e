import {writeFileSync} from 'node:fs';
import {tableOf, type Row} from '../helpers/markdown-table.js';
import type {Target} from './fault.js';
import {verdictDelayMs} from './judge.js';
import {wordsOf} from './prove.js';
import type {Result} from './results.js';
import {scoresOf, type Score} from './scores.js';
import {nameOf} from './targets.js';
import type {Trial} from './trial.js';

/** The page of results: how well each visibility did, which cause was taken for which, and every fault in every target. */

function inOrder(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/** How many deaths each visibility was right about. */
function visibilitiesOf(scores: readonly Score[]): readonly Row[] {
  return [
    ['seen as', 'deaths', 'right', 'named', 'undecided', 'wrong', 'certain', 'wrongly certain'],
    ...inOrder(scores.map(({visibility}) => visibility)).map((visibility): Row => {
      const own = scores.filter((score) => score.visibility === visibility);
      const count = (fits: (score: Score) => boolean): number => own.filter((score) => fits(score)).length;
      const right = count(({grade}) => grade !== 'wrong');
      return [
        visibility,
        String(own.length),
        `${((100 * right) / own.length).toFixed(1)} %`,
        String(count(({grade}) => grade === 'named')),
        String(count(({grade}) => grade === 'undecided')),
        String(own.length - right),
        String(count(({isCertain}) => isCertain)),
        String(count(({isWronglyCertain}) => isWronglyCertain)),
      ];
    }),
  ];
}

/** What was said of each cause: a plain number where it was named, and every other word with its own number. */
function confusionOf(scores: readonly Score[]): readonly Row[] {
  const visibilities = inOrder(scores.map(({visibility}) => visibility));
  return [
    ['truth', ...visibilities],
    ...inOrder(scores.map(({truth}) => truth)).map((truth): Row => [
      truth,
      ...visibilities.map((visibility) => {
        const own = scores.filter((score) => score.visibility === visibility && score.truth === truth);
        const words = inOrder(own.map(({said, grade}) => (grade === 'wrong' ? `✗ ${said}` : said)));
        return words
          .toSorted((one, other) => Number(other === truth) - Number(one === truth))
          .map((word) => {
            const said = word.replace('✗ ', '');
            const isWrong = word !== said;
            const count = own.filter((score) => score.said === said && (score.grade === 'wrong') === isWrong).length;
            return word === truth ? String(count) : `${word} ${count}`;
          })
          .join(' · ');
      }),
    ]),
  ];
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

  const [first] = trial.watched;
  if (first === undefined) {
    const exits = trial.deaths.map(({pid}) => wordsOf(trial.lives.find((life) => life.pid === pid)?.exit));
    return mark + (exits.length === 0 ? 'none' : inOrder(exits).join(', '));
  }

  const finals = new Map(
    first.lines.flatMap(({value}) =>
      value?.type === 'restart' ? [[value.worker.pid, `${value.cause}/${value.confidence}`] as const] : [],
    ),
  );
  return mark + (finals.size === 0 ? 'none' : inOrder([...finals.values()]).join(', '));
}

/** A fault a row, a target a column, the last verdict with its confidence in each cell. */
function everyTrialOf(results: readonly Result[], targets: readonly Target[]): readonly Row[] {
  return [
    ['fault', ...targets.map((target) => nameOf(target))],
    ...inOrder(results.map(({fault}) => fault.id)).map((id): Row => [
      id,
      ...targets.map((target) => cellOf(results.find((each) => each.fault.id === id && each.target === target))),
    ]),
  ];
}

function problemsOf(results: readonly Result[]): readonly string[] {
  return results.flatMap(({fault, target, invalid, wrong}) => [
    ...invalid.map((problem) => `* ‼ ${fault.id} in ${nameOf(target)}: ${firstLine(problem)}`),
    ...wrong.map((problem) => `* ✗ ${fault.id} in ${nameOf(target)}: ${firstLine(problem)}`),
  ]);
}

/** Pids are of no use to a reader, and would change at every run. */
function firstLine(text: string): string {
  return text.split('\n')[0]!.replaceAll(/\b\d{3,7}\b/g, 'N');
}

/** How many trials are right, and how fast it was on this machine. */
export function summaryOf(results: readonly Result[]): string {
  const trials = results.flatMap(({trial}) => (trial === undefined ? [] : [trial]));
  const delays = trials.flatMap((trial) => delaysOf(trial)).toSorted((one, other) => one - other);
  const attach = trials
    .flatMap(({watched}) => watched.map(({attachMs}) => attachMs))
    .toSorted((one, other) => one - other);
  const median = (sorted: readonly number[]) => Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
  return [
    countsOf(results),
    `attached after ${median(attach)} ms (median), ${Math.round(attach.at(-1) ?? 0)} ms (longest)`,
    `verdict ${median(delays)} ms after the death (median), ${Math.round(delays.at(-1) ?? 0)} ms (longest)`,
  ].join(' · ');
}

function countsOf(results: readonly Result[]): string {
  return [
    `${results.length} trials: ${results.filter(({wrong, invalid}) => wrong.length + invalid.length === 0).length} right`,
    `${results.filter(({wrong}) => wrong.length > 0).length} wrong (✗)`,
    `${results.filter(({invalid}) => invalid.length > 0).length} not caused as meant (‼)`,
  ].join(' · ');
}

function delaysOf({deaths, lives, watched}: Trial): readonly number[] {
  return watched.flatMap(({lines}) =>
    deaths.flatMap(({pid}) => verdictDelayMs(lines, pid, lives.find((life) => life.pid === pid)?.diedMs) ?? []),
  );
}

/** The whole page in Markdown. Nothing in it depends on the day or on the machine's speed. */
export function pageOf(results: readonly Result[], targets: readonly Target[]): string {
  const scores = results.flatMap(({trial}) => (trial === undefined ? [] : scoresOf(trial)));
  const newest = targets.find(({version}) => version === 'newest')?.major;
  return [
    '# What gunspect said of each fault',
    '',
    `Written by \`GUNSPECT_WRITE_RESULTS=1 npm run test:faults\`; \`newest\` was gunicorn ${newest ?? '?'}. Each fault is caused for real`,
    'and watched from several places at once: as root, as the user that gunicorn runs as, as that user without the sources',
    'that an older kernel lacks, and as a user that has nothing to do with it; with a log that can be read, and without.',
    '',
    countsOf(results),
    '',
    '## By visibility',
    '',
    'Right is a death whose cause was named, or of which less was said where less can be known. Certain counts last',
    'verdicts, wrongly certain every revision.',
    '',
    tableOf(visibilitiesOf(scores)),
    '',
    '## By cause',
    '',
    'A plain number is how often the cause was named; any other word is what was said instead, ✗ where that was wrong.',
    '',
    tableOf(confusionOf(scores)),
    '',
    '## Every trial',
    '',
    'A cell holds the cause and confidence of the last verdict on each worker that ended, as the first of the places saw it,',
    'and `none` where nothing was said. ✗ marks a line that is wrong from any place, ‼ a fault that did not happen as',
    'meant, and an empty cell a fault that does not exist there.',
    '',
    tableOf(everyTrialOf(results, targets)),
    '',
    '## Reading memory',
    '',
    'What is read out of workers is proved by a matrix of its own: [every CPython, gunicorn and class](../peek/RESULTS.md).',
    '',
    ...(problemsOf(results).length === 0 ? [] : ['## Not right', '', ...problemsOf(results), '']),
  ].join('\n');
}

/** Writes the page into the repository when GUNSPECT_WRITE_RESULTS is 1. */
export function writeResults(page: string): void {
  if (process.env.GUNSPECT_WRITE_RESULTS === '1') {
    writeFileSync(new URL('RESULTS.md', import.meta.url), page);
  }
}
