import {expect, test} from 'vitest';
import {everyInterpreter} from '../helpers/interpreters.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {provePeek, startPeeking} from './prove-peek.js';

const wanted = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14', '3.15'];
const interpreters = everyInterpreter();

test.for(wanted)(
  'counts, requests and stacks of CPython %s are the true ones, with sync and gthread',
  {timeout: 120_000},
  async (minor, context) => {
    const interpreter = interpreters.find((one) => one.minor === minor);
    if (interpreter === undefined) return context.skip(`CPython ${minor}`);

    const environment = await gunicornEnvironment('23.0.0', [], interpreter.program);
    const reports = await Promise.all(
      (['sync', 'gthread'] as const).map((workerClass) => provePeek(environment, workerClass, 0.5)),
    );

    for (const {interpreter: name, looks, counts} of reports) {
      expect(name).toMatch(new RegExp(`^CPython ${minor}`));
      expect(looks).toBeGreaterThan(10);
      expect(counts).toBeGreaterThan(10);
    }
  },
);

test('a free-threaded CPython is read as well as the others', {timeout: 120_000}, async (context) => {
  const [interpreter] = everyInterpreter('free-threaded');
  if (interpreter === undefined) return context.skip('a free-threaded CPython');

  const environment = await gunicornEnvironment('23.0.0', [], interpreter.program);
  // Not gthread: without the global lock its own counter loses requests.
  const {interpreter: name, counts} = await provePeek(environment, 'sync', 0.5);

  expect(name).toMatch(/^CPython 3\.\d+\.\d+ \(free-threaded\)$/);
  expect(counts).toBeGreaterThan(10);
});

test('a debug build of CPython is refused by its name', {timeout: 120_000}, async (context) => {
  const [interpreter] = everyInterpreter('debug').filter(({minor}) => Number(minor.split('.')[1]) >= 8);
  if (interpreter === undefined) return context.skip('a debug build of CPython');

  const environment = await gunicornEnvironment('23.0.0', [], interpreter.program);

  await expect(startPeeking(environment, 'sync')).rejects.toThrow(
    new RegExp(`CPython ${interpreter.minor.replace('.', '\\.')}\\S* is a debug build, whose structures differ`),
  );
});
