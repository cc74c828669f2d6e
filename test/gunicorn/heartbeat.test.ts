import {expect, test} from 'vitest';
import {
  heartbeatAgeMs,
  heartbeatFamily,
  heartbeatFrom,
  heartbeatSuffix,
  isHeartbeatLink,
} from '../../source/gunicorn/heartbeat.js';

const now = {wallMs: Date.UTC(2026, 10, 22, 10, 0, 0), monotonicMs: 86_400_000};

test('the link of a heartbeat file is told by its name', () => {
  expect(isHeartbeatLink('/tmp/wgunicorn-0a_bcdef (deleted)')).toBe(true);
  expect(heartbeatSuffix('/dev/shm/wgunicorn-0a_bcdef (deleted)')).toBe('0a_bcdef');

  for (const link of [
    '/tmp/wgunicorn-0a_bcdef',
    '/tmp/xwgunicorn-0a_bcdef (deleted)',
    '/tmp/wgunicorn-0a (deleted)',
    '',
  ]) {
    expect(isHeartbeatLink(link)).toBe(false);
    expect(heartbeatSuffix(link)).toBeUndefined();
  }
});

test('up to 21.2 a heartbeat is a mode of 0 or 1', () => {
  const file = {mode: 0o10_0001, ctimeMs: now.wallMs - 500, mtimeMs: now.wallMs - 90_000};

  expect(heartbeatFamily(file)).toBe('up-to-21.2');
  expect(heartbeatFrom(file, now)).toEqual({changedWallMs: now.wallMs - 500, notified: true});
  expect(heartbeatFamily({...file, mode: 0o10_0000})).toBe('up-to-21.2');
});

test('from 22.0 a heartbeat is a modification time on the monotonic clock', () => {
  const file = {mode: 0o10_0600, ctimeMs: now.wallMs - 500, mtimeMs: now.monotonicMs - 502};

  expect(heartbeatFamily(file)).toBe('since-22.0');
  expect(heartbeatFrom(file, now)).toEqual({
    changedWallMs: now.wallMs - 500,
    beatMonotonicMs: now.monotonicMs - 502,
    notified: true,
  });
});

test('before the first heartbeat the version cannot be told', () => {
  const file = {mode: 0o10_0600, ctimeMs: now.wallMs - 3000, mtimeMs: now.wallMs - 3001};

  expect(heartbeatFamily(file)).toBeUndefined();
  expect(heartbeatFrom(file, now)).toEqual({changedWallMs: now.wallMs - 3000, notified: false});
});

test('a beat from another time namespace is left out, but it is one', () => {
  const file = {mode: 0o10_0600, ctimeMs: now.wallMs, mtimeMs: now.monotonicMs + 5_000_000};

  expect(heartbeatFrom(file, now)).toEqual({changedWallMs: now.wallMs, notified: true});
});

test('the age is monotonic where the worker writes it, so that a clock step does not matter', () => {
  const stepped = {wallMs: now.wallMs + 3_600_000, monotonicMs: now.monotonicMs + 1000};

  expect(heartbeatAgeMs({changedWallMs: now.wallMs, beatMonotonicMs: now.monotonicMs, notified: true}, stepped)).toBe(
    1000,
  );
  expect(heartbeatAgeMs({changedWallMs: now.wallMs - 250, notified: true}, now)).toBe(250);
});

test('an age is never negative', () => {
  expect(heartbeatAgeMs({changedWallMs: now.wallMs + 9000, notified: true}, now)).toBe(0);
});
