import {expect, test} from 'vitest';
import {seenAtOnset} from '../../source/diagnosis/seen-at-onset.js';
import type {Wait} from '../../source/activity.js';
import {afterDeath, death, type KnownOfDeath} from '../helpers/death.js';
import {processId, worker} from '../helpers/observations.js';

/** Seen in these waits, so many seconds before its end, holding a client. */
function seenIn(waits: ReadonlyArray<readonly [seconds: number, main: Wait]>, known: KnownOfDeath = {}) {
  const c = death({
    version: '26.1.0',
    workerClass: 'asgi',
    timeoutSeconds: 3,
    booted: true,
    silentSeconds: 4,
    ...known,
  });
  const glimpses = waits.map(([seconds, main]) => ({
    at: afterDeath(-seconds),
    by: afterDeath(-seconds),
    sample: worker(processId(9101, 0), {activity: {main, clients: 1}}),
  }));
  return {...c, life: {...c.life, glimpses}};
}

const idle: Wait = {kind: 'accept', via: 'epoll_wait'};
const pipe: Wait = {kind: 'other', what: 'pipe', via: 'read'};

test('what a blocked loop is stuck in is seen when its next beat was due, and not before', () => {
  const c = seenIn([
    [3.8, idle],
    [3.5, idle],
    [3.2, idle],
    [2.6, pipe],
  ]);

  expect(seenAtOnset(c, 'timeout')?.phase.phase).toBe('busy');
  expect(seenAtOnset(c, 'timeout')?.glimpse.at).toEqual(afterDeath(-2.6));
});

test('of a loop that was not looked at since its beat was due nothing is told', () => {
  expect(seenAtOnset(seenIn([[3.8, idle]]), 'timeout')).toBeUndefined();
});

test('what was seen seconds before an end tells nothing of it', () => {
  expect(seenAtOnset(seenIn([[0.3, pipe]]), 'killed')).toBeDefined();
  expect(seenAtOnset(seenIn([[4, pipe]]), 'killed')).toBeUndefined();
});

test('a loop that was seen stopped before its beat was due was stopped', () => {
  const c = seenIn([[3.6, idle]]);
  const stopped = {at: afterDeath(-3.2), by: afterDeath(-3.2), sample: worker(processId(9101, 0), {processState: 'T'})};

  expect(seenAtOnset({...c, life: {...c.life, glimpses: [...c.life.glimpses, stopped]}}, 'timeout')?.phase.phase).toBe(
    'stopped',
  );
});

test('a worker of a loop to which a client has come is not told as idle by what was seen before', () => {
  const held = seenIn([[0.2, idle]], {silentSeconds: 0.5});
  const sample = worker(processId(9101, 0), {activity: {main: idle, clients: 0}});
  const alone = {at: afterDeath(-0.7), by: afterDeath(-0.7), sample};
  const told = (glimpses: typeof held.life.glimpses) =>
    seenAtOnset({...held, life: {...held.life, glimpses}}, 'killed')?.phase.phase;

  expect(told([alone])).toBe('idle');
  expect(told([alone, ...held.life.glimpses])).toBe('unknown');
});
