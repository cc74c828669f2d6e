import {expect, test} from 'vitest';
import {lookUntilMs} from '../../source/diagnosis/onset.js';
import type {SignalSent} from '../../source/observation.js';
import type {Circumstances} from '../../source/ledger/circumstances.js';
import {onsetMarginMs} from '../../source/diagnosis/thresholds.js';
import {afterDeath, death, masterHandled, sibling} from '../helpers/death.js';

const beforeDeathMs = (seconds: number): number => afterDeath(-seconds).monotonicMs - onsetMarginMs;

const fromSystemd: SignalSent = {
  kind: 'signal',
  at: afterDeath(-4.2),
  pid: 9101,
  signal: 'SIGTERM',
  sender: {pid: 1, name: 'systemd', user: 'root'},
};

/** Its master's word was printed so long before the end, to the millisecond, and read at the end. */
function toldBy(printedSeconds: number, more: Parameters<typeof death>[0] = {}): Circumstances {
  const c = death({booted: true, order: 'shutdown', ...more});
  const {event, order} = masterHandled('term');
  const wallMs = afterDeath(-printedSeconds).wallMs + 7;
  return {
    ...c,
    life: {...c.life, order: {reason: 'shutdown', fact: {at: afterDeath(0), order, event: {...event, wallMs}}}},
  };
}

// systemd signals the whole control group at once: on Debian 12 a worker was on its way out, on the processor, before
// its master had printed a word, and the journal told of that later still.

test('a worker that is told to leave is looked at before the first signal to it, whatever its master says later', () => {
  expect(lookUntilMs(toldBy(3, {kernel: {signals: [fromSystemd]}}), 'service-restart')).toBe(beforeDeathMs(4.2));
  expect(lookUntilMs(death({booted: true, kernel: {signals: [fromSystemd]}}), 'signalled')).toBe(beforeDeathMs(4.2));
});

test('a word that is read late counts from when it was printed', () => {
  expect(lookUntilMs(toldBy(3), 'shutdown')).toBe(beforeDeathMs(3) + 7);
});

test('of a word that carries whole seconds only, the end of that second counts, and never later than it was read', () => {
  const c = toldBy(3);
  const fact = c.life.order!.fact;
  const at = (printedMs: number): number =>
    lookUntilMs(
      {
        ...c,
        life: {...c.life, order: {reason: 'shutdown', fact: {...fact, event: {...fact.event, wallMs: printedMs}}}},
      },
      'shutdown',
    );

  expect(at(afterDeath(-3).wallMs)).toBe(beforeDeathMs(3) + 999);
  expect(at(afterDeath(0).wallMs)).toBeLessThanOrEqual(beforeDeathMs(0));
});

test('where nothing tells of a reload but the next generation, a worker is looked at before that was forked', () => {
  const surplus = [sibling(9111, {firstSeen: afterDeath(-1.1)}), sibling(9112, {firstSeen: afterDeath(-1.3)})];

  expect(lookUntilMs(death({booted: true, exit: 0, siblings: {surplus}}), 'reload')).toBe(beforeDeathMs(1.3));
});
