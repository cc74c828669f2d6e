import {expect, test} from 'vitest';
import {scaleDown} from '../../../source/diagnosis/causes/scale-down.js';
import {afterDeath, death, endAt, masterHandled, sibling} from '../../helpers/death.js';

const living = [sibling(9102), sibling(9103)];
const exiting = '[9101] [INFO] Worker exiting (pid: 9101)';

test('a TTOU before the farewell of the oldest worker confirms it once no replacement came', () => {
  const known = {booted: true, order: 'scale-down', log: [exiting], siblings: {living}} as const;

  expect(scaleDown.judge(death({...known, waitedSeconds: 1.25})).verdict).toBe('confirmed');
  expect(scaleDown.judge(death({...known, waitedSeconds: 1.1})).verdict).toBe('likely');
});

test('while others are born or end it is not sure whom a TTOU meant', () => {
  const known = {booted: true, order: 'scale-down', log: [exiting]} as const;

  expect(scaleDown.judge(death({...known, siblings: {living, wereSteadyAtOrder: false}})).verdict).toBe('likely');
});

test('a TTOU without a sign of how the worker ended is a likely one', () => {
  expect(scaleDown.judge(death({booted: true, order: 'scale-down', siblings: {living}})).verdict).toBe('likely');
});

test('without the log, an oldest worker that left in order and left an empty place is a likely one', () => {
  const judgement = scaleDown.judge(death({booted: true, exit: 0, siblings: {living}}));

  expect(judgement.verdict).toBe('likely');
  expect(judgement.evidence[0]?.fact).toBe('nobody took its place, and the master went on');
});

test('the same is a possible one for another worker than the oldest, or when others ended too', () => {
  const endedNear = [sibling(9104, {end: endAt(-1)})];

  expect(scaleDown.judge(death({booted: true, exit: 0, siblings: {living, thisWasOldest: false}})).verdict).toBe(
    'possible',
  );
  expect(scaleDown.judge(death({booted: true, exit: 0, siblings: {living, endedNear}})).verdict).toBe('possible');
});

test('WINCH stops all workers of a daemon: with nobody left it is a likely one', () => {
  const winch = masterHandled('winch');

  expect(scaleDown.judge(death({booted: true, exit: 0, master: {winch}})).verdict).toBe('likely');
});

test('a replacement, another status, another reason and a complete log without TTOU rule it out', () => {
  expect(scaleDown.judge(death({order: 'scale-down', exit: 0, replacedBy: 9104})).verdict).toBe('ruled-out');
  expect(scaleDown.judge(death({order: 'scale-down', exit: 'SIGKILL'})).verdict).toBe('ruled-out');
  expect(scaleDown.judge(death({order: 'reload', exit: 0})).verdict).toBe('ruled-out');
  expect(scaleDown.judge(death({version: '23.0.0', exit: 0, logReadSeconds: 60, siblings: {living}})).verdict).toBe(
    'ruled-out',
  );
});

test('whoever was forked long after the end took not this place for sure, also when it has ended since', () => {
  const replacement = sibling(9104, {firstSeen: afterDeath(1.7), end: endAt(5)});

  expect(scaleDown.judge(death({exit: 0, replacedBy: 9104, siblings: {replacement}})).verdict).toBe('insufficient');
  expect(scaleDown.judge(death({exit: 0, replacedBy: 9104})).verdict).toBe('ruled-out');
});

test('from 25.1 on the control socket takes workers away without a line', () => {
  expect(
    scaleDown.judge(death({version: '25.1.0', booted: true, exit: 0, logReadSeconds: 60, siblings: {living}})).verdict,
  ).toBe('likely');
});

test('without the exit status, or before a replacement is due, it cannot be judged', () => {
  expect(scaleDown.judge(death({booted: true, siblings: {living}})).verdict).toBe('insufficient');
  expect(scaleDown.judge(death({booted: true, exit: 0, siblings: {living}, waitedSeconds: 1.1})).verdict).toBe(
    'insufficient',
  );
});
