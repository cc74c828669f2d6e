import {expect, test} from 'vitest';
import {withoutTraffic} from '../../source/diagnosis/questions/without-traffic.js';
import type {Life} from '../../source/ledger/life.js';
import {afterDeath, death, sibling} from '../helpers/death.js';
import {worker} from '../helpers/observations.js';

/** Of a worker that hung in a request beside these. */
function answer(living: readonly Life[]): string {
  const c = death({timeoutSeconds: 30, workerClass: 'sync', siblings: {living}});
  return withoutTraffic(
    c,
    {cause: 'timeout', variant: 'long-request'},
    {
      verdict: 'request',
      why: '',
      sources: [],
    },
  ).answer;
}

/** Another worker, with what its last sample showed: how long it had not beaten, and what it waited in. */
function other(pid: number, silentSeconds: number, kind: 'accept' | 'peer'): Life {
  const life = sibling(pid);
  const beat = afterDeath(-silentSeconds);
  const sample = worker(life.id, {
    heartbeat: {changedWallMs: beat.wallMs, beatMonotonicMs: beat.monotonicMs, notified: true},
    activity: {main: {kind, ...(kind === 'peer' && {what: '10.0.3.7:5432'})}, clients: kind === 'peer' ? 1 : 0},
  });
  return {...life, glimpses: [{at: afterDeath(0), by: afterDeath(0), sample}]};
}

test('others that wait for work, or beat a moment ago, show that it was the request', () => {
  expect(answer([other(9102, 14, 'accept'), other(9103, 1, 'peer')])).toBe(
    'no: it hung in a request, and the 2 others went on',
  );
  expect(answer([other(9102, 14, 'accept')])).toBe('no: it hung in a request, and the other worker went on');
});

test('others that hang as well are not said to go on, and where no heartbeat is readable nothing is', () => {
  expect(answer([other(9102, 14, 'accept'), other(9103, 9, 'peer'), other(9104, 25, 'peer')])).toBe(
    'no: it hung in a request, and 1 of 3 others went on',
  );
  expect(answer([other(9103, 9, 'peer')])).toBe('probably not: it hung in a request');
  expect(answer([sibling(9102)])).toBe('probably not: it hung in a request');
});
