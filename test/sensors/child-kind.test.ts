import {afterEach, beforeEach, expect, test} from 'vitest';
import {childKind} from '../../source/sensors/child-kind.js';
import {parseStat, type ProcessStat} from '../../source/sensors/process-stat.js';
import {makeFakeProc, statLine, type FakeProc} from '../helpers/fake-proc.js';

const argv = ['/venv/bin/python3', '/venv/bin/gunicorn', '-w', '2', 'shop:app'];

let proc: FakeProc;
beforeEach(() => {
  proc = makeFakeProc();
});
afterEach(() => proc.dispose());

/** What another user sees of a process: its stat without addresses, and its arguments. */
function seenByOthers(pid: number, arguments_ = argv): ProcessStat {
  const process = {pid, parentPid: 800, argv: arguments_};
  proc.add(process);
  return parseStat(Buffer.from(statLine(process)))!;
}

function kindOf(ageMs: number, hasExecuted: boolean | undefined, childArguments = argv) {
  const master = {pid: 800, stat: seenByOthers(800), argv};
  const child = {pid: 801, ageMs, stat: seenByOthers(801, childArguments), ownsHeartbeat: undefined};
  return childKind({...child, ...(hasExecuted !== undefined && {hasExecuted})}, master, proc.root);
}

test("another user's child with the arguments of its master is a worker once it is old enough to have run another program", () => {
  expect(kindOf(200, undefined)).toBe('undecided');
  expect(kindOf(2000, undefined)).toBe('worker');
  expect(kindOf(2000, undefined, ['/usr/bin/convert', 'in.png'])).toBe('other');
});

test('where the kernel told that it executed gunicorn, it is the successor of its master at once', () => {
  expect(kindOf(200, true)).toBe('successor');
  expect(kindOf(2000, true)).toBe('successor');
  expect(kindOf(2000, false)).toBe('worker');
});
