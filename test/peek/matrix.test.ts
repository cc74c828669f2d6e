import {afterAll, expect, test} from 'vitest';
import {everyInterpreter} from '../helpers/interpreters.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {proveAsync} from './prove-async.js';
import {proveGevent} from './prove-gevent.js';
import {provePeek} from './prove-peek.js';
import {peekPage, writePeekPage, type Proof} from './results-page.js';
import {measureThroughput, type Throughput} from './throughput.js';

const secondsOfLoad = Number(process.env['PEEK_SECONDS'] ?? 8);
const pairsOfThroughput = Number(process.env['PEEK_PAIRS'] ?? 60);

const releases = ['20.1.0', '23.0.0', 'newest'] as const;
const newest = ['newest'] as const;

/** What each class needs beside gunicorn, and from which minor version of CPython on and with which releases it is there. */
const classes = {
  sync: {packages: [], since: 8, releases},
  gthread: {packages: [], since: 8, releases},
  asgi: {packages: ['setproctitle', 'uvicorn'], since: 10, releases: newest},
  uvicorn: {packages: ['setproctitle', 'uvicorn'], since: 8, releases},
  gevent: {packages: ['gevent', 'packaging'], since: 8, releases: newest},
} as const;

type ClassName = keyof typeof classes;

const interpreters = [...everyInterpreter(), ...everyInterpreter('free-threaded')];
const cases = interpreters.flatMap(({minor, version, program, build}) =>
  (Object.keys(classes) as ClassName[])
    .filter((workerClass) => Number(minor.split('.')[1]) >= classes[workerClass].since)
    // Without the global lock gthread's own counter loses requests, and gevent brings the lock back.
    .filter((workerClass) => build === 'usual' || !['gthread', 'gevent'].includes(workerClass))
    .flatMap((workerClass) =>
      classes[workerClass].releases.map((gunicorn) => ({version, program, gunicorn, workerClass})),
    ),
);

const proofs: Proof[] = [];
/** What pip has nothing of. */
const absent: string[] = [];
let throughput: Throughput | undefined;

test.for(cases)(
  'CPython $version with gunicorn $gunicorn and $workerClass',
  {timeout: 300_000},
  async ({program, version, gunicorn, workerClass}, context) => {
    const environment = await gunicornEnvironment(gunicorn, classes[workerClass].packages, program).catch(
      () => undefined,
    );
    if (environment === undefined) {
      absent.push(`${workerClass} for CPython ${version}`);
      return context.skip(absent.at(-1));
    }

    const prove = {sync: provePeek, gthread: provePeek, asgi: proveAsync, uvicorn: proveAsync, gevent: proveGevent};
    const report = await prove[workerClass](environment, workerClass as never, secondsOfLoad);

    proofs.push({python: version, gunicorn: environment.version, workerClass, report});
    expect(report.counts).toBeGreaterThan(report.looks / 2);
  },
);

test('a server that is watched answers as fast as one that is not', {timeout: 600_000}, async () => {
  throughput = await measureThroughput(await gunicornEnvironment('newest'), 'sync', pairsOfThroughput, 600);

  const {median, error} = throughput.processor;
  // Three errors above what was measured lie 1 in 700 truths: then less than 99 % is no chance.
  expect(median + 3 * error).toBeGreaterThan(0.99);
});

afterAll(() => {
  if (throughput === undefined) return;

  const page = peekPage(proofs, absent, throughput);
  process.stdout.write(page);
  if (proofs.length + absent.length === cases.length) writePeekPage(page);
});
