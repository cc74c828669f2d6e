import {expect, test} from 'vitest';
import {shutdown} from '../../../source/diagnosis/causes/shutdown.js';
import {afterDeath, death, endAt, masterHandled, masterSaid, sibling} from '../../helpers/death.js';

const exiting = '[9101] [INFO] Worker exiting (pid: 9101)';
const gone = (seconds: number) => ({aliveAfter: false, goneAt: afterDeath(seconds)});

test('a signal to stop before the farewell confirms it', () => {
  const judgement = shutdown.judge(death({booted: true, order: 'shutdown', log: [exiting], master: gone(0.2)}));

  expect(judgement.verdict).toBe('confirmed');
  expect(judgement.evidence.map(({fact}) => fact)).toEqual(['Handling signal: term', 'Worker exiting (pid: 9101)']);
});

test('SIGKILL of a worker that was told to stop is a likely end of graceful_timeout', () => {
  expect(shutdown.judge(death({booted: true, order: 'shutdown', exit: 'SIGKILL'})).verdict).toBe('likely');
});

test('a signal that the master printed just after the worker had begun to leave is a likely one', () => {
  const master = {...gone(0.5), stop: masterHandled('int', 0.2)};

  expect(shutdown.judge(death({booted: true, log: [exiting], master})).verdict).toBe('likely');
});

test('without the log, a worker that ended just before its master is a likely one', () => {
  expect(shutdown.judge(death({booted: true, exit: 0, master: gone(0.4)})).verdict).toBe('likely');
});

test('the same is a possible one without its exit status, long before, in the same moment alone, or beside a worker that never served', () => {
  const newborn = sibling(9104, {booted: false, startedMs: afterDeath(-2).wallMs, end: endAt(-0.2)});

  expect(shutdown.judge(death({booted: true, master: gone(0.4)})).verdict).toBe('possible');
  expect(shutdown.judge(death({booted: true, exit: 0, master: gone(20)})).verdict).toBe('possible');
  expect(shutdown.judge(death({booted: true, exit: 0, master: gone(0)})).verdict).toBe('possible');
  expect(
    shutdown.judge(death({booted: true, exit: 0, master: gone(0.4), siblings: {endedNear: [newborn]}})).verdict,
  ).toBe('possible');
});

test('all workers that left in order in the same moment as their master are a likely one, unless orphans would be as quick', () => {
  const endedNear = [sibling(9102, {end: {...endAt(0), exit: {status: {code: 0}, source: 'exits'}}})];
  const known = {booted: true, exit: 0, master: gone(0), siblings: {endedNear}};
  const judge = (more: object) => shutdown.judge(death({...known, ...more})).verdict;

  expect(judge({workerClass: 'sync', timeoutSeconds: 30})).toBe('likely');
  expect(judge({workerClass: 'sync', timeoutSeconds: 4})).toBe('possible');
  expect(judge({workerClass: 'gthread', timeoutSeconds: 30})).toBe('possible');
  expect(judge({workerClass: 'uvicorn_worker.UvicornWorker', timeoutSeconds: 30})).toBe('likely');
  // How the other ended is not known: gunicorn may have given up for it.
  const untold = {endedNear: [sibling(9102, {end: endAt(0)})]};
  expect(judge({workerClass: 'sync', timeoutSeconds: 30, siblings: untold})).toBe('possible');
});

test('of a sample that stood still it is not known whether the worker or its master ended first', () => {
  const c = death({booted: true, exit: 0, master: gone(3)});

  expect(shutdown.judge({...c, end: {...c.end, by: afterDeath(2)}}).verdict).toBe('possible');
});

test('a master that went on, one that gave up, an orphan and another status rule it out', () => {
  const halted = masterSaid('[812] [ERROR] Reason: Worker failed to boot.', 0.1);

  expect(shutdown.judge(death({booted: true, exit: 0, replacedBy: 9104})).verdict).toBe('ruled-out');
  expect(shutdown.judge(death({booted: true, exit: 0})).verdict).toBe('ruled-out');
  expect(shutdown.judge(death({booted: true, exit: 0, master: {...gone(0.2), halted}})).verdict).toBe('ruled-out');
  expect(shutdown.judge(death({booted: true, exit: 0, master: gone(-4)})).verdict).toBe('ruled-out');
  expect(shutdown.judge(death({booted: true, exit: 'SIGSEGV', master: gone(0.2)})).verdict).toBe('ruled-out');
});

test('a successor and another master that took its place leave it to other causes', () => {
  const next = {
    id: {pid: 950, startTicks: 1},
    startedMs: afterDeath(5).wallMs,
    parentPid: 1,
    settings: {},
    attachedAt: afterDeath(6),
    generation: 1,
    birthsOrdered: [],
  };
  const known = {booted: true, order: 'shutdown', log: [exiting]} as const;

  expect(shutdown.judge(death({...known, master: {...gone(0.2), successor: true}})).verdict).toBe('ruled-out');
  expect(shutdown.judge(death({...known, master: {...gone(0.2), next}})).verdict).toBe('ruled-out');
});

test('while nobody knows whether the master is stopping it cannot be judged', () => {
  expect(shutdown.judge(death({booted: true, exit: 0, waitedSeconds: 0.5})).verdict).toBe('insufficient');
});

test('a worker that died by itself and was not seen to be replaced makes it a possible one: its replacement may have failed', () => {
  const killed = sibling(9102, {
    end: {...endAt(-0.4), exit: {status: {signal: 'SIGKILL', core: false}, source: 'exits'}},
  });
  const known = {booted: true, exit: 0, master: gone(0.4)};

  expect(shutdown.judge(death({...known, siblings: {endedNear: [killed]}})).verdict).toBe('possible');
  expect(
    shutdown.judge(death({...known, siblings: {endedNear: [{...killed, replacedBy: sibling(9104).id}]}})).verdict,
  ).toBe('likely');
});
