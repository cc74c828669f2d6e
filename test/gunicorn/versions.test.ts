import {expect, test} from 'vitest';
import {
  callsEveryChildWorker,
  compareVersions,
  exitsCleanlyAfterTimeout,
  isAtLeast,
  killsHungBoot,
  logsExitCodes,
  logsSignalDeaths,
  reapsInMainLoop,
} from '../../source/gunicorn/versions.js';

test('versions are compared by number', () => {
  expect(compareVersions('20.1.0', '20.0.4')).toBeGreaterThan(0);
  expect(compareVersions('9.10', '19.9')).toBeLessThan(0);
  expect(compareVersions('22.0', '22.0.0')).toBe(0);
  expect(compareVersions('26.2.0rc1', '26.1.0')).toBeGreaterThan(0);
  expect(compareVersions('latest', '26.1.0')).toBeUndefined();
});

test('nothing is said of a version that is not known', () => {
  for (const ask of [logsExitCodes, logsSignalDeaths, killsHungBoot, exitsCleanlyAfterTimeout, callsEveryChildWorker]) {
    expect(ask(undefined)).toBeUndefined();
    expect(ask('')).toBeUndefined();
  }
});

const deaths: ReadonlyArray<readonly [string, boolean, boolean]> = [
  ['19.9.0', false, false],
  ['20.0.4', false, false],
  ['20.1.0', false, true],
  ['21.0', true, true],
  ['26.2.0', true, true],
];

for (const [version, codes, signals] of deaths) {
  test(`gunicorn ${version} says of a death what it says`, () => {
    expect(logsExitCodes(version)).toBe(codes);
    expect(logsSignalDeaths(version)).toBe(signals);
  });
}

test('22.0 leaves a hung boot alone and a timed out worker with exit code 0', () => {
  expect(killsHungBoot('21.2.0')).toBe(true);
  expect(killsHungBoot('22.0.0')).toBe(false);
  expect(exitsCleanlyAfterTimeout('21.2.0')).toBe(false);
  expect(exitsCleanlyAfterTimeout('22.0.0')).toBe(true);
});

test('children are reaped in the main loop from 24.0, and told from workers from 26.1', () => {
  expect(reapsInMainLoop('23.0.0')).toBe(false);
  expect(reapsInMainLoop('24.1.1')).toBe(true);
  expect(callsEveryChildWorker('26.0.0')).toBe(true);
  expect(callsEveryChildWorker('26.1.0')).toBe(false);
  expect(isAtLeast('26.1.0', '26.1')).toBe(true);
});
