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

const failure = [
  '[2026-11-22 14:00:00 +0000] [9500] [ERROR] Exception in worker process',
  'Traceback (most recent call last):',
  '  File "/srv/shop/shop.py", line 3, in <module>',
  "ModuleNotFoundError: No module named 'payments_client'",
];

test('two failed boots are no loop, three are one', () => {
  expect(bootLoopOf([failed(900), failed(901)], [], now)).toBeUndefined();
  expect(bootLoopOf([failed(900), failed(901), failed(902)], [], now)).toEqual({
    count: 3,
    atLeast: false,
    perMinute: 60,
    lastMs: moment(902).wallMs,
  });
});

test('boots that no sample saw are counted from the log, with the newest traceback', () => {
  const loop = bootLoopOf([failed(900)], [unseen(901, ...failure), unseen(902, ...failure)], now);

  expect(loop).toMatchObject({count: 3, atLeast: true});
  expect(loop && bootLoopText(loop)).toBe(
    'at least 3 failed boots, 60 a minute: missing module, ModuleNotFoundError: payments_client, at shop/shop.py:3',
  );
});

test('a worker of which only the boot was printed is not known to have failed', () => {
  expect(bootLoopOf([failed(900), failed(901)], [unseen(902)], now)).toBeUndefined();
});

test('workers that something else ended in the middle of their boot are no loop', () => {
  const ended = (['gave-up', 'reload', 'shutdown'] as const).map((cause, index) =>
    restart({cause, branch: 'boot', at: 900 + index}),
  );

  expect(bootLoopOf(ended, [], now)).toBeUndefined();
});

test('what is older than a quarter of an hour is over', () => {
  expect(bootLoopOf([failed(10), failed(20), failed(30)], [], now)).toBeUndefined();
});
