/** `gunspect report` over recordings of real incidents, by the built program. */
import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {program} from '../helpers/live-screen.js';

const incident = (name: string) => fileURLToPath(new URL(`../fixtures/incidents/${name}.ndjson.gz`, import.meta.url));

function run(...args: readonly string[]): Promise<{readonly code: number; readonly out: string; readonly err: string}> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], (error, out, err) => {
      resolve({code: typeof error?.code === 'number' ? error.code : 0, out, err});
    });
    child.stdin?.end();
  });
}

test('a recording becomes a report with its headline, its guide and its restarts', async () => {
  const {code, out, err} = await run('report', incident('timeout-storm'), '--utc');
  expect({code, err}).toEqual({code: 0, err: ''});
  expect(out).toMatch(/^# shop:app: RUNTIME, as of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+00$/m);
  expect(out).toContain('## The guide');
  expect(out).toMatch(/^1\. \*\*At boot, at runtime.*\*\* \d+ at runtime/m);
  expect(out).toMatch(/^### \\#\d+ → \d+ · timeout, long-request · certain · not expected$/m);
});

test('without a file, or with none that can be read, it says so', async () => {
  expect(await run('report')).toMatchObject({code: 2, err: expect.stringContaining('report needs a recording')});
  expect(await run('report', '/nowhere/at/all')).toMatchObject({code: 2, out: ''});
  expect(await run('report', program)).toMatchObject({code: 2, out: ''});
});
