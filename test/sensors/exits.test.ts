import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {expect, onTestFinished, test} from 'vitest';
import type {ExitStatus} from '../../source/observation.js';
import {openDeathWatch} from '../../source/sensors/death-watch.js';
import {openExits, type Exits} from '../../source/sensors/exits.js';
import {loadPidfds} from '../../source/sensors/pidfd.js';
import {openProcessFiles} from '../../source/sensors/process-files.js';
import {waitFor} from '../helpers/fault-wait.js';

/** What a sampler holds of a living process. */
function holdableOf(pid: number) {
  const files = openProcessFiles(pid);
  if (files.kind !== 'ok') throw new Error(`process ${pid} cannot be held: ${files.kind}`);
  onTestFinished(files.value.close);
  return {id: {pid, startTicks: files.value.startTicks}, files: files.value};
}

async function endOf(command: string): Promise<ExitStatus | undefined> {
  const exits = openExits();
  const child = spawn('sh', ['-c', `read line; ${command}`], {stdio: ['pipe', 'ignore', 'ignore']});
  await once(child, 'spawn');
  const held = holdableOf(child.pid!);
  exits.hold(held);
  const before = exits.statusOf(held.id);
  child.stdin.end('go\n');
  await once(child, 'exit');
  const after = exits.statusOf(held.id);
  exits.closeAll();
  expect(before).toBeUndefined();
  return after;
}

const pidfds = loadPidfds();
const mute = pidfds.kind === 'ok' ? pidfds.value.whyMute : JSON.stringify(pidfds);
const why = mute && `exit statuses are not told here: ${mute}`;
const whyNoWatch = pidfds.kind === 'ok' ? undefined : `nothing can be waited for here: ${JSON.stringify(pidfds)}`;

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

/** A parent that reaps its child when it is told to, and the child, which lives until it is killed. */
async function startFamily() {
  const program = [
    'import os, signal, sys',
    'child = os.fork()',
    'if child == 0:',
    '    signal.pause()',
    'print(child, flush=True)',
    'sys.stdin.readline()',
    'os.waitpid(child, 0)',
    'print("reaped", flush=True)',
    'sys.stdin.readline()',
  ].join('\n');
  const parent = spawn('python3', ['-c', program], {stdio: ['pipe', 'pipe', 'inherit']});
  onTestFinished(() => void parent.stdin.end());
  const lines = createInterface(parent.stdout)[Symbol.asyncIterator]();
  return {child: Number((await lines.next()).value), reap: async () => (parent.stdin.write('\n'), lines.next())};
}

/** As on a kernel that tells no status afterwards. */
function openOnOlderKernel(): Exits {
  const exits = openExits({loaded: loadPidfds('6.1.0-50-amd64')});
  onTestFinished(exits.closeAll);
  return exits;
}

test.for([
  ['SIGKILL', {signal: 'SIGKILL', core: false}],
  ['SIGTERM', {signal: 'SIGTERM', core: false}],
] as const)(
  'before 6.15 the end by %s is read before the reap, and still known after it',
  async ([signal, exit], context) => {
    if (whyNoWatch) context.skip(whyNoWatch);
    const family = await startFamily();
    const held = holdableOf(family.child);
    const exits = openOnOlderKernel();
    exits.hold(held);
    expect(exits.statusOf(held.id)).toBeUndefined();

    process.kill(family.child, signal);
    await waitFor('the status of the dead child', 10_000, () => exits.statusOf(held.id));
    await family.reap();
    expect(exits.statusOf(held.id)).toEqual(exit);
    expect(exits.state()).toMatchObject({id: 'exits', state: 'partly'});
    exits.release(held.id);
    expect(exits.statusOf(held.id)).toBeUndefined();
  },
);

test('before 6.15 nothing is told of a process that we may not look into', (context) => {
  if (whyNoWatch) context.skip(whyNoWatch);
  const own = holdableOf(process.pid);
  const exits = openOnOlderKernel();
  exits.hold({id: own.id, files: {stat: () => shownToOthers(own.files.stat())}});
  expect(exits.state()).toEqual({
    id: 'exits',
    state: 'unsupported',
    why: 'Linux 6.1.0-50-amd64 tells no exit status to others (6.15 does), and before the reap to root and the same user only',
    unlock: 'run gunspect as root, or as the user of the workers',
  });
});

/** The fields that are 0 for whoever may not look (proc_pid_stat(5)). */
function shownToOthers(stat: ReturnType<ReturnType<typeof holdableOf>['files']['stat']>) {
  return stat.kind === 'ok' ? {...stat, value: {...stat.value, argumentsAt: 0, exitCode: 0}} : stat;
}

test('before 6.15 no race is run where another source tells the status', () => {
  const exits = openExits({loaded: loadPidfds('6.14.9-generic'), mayRace: false});
  expect(exits.state()).toMatchObject({id: 'exits', state: 'unsupported'});
});

test('a death that was waited for is told once, and none after it was let go', async (context) => {
  const watch = openDeathWatch();
  if (watch.kind !== 'ok' || pidfds.kind !== 'ok') return context.skip('nothing can be waited for here');
  onTestFinished(watch.value.close);
  const told: string[] = [];
  const [first, second, third] = [await startFamily(), await startFamily(), await startFamily()];
  const families = {first, second, third};
  const descriptors = Object.entries(families).map(([name, {child}]) => {
    const opened = pidfds.value.open(child);
    const descriptor = opened.kind === 'ok' ? opened.value : -1;
    expect(watch.value.watch(descriptor, () => told.push(name))).toBe(true);
    return descriptor;
  });
  watch.value.unwatch(descriptors[1]!);
  process.kill(second.child, 'SIGKILL');
  process.kill(first.child, 'SIGKILL');
  await waitFor('the first death', 10_000, () => (told.length > 0 ? told : undefined));
  process.kill(third.child, 'SIGKILL');
  await waitFor('the third death', 10_000, () => (told.length > 1 ? told : undefined));
  expect(told).toEqual(['first', 'third']);
  for (const descriptor of descriptors) pidfds.value.close(descriptor);
});

test('without the native library, holding and asking still work and tell nothing', () => {
  const exits = openExits({loaded: {kind: 'unsupported', why: 'for the test'}});
  const own = holdableOf(process.pid);
  exits.hold(own);
  expect(exits.statusOf(own.id)).toBeUndefined();
  expect(exits.state()).toEqual({id: 'exits', state: 'unsupported', why: 'for the test'});
  exits.closeAll();
});
