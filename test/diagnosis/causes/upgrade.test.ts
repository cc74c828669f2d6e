import {expect, test} from 'vitest';
import {upgrade} from '../../../source/diagnosis/causes/upgrade.js';
import {afterDeath, death} from '../../helpers/death.js';

const exiting = '[9101] [INFO] Worker exiting (pid: 9101)';
const master = {aliveAfter: false, goneAt: afterDeath(0.2), successor: true};

test('a successor that lives when its master is told to stop confirms it', () => {
  const judgement = upgrade.judge(death({booted: true, order: 'shutdown', log: [exiting], master}));

  expect(judgement.verdict).toBe('confirmed');
  expect(judgement.evidence[0]?.fact).toBe('a USR2 successor had taken over');
});

test('the same without the log is a likely one', () => {
  expect(upgrade.judge(death({booted: true, exit: 0, master})).verdict).toBe('likely');
});

test('a worker of the old master that crashes, or is replaced, beside a successor was not upgraded', () => {
  expect(upgrade.judge(death({booted: true, exit: 'SIGSEGV', master})).verdict).toBe('ruled-out');
  expect(upgrade.judge(death({booted: true, exit: 0, replacedBy: 9104, master: {successor: true}})).verdict).toBe(
    'ruled-out',
  );
});

test('without a successor it is ruled out', () => {
  expect(upgrade.judge(death({booted: true, order: 'shutdown', log: [exiting]})).verdict).toBe('ruled-out');
});

test('while nobody knows whether the master is stopping it cannot be judged', () => {
  expect(upgrade.judge(death({booted: true, exit: 0, waitedSeconds: 0.5, master: {successor: true}})).verdict).toBe(
    'insufficient',
  );
});
