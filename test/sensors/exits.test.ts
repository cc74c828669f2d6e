import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import type {ExitStatus} from '../../source/observation.js';
import {openExits} from '../../source/sensors/exits.js';
import {loadPidfds} from '../../source/sensors/pidfd.js';

function startTicksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}

async function endOf(command: string): Promise<ExitStatus | undefined> {
  const exits = openExits();
  const child = spawn('sh', ['-c', `read line; ${command}`], {stdio: ['pipe', 'ignore', 'ignore']});
  await once(child, 'spawn');
  const id = {pid: child.pid!, startTicks: startTicksOf(child.pid!)};
  exits.hold(id);
  const before = exits.statusOf(id);
  child.stdin.end('go\n');
  await once(child, 'exit');
  const after = exits.statusOf(id);
  exits.closeAll();
  expect(before).toBeUndefined();
  return after;
}

const pidfds = loadPidfds();
const why = pidfds.kind === 'ok' ? undefined : `exit statuses are not told here: ${JSON.stringify(pidfds)}`;

test('a held process tells its exit code after its end', async (context) => {
  if (why) context.skip(why);
  expect(await endOf('exit 7')).toEqual({code: 7});
  expect(await endOf('exit 0')).toEqual({code: 0});
});

test('a held process tells the signal that ended it', async (context) => {
  if (why) context.skip(why);
  expect(await endOf('kill -9 $$')).toEqual({signal: 'SIGKILL', core: false});
  expect(await endOf('kill -TERM $$')).toEqual({signal: 'SIGTERM', core: false});
});

test('a process that was never held tells nothing', () => {
  const exits = openExits();
  expect(exits.statusOf({pid: process.pid, startTicks: 1})).toBeUndefined();
  exits.closeAll();
});

test('a kernel before 6.15 is said to be too old, and nothing is tried', () => {
  expect(loadPidfds('6.14.9-generic')).toEqual({
    kind: 'unsupported',
    why: 'Linux 6.14.9-generic does not tell exit statuses to others (6.15 does)',
  });
  expect(openExits(loadPidfds('5.10.0')).state).toMatchObject({id: 'exits', state: 'unsupported'});
});

test('without a kernel that tells, holding and asking still work and tell nothing', () => {
  const exits = openExits({kind: 'unsupported', why: 'for the test'});
  exits.hold({pid: process.pid, startTicks: 1});
  expect(exits.statusOf({pid: process.pid, startTicks: 1})).toBeUndefined();
  exits.closeAll();
});
