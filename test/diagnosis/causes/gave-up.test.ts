import {expect, test} from 'vitest';
import {gaveUp} from '../../../source/diagnosis/causes/gave-up.js';
import {afterDeath, death, endAt, masterSaid, sibling} from '../../helpers/death.js';

const exiting = '[9101] [INFO] Worker exiting (pid: 9101)';
const code = '[812] [ERROR] Worker (pid:9104) exited with code 3.';
const halted = masterSaid('[812] [ERROR] Reason: Worker failed to boot.', 0.3);
const haltedBy = {pid: 9104, isThis: false, booted: false, fact: masterSaid(code)};
const gone = {aliveAfter: false, goneAt: afterDeath(0.4)};

test("another worker's failure, the farewell of this one and gunicorn's reason confirm it", () => {
  const judgement = gaveUp.judge(death({booted: true, log: [exiting], master: {...gone, halted, haltedBy}}));

  expect(judgement.verdict).toBe('confirmed');
  expect(judgement.evidence.map(({fact}) => fact)).toEqual([
    'Reason: Worker failed to boot.',
    'Worker (pid:9104) exited with code 3.',
    'Worker exiting (pid: 9101)',
  ]);
});

test('without knowing whose failure it was, or how this one ended, it is a likely one', () => {
  expect(gaveUp.judge(death({booted: true, log: [exiting], master: {...gone, halted}})).verdict).toBe('likely');
  expect(gaveUp.judge(death({booted: true, master: {...gone, halted, haltedBy}})).verdict).toBe('likely');
});

test('the failure alone, before gunicorn says its reason, makes it likely', () => {
  expect(gaveUp.judge(death({booted: true, log: [exiting], waitedSeconds: 0.5, master: {haltedBy}})).verdict).toBe(
    'likely',
  );
});

test('without the log, a worker that never booted and ended first, and then the master, make it likely', () => {
  const endedNear = [sibling(9104, {booted: false, end: endAt(-0.3)})];

  expect(gaveUp.judge(death({booted: true, exit: 0, master: gone, siblings: {endedNear}})).verdict).toBe('likely');
});

test('the one that left before all others may have been the reason itself', () => {
  const known = {version: '20.1.0', booted: true, log: [exiting], logReadSeconds: 60, master: {...gone, halted}};

  expect(gaveUp.judge(death({...known, siblings: {thisLeftFirst: true}})).verdict).toBe('possible');
});

test('a worker that was killed counts only at the end of graceful_timeout', () => {
  const late = {...haltedBy, fact: masterSaid(code, -31)};

  expect(gaveUp.judge(death({exit: 'SIGKILL', master: {...gone, halted, haltedBy}})).verdict).toBe('ruled-out');
  expect(gaveUp.judge(death({exit: 'SIGKILL', master: {...gone, halted, haltedBy: late}})).verdict).toBe('likely');
});

test('its own failure, a code of its own and a replacement rule it out', () => {
  const log = ['[9101] [ERROR] Exception in worker process', 'Traceback (most recent call last):', 'KeyError: 1'];

  expect(gaveUp.judge(death({booted: false, log, master: {...gone, halted}})).verdict).toBe('ruled-out');
  expect(gaveUp.judge(death({exit: 7, master: {...gone, halted, haltedBy}})).verdict).toBe('ruled-out');
  expect(gaveUp.judge(death({exit: 0, replacedBy: 9104, master: {halted, haltedBy}})).verdict).toBe('ruled-out');
});

test('a master that ended with nothing to say in a complete log did not give up', () => {
  expect(gaveUp.judge(death({exit: 0, logReadSeconds: 60, master: gone})).verdict).toBe('ruled-out');
  expect(gaveUp.judge(death({booted: true, exit: 0, master: gone})).verdict).toBe('insufficient');
});

test('without log and exit status, a worker that ended with its master may have ended so: a possible one', () => {
  expect(gaveUp.judge(death({booted: true, master: gone})).verdict).toBe('possible');
  expect(gaveUp.judge(death({booted: true, master: {...gone, goneAt: afterDeath(20)}})).verdict).toBe('insufficient');
  expect(gaveUp.judge(death({booted: true, master: {...gone, successor: true}})).verdict).toBe('insufficient');
});

test('a worker that had not booted and left before all others is the reason, and no other', () => {
  const known = {booted: false, log: [exiting], master: {...gone, halted}};

  expect(gaveUp.judge(death({...known, siblings: {thisLeftFirst: true}})).verdict).toBe('possible');
  expect(gaveUp.judge(death(known)).verdict).toBe('likely');
});

// A reload on Debian 12 whose new workers could not boot: the old ones had left for it, and were missed only after that.
test('one that had said its farewell before the worker failed left for another reason, although it was missed later', () => {
  const failed = masterSaid('[9104] [ERROR] Exception in worker process', -0.4);
  const judgement = gaveUp.judge(
    death({
      booted: true,
      log: [exiting],
      order: 'reload',
      master: {...gone, halted, haltedBy: {...haltedBy, fact: failed}},
    }),
  );

  expect(judgement.verdict).toBe('ruled-out');
});
