import {afterEach, beforeEach, expect, test} from 'vitest';
import {refusedByYama} from '../../source/sensors/yama.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';

// As on Debian 12 with kernel.yama.ptrace_scope=1, where each refusal left "ptrace attach of "…"[391] was attempted by
// "gunspect"[523]" in the kernel's log.

let proc: FakeProc;
beforeEach(() => {
  proc = makeFakeProc();
  proc.add({pid: 812, parentPid: 1});
  proc.add({pid: 9101, parentPid: 812});
});
afterEach(() => proc.dispose());

const user = {uid: 33};
const us = {pid: 523, uid: 33};

function putScope(scope: number, capabilities = '0000000000000000'): void {
  proc.write('sys/kernel/yama/ptrace_scope', `${scope}\n`);
  proc.write('523/status', `Name:\tgunspect\nCapEff:\t${capabilities}\n`);
}

test('a process of the same user is not looked into where Yama would refuse it', () => {
  putScope(1);

  expect(refusedByYama(9101, proc.root, user, us)).toEqual({
    kind: 'denied',
    by: 'Yama (kernel.yama.ptrace_scope is 1)',
  });
});

test('without Yama, or with its scope at 0, nothing is refused', () => {
  expect(refusedByYama(9101, proc.root, user, us)).toBeUndefined();

  putScope(0);
  expect(refusedByYama(9101, proc.root, user, us)).toBeUndefined();
});

test('what another user has is refused by its owner and not by Yama', () => {
  putScope(1);

  expect(refusedByYama(9101, proc.root, {uid: 34}, us)).toBeUndefined();
});

test('a parent may look into what it started, but not where only an administrator may', () => {
  putScope(1);
  expect(refusedByYama(9101, proc.root, user, {pid: 812, uid: 33})).toBeUndefined();

  putScope(2);
  proc.write('812/status', 'CapEff:\t0000000000000000\n');
  expect(refusedByYama(9101, proc.root, user, {pid: 812, uid: 33})).toMatchObject({kind: 'denied'});
});

test('CAP_SYS_PTRACE is enough up to scope 2, and nothing is in scope 3', () => {
  putScope(2, '000001ffffffffff');
  expect(refusedByYama(9101, proc.root, user, us)).toBeUndefined();

  putScope(3, '000001ffffffffff');
  expect(refusedByYama(9101, proc.root, user, us)).toMatchObject({kind: 'denied'});
});
