import {writeFileSync} from 'node:fs';
import {tableOf, type Row} from '../helpers/markdown-table.js';
import type {LoadReport} from './prove-peek.js';
import type {Spread, Throughput} from './throughput.js';

/** One combination that was proved. */
export type Proof = {
  readonly python: string;
  readonly gunicorn: string;
  readonly workerClass: string;
  readonly report: LoadReport;
};

function sum(proofs: readonly Proof[], of: (report: LoadReport) => number): string {
  return proofs.reduce((total, {report}) => total + of(report), 0).toLocaleString('en');
}

function proofsTable(proofs: readonly Proof[]): readonly Row[] {
  return [
    ['CPython', 'gunicorn', 'class', 'requests sent', 'looks', 'counts read', 'requests read', 'wrong'],
    ...proofs.map(({python, gunicorn, workerClass, report}): Row => {
      const {served, looks, counts, requestsSeen} = report;
      return [python, gunicorn, workerClass, ...[served, looks, counts, requestsSeen].map(String), '0'];
    }),
  ];
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

function throughputTable(measured: Throughput): readonly Row[] {
  const rowOf = (what: string, {median, error, from, to}: Spread): Row => [
    what,
    `${percent(median)} ± ${(100 * error).toFixed(1)}`,
    `${percent(from)} to ${percent(to)}`,
  ];
  return [
    ['with gunspect, of what it is without', 'median of all pairs, standard error', 'half of the pairs'],
    rowOf('requests a second', measured.wall),
    rowOf('requests a second of the workers’ processor time', measured.processor),
  ];
}

/** The page of what was read out of memory. Its figures are those of one run on one machine. */
export function peekPage(proofs: readonly Proof[], absent: readonly string[], throughput: Throughput): string {
  const {pairs, requests, workerClass} = throughput;
  return [
    '# What was read out of memory',
    '',
    'Written by `GUNSPECT_WRITE_RESULTS=1 npm run test:peek`. Each line is a real gunicorn with two workers (one for asgi,',
    'uvicorn and gevent) that is read as fast as it goes while three clients ask it. A number or a text that is wrong once',
    'fails the line: a request that is none of those sent, a count that falls, a last count that is not what was sent, and',
    'for all but gevent a stack or a line that is not the one `faulthandler`, or the coroutine itself, tells.',
    '',
    `${sum(proofs, ({served}) => served)} requests, ${sum(proofs, ({looks}) => looks)} looks: ` +
      `${sum(proofs, ({counts}) => counts)} counts and ${sum(proofs, ({requestsSeen}) => requestsSeen)} requests read, none wrong.`,
    '',
    'x86-64. `t` is a free-threaded build; there gthread is left out, whose own counter loses requests without the global',
    'lock. A debug build is refused by its name. aarch64, and free-threaded builds of 3.14 and 3.15, were not run.',
    '',
    tableOf(proofsTable(proofs)),
    '',
    ...(absent.length === 0 ? [] : [`Could not be installed: ${absent.join(', ')}.`, '']),
    '## What it takes from the server',
    '',
    `${pairs} pairs of ${requests} requests to two ${workerClass} workers, as fast as two clients on the same two processors can`,
    'ask, in turn with `gunspect watch` at its usual rate and with it halted. All else that runs on the machine is in these',
    'figures.',
    '',
    tableOf(throughputTable(throughput)),
    '',
  ].join('\n');
}

/** Writes the page into the repository when GUNSPECT_WRITE_RESULTS is 1. */
export function writePeekPage(page: string): void {
  if (process.env['GUNSPECT_WRITE_RESULTS'] === '1') writeFileSync(new URL('RESULTS.md', import.meta.url), page);
}
