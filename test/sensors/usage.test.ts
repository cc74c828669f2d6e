import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {expect, test} from 'vitest';
import type pidusage from 'pidusage';
import {openUsageReader} from '../../source/sensors/usage.js';
import {waitFor} from '../helpers/fault-wait.js';

test('a percentage needs two readings of the same process', async () => {
  const rows = [
    {cpu: 0, memory: 500, ppid: 1, pid: 5, ctime: 1000, elapsed: 10_000, timestamp: 20_000},
    {cpu: 0, memory: 500, ppid: 1, pid: 5, ctime: 1500, elapsed: 11_000, timestamp: 21_000},
    // The pid was given to a younger process.
    {cpu: 0, memory: 700, ppid: 1, pid: 5, ctime: 10, elapsed: 300, timestamp: 30_000},
  ];
  let at = 0;
  const ask = (async () => ({5: rows[at++], 6: null, 7: undefined})) as unknown as typeof pidusage;
  const reader = openUsageReader(ask);

  expect(await reader.read([5, 6, 7])).toEqual(
    new Map([[5, {pid: 5, parentPid: 1, cpuMs: 1000, rssBytes: 500, ageMs: 10_000}]]),
  );
  expect((await reader.read([5])).get(5)?.cpuPercent).toBe(50);
  expect((await reader.read([5])).get(5)).not.toHaveProperty('cpuPercent');
});

test('nobody to read, and a reading that fails, are empty readings', async () => {
  const failing = (() => Promise.reject(new Error('No matching pid found'))) as unknown as typeof pidusage;

  expect((await openUsageReader(failing).read([4_194_305])).size).toBe(0);
  expect((await openUsageReader(failing).read([])).size).toBe(0);
});

test('a process that spins uses about one core', async () => {
  const child = spawn(process.execPath, ['-e', 'for (;;);'], {stdio: 'ignore'});
  await once(child, 'spawn');
  const reader = openUsageReader();

  const percent = await waitFor(
    'some use',
    10_000,
    async () => (await reader.read([child.pid ?? 0])).get(child.pid ?? 0)?.cpuPercent || undefined,
  );
  child.kill('SIGKILL');

  expect(percent).toBeGreaterThan(1);
  expect(percent).toBeLessThan(400);
});
