import {expect, test} from 'vitest';
import {crash} from '../../source/diagnosis/causes/crash.js';
import {killed} from '../../source/diagnosis/causes/killed.js';
import {outOfMemory} from '../../source/diagnosis/causes/out-of-memory.js';
import {reload} from '../../source/diagnosis/causes/reload.js';
import {shutdown} from '../../source/diagnosis/causes/shutdown.js';
import {signalled} from '../../source/diagnosis/causes/signalled.js';
import {timeout} from '../../source/diagnosis/causes/timeout.js';
import {decide} from '../../source/diagnosis/decide.js';
import type {SignalSent} from '../../source/observation.js';
import {afterDeath, death, type KnownOfDeath} from '../helpers/death.js';

const deploy = {pid: 3293, name: 'bash', user: 'deploy'};
const master = {pid: 812, name: 'gunicorn', user: 'shop'};

function sent(signal: string, sender: SignalSent['sender'], pid = 9101, seconds = -0.1): SignalSent {
  return {kind: 'signal', at: afterDeath(seconds), pid, signal, sender};
}

const told = (...signals: readonly SignalSent[]): NonNullable<KnownOfDeath['kernel']> => ({
  signals,
  signalsForMs: 60_000,
});
const nothingTold: NonNullable<KnownOfDeath['kernel']> = {signalsForMs: 60_000};
const fresh = {booted: true, timeoutSeconds: 30, silentSeconds: 2, version: '23.0.0', maxRequests: 0, reload: false};

test('SIGKILL by a shell is a confirmed kill that names it, and rules the others out', () => {
  const c = death({...fresh, exit: 'SIGKILL', replacedBy: 9104, kernel: told(sent('SIGKILL', deploy))});

  expect(killed.judge(c)).toMatchObject({verdict: 'confirmed', evidence: [{source: 'signals'}, {}]});
  expect(killed.judge(c).evidence[0]?.fact).toBe('SIGKILL sent by bash 3293 (user deploy)');
  expect(decide(c)).toMatchObject({cause: 'killed', confidence: 'certain'});
});

test('SIGKILL by the master, the worker itself or a daemon against memory is no kill from outside', () => {
  for (const sender of [master, {pid: 9101}, {pid: 400, name: 'earlyoom', user: 'root'}])
    expect(killed.judge(death({...fresh, exit: 'SIGKILL', kernel: told(sent('SIGKILL', sender))})).verdict).toBe(
      'ruled-out',
    );
});

test('a worker that the kernel chose is one out of memory, with its exit status confirmed', () => {
  const kernel: NonNullable<KnownOfDeath['kernel']> = {
    victim: {
      kind: 'memory-victim',
      source: 'kernel-log',
      at: afterDeath(-0.1),
      pid: 9101,
      scope: 'cgroup',
      anonymousBytes: 154_030_080,
    },
  };
  const c = death({...fresh, exit: 'SIGKILL', replacedBy: 9104, kernel});

  expect(outOfMemory.judge(c).verdict).toBe('confirmed');
  expect(outOfMemory.judge(c).evidence[0]?.fact).toBe(
    "the kernel's OOM killer chose it with 147M of its own, for want of memory in its control group",
  );
  expect(outOfMemory.judge(death({...fresh, kernel})).verdict).toBe('likely');
  expect(decide(c)).toMatchObject({cause: 'out-of-memory', confidence: 'certain'});
});

test('a daemon that kills for memory is one, certain only when root runs it and kills at once', () => {
  const judge = (signal: string, user: string, exit: string) =>
    outOfMemory.judge(death({...fresh, exit, kernel: told(sent(signal, {pid: 400, name: 'systemd-oomd', user}))}))
      .verdict;

  expect(judge('SIGKILL', 'root', 'SIGKILL')).toBe('confirmed');
  expect(judge('SIGTERM', 'root', 'SIGTERM')).toBe('likely');
  // Anybody may call a program so.
  expect(judge('SIGKILL', 'deploy', 'SIGKILL')).toBe('ruled-out');
});

test('a kill for memory is ruled out where the kernel log was read and names another, or somebody else killed it', () => {
  const rose = {...fresh, exit: 'SIGKILL', oomKills: [0, 1]} as const;

  expect(outOfMemory.judge(death({...rose, kernel: {logForMs: 60_000}})).verdict).toBe('ruled-out');
  expect(outOfMemory.judge(death({...rose, kernel: {logForMs: 1000}})).verdict).toBe('likely');
  expect(outOfMemory.judge(death({...rose, kernel: told(sent('SIGKILL', deploy))})).verdict).toBe('ruled-out');
});

test('the kernel’s record of the fault, or abort() by the worker itself, makes a crash certain', () => {
  const fault = {kind: 'fault', source: 'kernel-log', at: afterDeath(-0.1), pid: 9101, text: 'segfault at 0'} as const;
  const byKernel = told(sent('SIGSEGV', {pid: 9101, isKernel: true}));

  expect(decide(death({...fresh, exit: 'SIGSEGV', replacedBy: 9104, kernel: {fault}}))).toMatchObject({
    cause: 'crash',
    confidence: 'certain',
  });
  expect(crash.judge(death({...fresh, exit: 'SIGSEGV', kernel: byKernel})).verdict).toBe('confirmed');
  expect(crash.judge(death({...fresh, exit: 'SIGABRT', kernel: told(sent('SIGABRT', {pid: 9101}))})).verdict).toBe(
    'confirmed',
  );
});

test('SIGSEGV by a shell is no crash but a signal from outside', () => {
  const c = death({...fresh, exit: 'SIGSEGV', replacedBy: 9104, kernel: told(sent('SIGSEGV', deploy))});

  expect(crash.judge(c).verdict).toBe('ruled-out');
  expect(decide(c)).toMatchObject({cause: 'signalled', confidence: 'certain'});
});

test('a stop by a shell is a certain one even where the log says nothing', () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT']) {
    const c = death({...fresh, exit: 0, replacedBy: 9104, workerClass: 'sync', kernel: told(sent(signal, deploy))});
    expect(decide(c), signal).toMatchObject({cause: 'signalled'});
    expect(signalled.judge(c).evidence[0]?.fact).toBe(`${signal} sent by bash 3293 (user deploy)`);
  }
});

test('a service manager that tells the master and its workers at once has not singled one out', () => {
  const systemd = {pid: 1, name: 'systemd', user: 'root'};
  const kernel: NonNullable<KnownOfDeath['kernel']> = {
    ...told(sent('SIGTERM', systemd)),
    masterSignals: [sent('SIGTERM', systemd, 812)],
  };
  const c = death({
    ...fresh,
    exit: 0,
    kernel,
    waitedSeconds: 1.3,
    master: {aliveAfter: false, goneAt: afterDeath(0.3)},
  });

  expect(signalled.judge(c).verdict).toBe('possible');
  expect(shutdown.judge(c).evidence.map(({fact}) => fact)).toContain(
    'SIGTERM sent to master 812 by systemd 1 (user root)',
  );
  expect(decide(c).cause).not.toBe('signalled');
});

test('where every signal is told and there was none, nobody told the worker to leave', () => {
  const c = death({...fresh, exit: 0, kernel: nothingTold});

  expect(signalled.judge(c).verdict).toBe('ruled-out');
  expect(reload.judge(c).verdict).toBe('ruled-out');
  expect(signalled.judge(death({...fresh, exit: 0, kernel: {signalsForMs: 5000}})).verdict).toBe('insufficient');
});

test('SIGABRT by the master is a timeout as good as its line, and where there was none there was no timeout', () => {
  const silent = {booted: true, timeoutSeconds: 30, silentSeconds: 30.6, exit: 1} as const;

  expect(timeout.judge(death({...silent, kernel: told(sent('SIGABRT', master))})).verdict).toBe('confirmed');
  expect(timeout.judge(death({...silent, kernel: nothingTold})).verdict).toBe('ruled-out');
  expect(crash.judge(death({...silent, exit: 'SIGABRT', kernel: told(sent('SIGABRT', master))})).verdict).toBe(
    'ruled-out',
  );
});
