import {afterAll, expect, test} from 'vitest';
import {pythonEnvironment} from '../../source/demo/python-environment.js';
import {everyInterpreter} from '../helpers/interpreters.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {proveAsync} from './prove-async.js';
import {provePeek} from './prove-peek.js';

const cases = everyInterpreter()
  .filter(({minor}) => Number(minor.split('.')[1]) >= 8)
  .flatMap((interpreter) =>
    ['20.1.0', '23.0.0', 'newest'].flatMap((gunicorn) =>
      (['sync', 'gthread'] as const).map((workerClass) => ({...interpreter, gunicorn, workerClass})),
    ),
  );

const secondsOfLoad = Number(process.env['PEEK_SECONDS'] ?? 8);
const rows: string[] = [];

test.for(cases)(
  'CPython $version with gunicorn $gunicorn and $workerClass',
  {timeout: 300_000},
  async ({program, version, gunicorn, workerClass}) => {
    const environment = await pythonEnvironment({
      version: gunicorn,
      basePython: program,
      cacheFolder: '.cache/python',
    });
    const {looks, requestsSeen, counts, served} = await provePeek(environment, workerClass, secondsOfLoad);

    rows.push(
      `${version} ${environment.version} ${workerClass}: ${served} requests, ${looks} looks, ${counts} counts and ${requestsSeen} requests read`,
    );
    expect(counts).toBeGreaterThan(looks / 2);
  },
);

const asyncCases = everyInterpreter()
  // gunicorn has its asgi worker for 3.10 and newer.
  .filter(({minor}) => Number(minor.split('.')[1]) >= 10)
  .flatMap((interpreter) => (['asgi', 'uvicorn'] as const).map((workerClass) => ({...interpreter, workerClass})));

test.for(asyncCases)(
  'CPython $version with the newest gunicorn and $workerClass',
  {timeout: 300_000},
  async ({program, version, workerClass}) => {
    const environment = await gunicornEnvironment('newest', ['setproctitle', 'uvicorn'], program);
    const {looks, requestsSeen, counts, served} = await proveAsync(environment, workerClass, secondsOfLoad);

    rows.push(
      `${version} ${environment.version} ${workerClass}: ${served} requests, ${looks} looks, ${counts} counts and ${requestsSeen} requests read`,
    );
    expect(counts).toBeGreaterThan(looks / 2);
  },
);

afterAll(() => {
  process.stdout.write(`${rows.join('\n')}\nnone of them wrong, every stack as faulthandler writes it\n`);
});
