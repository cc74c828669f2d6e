import {expect, test} from 'vitest';
import {bootLoopOf, bootLoopText} from '../../source/diagnosis/boot-loop.js';
import type {UnseenLife} from '../../source/ledger/ledger.js';
import {eventsOf, moment} from '../helpers/observations.js';
import {restart} from '../helpers/restarts.js';

const now = moment(1000).wallMs;
const failed = (at: number) => restart({cause: 'boot-error', branch: 'boot', at});

function unseen(at: number, ...lines: readonly string[]): UnseenLife {
  const booting = '[2026-11-22 14:00:00 +0000] [9500] [INFO] Booting worker with pid: 9500';
  const log = eventsOf([booting, ...lines]).map((event, order) => ({at: moment(at), order, event}));
  return {at: moment(at), pid: 9500, log};
}

/** What the ledger knows of workers that no sample showed. */
const unseenOnly = (lives: readonly UnseenLife[]) => ({unseen: lives, unseenBefore: []});

const failure = [
  '[2026-11-22 14:00:00 +0000] [9500] [ERROR] Exception in worker process',
  'Traceback (most recent call last):',
  '  File "/srv/shop/shop.py", line 3, in <module>',
  "ModuleNotFoundError: No module named 'payments_client'",
];

test('two failed boots are no loop, three are one', () => {
  expect(bootLoopOf([failed(900), failed(901)], unseenOnly([]), now)).toBeUndefined();
  expect(bootLoopOf([failed(900), failed(901), failed(902)], unseenOnly([]), now)).toEqual({
    count: 3,
    atLeast: false,
    perMinute: 60,
    firstMs: moment(900).wallMs,
    lastMs: moment(902).wallMs,
    why: 'a boot-error',
  });
});

test('boots that no sample saw are counted from the log, with the newest traceback', () => {
  const loop = bootLoopOf([failed(900)], unseenOnly([unseen(901, ...failure), unseen(902, ...failure)]), now);

  expect(loop).toMatchObject({count: 3, atLeast: true});
  expect(loop && bootLoopText(loop)).toBe(
    'at least 3 failed boots, 60 a minute: missing module, ModuleNotFoundError: payments_client, at shop/shop.py:3',
  );
});

test('a worker of which only the boot was printed is not known to have failed', () => {
  expect(bootLoopOf([failed(900), failed(901)], unseenOnly([unseen(902)]), now)).toBeUndefined();
});

test('workers that something else ended in the middle of their boot are no loop', () => {
  const ended = (['gave-up', 'reload', 'shutdown'] as const).map((cause, index) =>
    restart({cause, branch: 'boot', at: 900 + index}),
  );

  expect(bootLoopOf(ended, unseenOnly([]), now)).toBeUndefined();
});

test('what is older than a quarter of an hour is over', () => {
  expect(bootLoopOf([failed(10), failed(20), failed(30)], unseenOnly([]), now)).toBeUndefined();
});

test('boots that the kernel counted are counted exactly, and an end by a signal to stop is no failure', () => {
  const ended = (at: number, exit: UnseenLife['exit']): UnseenLife => ({
    at: moment(at),
    pid: 9500,
    log: [],
    ...(exit && {exit}),
  });
  const lives = [ended(900, {code: 9}), ended(900.05, {code: 9}), ended(900.1, {signal: 'SIGSEGV', core: false})];

  expect(bootLoopOf([], unseenOnly(lives), now)).toMatchObject({count: 3, atLeast: false});
  expect(
    bootLoopOf([], unseenOnly([...lives.slice(1), ended(901, {signal: 'SIGTERM', core: false})]), now),
  ).toBeUndefined();
  expect(bootLoopOf([], unseenOnly([...lives.slice(1), ended(901, {code: 0})]), now)).toBeUndefined();
});

test('those of the minutes before are counted with the newest', () => {
  const minute = {fromMs: moment(840).wallMs, failed: 1200, isExact: true};
  const ledger = {unseen: [{at: moment(900), pid: 9500, log: [], exit: {code: 9}}], unseenBefore: [minute]};

  expect(bootLoopOf([], ledger, now)).toMatchObject({count: 1201, atLeast: false});
  expect(bootLoopOf([], {...ledger, unseenBefore: [{...minute, isExact: false}]}, now)).toMatchObject({atLeast: true});
});
