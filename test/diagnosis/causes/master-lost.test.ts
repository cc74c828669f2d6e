import {expect, test} from 'vitest';
import {masterLost} from '../../../source/diagnosis/causes/master-lost.js';
import type {SignalSent} from '../../../source/observation.js';
import {afterDeath, death, masterHandled, masterSaid} from '../../helpers/death.js';

const line = '[9101] [INFO] Parent changed, shutting down: <Worker 9101>';
const exiting = '[9101] [INFO] Worker exiting (pid: 9101)';
const gone = (seconds: number) => ({aliveAfter: false, goneAt: afterDeath(seconds)});

test('its own line and a master that is gone confirm it', () => {
  const judgement = masterLost.judge(death({booted: true, log: [line, exiting], master: gone(-3)}));

  expect(judgement.verdict).toBe('confirmed');
  expect(judgement.evidence.map(({fact}) => fact)).toEqual([
    'Parent changed, shutting down: <Worker 9101>',
    'master 812 is gone',
    'Worker exiting (pid: 9101)',
  ]);
});

test('a worker that lived on without its master is a likely one without the log', () => {
  expect(masterLost.judge(death({booted: true, exit: 0, master: gone(-3)})).verdict).toBe('likely');
});

test('its own line before the master was missed is a likely one', () => {
  expect(masterLost.judge(death({booted: true, log: [line], waitedSeconds: 0.5})).verdict).toBe('likely');
});

test('the same moment is a possible one', () => {
  expect(masterLost.judge(death({booted: true, exit: 0, master: gone(0)})).verdict).toBe('possible');
});

test('a signal to stop, a reason for giving up, a master that went on and another status rule it out', () => {
  const halted = masterSaid('[812] [ERROR] Reason: Worker failed to boot.', -0.5);
  const stop = masterHandled('term');

  expect(masterLost.judge(death({exit: 0, master: {...gone(-1), stop}})).verdict).toBe('ruled-out');
  expect(masterLost.judge(death({exit: 0, master: {...gone(-1), halted}})).verdict).toBe('ruled-out');
  expect(masterLost.judge(death({exit: 0, replacedBy: 9104})).verdict).toBe('ruled-out');
  expect(masterLost.judge(death({exit: 'SIGKILL', master: gone(-3)})).verdict).toBe('ruled-out');
});

test('when the worker ended first, or nobody knows of the master, it cannot be judged', () => {
  expect(masterLost.judge(death({booted: true, exit: 0, master: gone(0.5)})).verdict).toBe('insufficient');
  expect(masterLost.judge(death({booted: true, exit: 0, waitedSeconds: 0.5})).verdict).toBe('insufficient');
});

test('who killed the master stands beside it', () => {
  const sent: SignalSent = {
    kind: 'signal',
    at: afterDeath(-3.1),
    pid: 812,
    signal: 'SIGKILL',
    sender: {pid: 4711, name: 'bash', user: 'root'},
  };
  const judgement = masterLost.judge(death({booted: true, exit: 0, master: gone(-3), kernel: {masterSignals: [sent]}}));

  expect(judgement.verdict).toBe('likely');
  expect(judgement.evidence[0]?.fact).toBe('SIGKILL sent to master 812 by bash 4711 (user root)');
});
