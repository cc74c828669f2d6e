import {expect, test} from 'vitest';
import {pythonEnvironment} from '../../source/demo/python-environment.js';
import {everyInterpreter} from '../helpers/interpreters.js';
import {provePeek} from './prove-peek.js';

const wanted = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14', '3.15'];
const interpreters = everyInterpreter();

test.for(wanted)(
  'counts, requests and stacks of CPython %s are the true ones, with sync and gthread',
  {timeout: 120_000},
  async (minor, context) => {
    const interpreter = interpreters.find((one) => one.minor === minor);
    if (interpreter === undefined) return context.skip(`CPython ${minor}`);

    const environment = await pythonEnvironment({
      version: '23.0.0',
      basePython: interpreter.program,
      cacheFolder: '.cache/python',
    });
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
