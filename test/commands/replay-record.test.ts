/** Recordings of a real gunicorn by the built program, and what replay makes of them. */
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {absentHere} from '../faults/absent-here.js';
import {waitFor} from '../helpers/fault-wait.js';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {openTerminal} from '../helpers/terminal.js';
import {startWatch} from '../helpers/watch-stream.js';

const program = process.env.GUNSPECT_CLI ?? 'dist/cli.js';

let server: GunicornServer;

beforeAll(async () => {
  server = await startGunicorn({environment: await gunicornEnvironment('23.0.0'), workerClass: 'sync'});
}, 120_000);

afterAll(() => server.stop());

function privateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gunspect-record-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  return folder;
}

function replay(...args: readonly string[]) {
  const {status, stdout, stderr} = spawnSync(process.execPath, [program, 'replay', ...args], {encoding: 'utf8'});
  return {status, stdout, stderr};
}

/** Runs a shell script in which $GUNSPECT is the program and $TARGET the master; resolves when it has ended. */
async function shell(script: string, env: NodeJS.ProcessEnv = {}) {
  const child = spawn('sh', ['-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {...process.env, GUNSPECT: `${process.execPath} ${program}`, TARGET: String(server.pid), ...env},
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said = {stdout: '', stderr: ''};
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said.stderr += chunk));
  const closed = once(child, 'close').then(([code]) => ({status: code as number | null, ...said}));
  return {child, said, closed};
}

async function killOne(): Promise<number> {
  const [pid] = await server.waitForWorkers(2);
  if (pid === undefined) throw new Error('There is no worker to kill.');
  server.signal('SIGKILL', pid);
  return pid;
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const withoutEnd = (lines: readonly string[]) => lines.filter((line) => !line.includes('"type":"detached"'));

test.each(['incident.ndjson', 'incident.ndjson.gz'])(
  'what watch said of a kill and a reload, replay of %s says again to the byte',
  async (name) => {
    const path = join(privateFolder(), name);
    const watch = await startWatch(server.pid, '--record', path);
    const killed = await killOne();
    await watch.waitForRestart('the kill', ({worker}) => worker.pid === killed, 20_000);
    const [before] = await server.waitForWorkers(2);
    server.signal('SIGHUP');
    await watch.waitForRestart('the reload', ({worker}) => worker.pid === before, 20_000);
    await server.waitForWorkers(2);
    const end = await watch.stop();

    const {status, stdout, stderr} = replay(path, '--json');

    const said = withoutEnd(watch.lines().map(({text}) => text));
    expect({end, status, stderr, standardError: watch.standardError()}).toEqual({
      end: {code: 0, signal: null},
      status: 0,
      stderr: '',
      standardError: '',
    });
    expect(said.filter((line) => line.includes('"type":"restart"')).length).toBeGreaterThanOrEqual(3);
    expect(withoutEnd(linesOf(stdout))).toEqual(said);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  },
  60_000,
);

test('a recording of a program that was killed is readable up to a few seconds before', async () => {
  const path = join(privateFolder(), 'killed.gz');
  const {closed} = await shell(`$GUNSPECT watch $TARGET --record ${path} & echo $! > ${path}.pid; wait $!`);
  await waitFor('some seconds to be recorded', 20_000, () => existsSync(path) && statSync(path).size > 900);
  process.kill(Number(readFileSync(`${path}.pid`, 'utf8')), 'SIGKILL');
  await closed;

  const {status, stdout, stderr} = replay(path);

  expect(stdout).toContain(`master ${server.pid}`);
  expect(stderr).toMatch(/: the recording is cut off after line \d+\.\n$/);
  expect(status).toBe(2);
});

test('a recording on standard output is all that is there, and another gunspect replays it as it comes', async () => {
  const {said, closed} = await shell('$GUNSPECT watch $TARGET --record - --for 8s | $GUNSPECT replay - --json');
  await waitFor('the replay to attach', 20_000, () => said.stdout.includes('"type":"attached"'));
  const killed = await killOne();
  await waitFor('the kill, while it is recorded', 20_000, () => said.stdout.includes(`"pid":${killed},"kind"`));
  const isOver = said.stdout.includes('"type":"detached"');
  const {status, stdout, stderr} = await closed;

  expect({isOver, status, stderr}).toEqual({isOver: false, status: 0, stderr: ''});
  expect(stdout).toContain('"cause":"killed"');
  expect(linesOf(stdout).at(-1)).toContain('the recording ends here');
});

test('a recording whose reader goes away ends the watch without a word', async () => {
  const {closed} = await shell('{ $GUNSPECT watch $TARGET --record -; echo "code $?" >&2; } | head -2');

  const {stdout, stderr} = await closed;

  expect(linesOf(stdout).map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual([
    'gunspect-recording',
    'kind',
  ]);
  expect(stderr).toBe('code 0\n');
});

/** What follows when there is no room for the recording: one warning, and the watch goes on. */
async function watchWithoutRoom(script: string, path: string, why: string): Promise<void> {
  const {child, said, closed} = await shell(script, {RECORDING: path});
  await waitFor('the warning', 20_000, () => said.stderr !== '');
  const killed = await killOne();
  await waitFor('the kill', 20_000, () => said.stdout.includes(`#${killed} KILLED`));
  child.kill('SIGTERM');
  const {status, stderr} = await closed;

  expect({status, stderr}).toEqual({
    status: 0,
    stderr: `gunspect: recording into ${path} has ended: ${why}\n`,
  });
}

test('a file that may not grow ends the recording with one warning, and the watch goes on', async () => {
  const path = join(privateFolder(), 'limited.ndjson');

  await watchWithoutRoom(
    'ulimit -f 8; exec $GUNSPECT watch $TARGET --interval 50ms --record "$RECORDING"',
    path,
    'the file may not grow any more',
  );

  const {status, stdout, stderr} = replay(path);
  expect(status).toBe(2);
  expect(stdout).toContain(`master ${server.pid}`);
  expect(stderr).toMatch(/: the recording is cut off in the middle of line \d+\.\n$/);
}, 60_000);

test('a full disk ends the recording with one warning, and the watch goes on', async (context) => {
  context.skip(absentHere('a disk to fill') !== undefined, 'a disk to fill');
  const folder = privateFolder();

  await watchWithoutRoom(
    // In a mount namespace of its own: the disk is gone with the program.
    `exec unshare -m sh -c 'mount -t tmpfs -o size=16k tmpfs ${folder}; head -c 8192 /dev/zero > ${folder}/filler;` +
      ` exec $GUNSPECT watch $TARGET --interval 50ms --record "$RECORDING"'`,
    join(folder, 'full.ndjson'),
    'the disk is full',
  );
}, 60_000);

test('on the screen the warning stands above everything, and once more when it has gone', async () => {
  const path = join(privateFolder(), 'limited.ndjson');
  const terminal = openTerminal(
    'sh',
    ['-c', `ulimit -f 8; exec ${process.execPath} ${program} ${server.pid} --interval 50ms --record ${path}`],
    {columns: 160, rows: 30},
  );
  onTestFinished(() => terminal.close());
  const warning = `recording into ${path} has ended: the file may not grow any more`;

  const screen = await terminal.until('the warning', (shown) => shown.includes(warning));
  terminal.type('q');
  const end = await terminal.ended;

  expect(screen).toContain(`master ${server.pid}`);
  expect(end).toEqual({exitCode: 0, signal: 0});
  expect(terminal.lines().join('\n')).toContain(`gunspect: ${warning}`);
});

test('no file that is there is written over, and what cannot be recorded is refused before anything is watched', async () => {
  const folder = privateFolder();
  const there = join(folder, 'there');
  writeFileSync(there, 'precious');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
  mkdirSync(join(folder, 'inside'));
  writeFileSync(join(folder, 'new.1'), 'precious');
  const refusals: ReadonlyArray<readonly [args: string, sentence: string]> = [
    [`--record ${there}`, `cannot record into ${there}: the file exists already; name a file that is not there yet.`],
    [
      `--record ${folder}/link`,
      `cannot record into ${folder}/link: the file exists already; name a file that is not there yet.`,
    ],
    [
      `--record ${folder}/new`,
      `cannot record into ${folder}/new: ${folder}/new.1 exists already; name a file that is not there yet.`,
    ],
    ['--record /nowhere/a.gz', 'cannot record into /nowhere/a.gz: there is no such file or folder.'],
    ['--record ""', '--record needs the name of a file; write --record incident.gz.'],
    ['--record-limit 5MB', '--record-limit needs --record; add --record FILE, or leave --record-limit out.'],
    ['--record a --record-limit 5', '--record-limit 5 makes no sense; take 1MB or more, such as 100MB or 2GB.'],
    ['--record a --record-limit 10kB', '--record-limit 10kB makes no sense; take 1MB or more, such as 100MB or 2GB.'],
  ];
  for (const [args, sentence] of refusals) {
    // oxlint-disable-next-line no-await-in-loop -- one program at a time
    const {closed} = await shell(`$GUNSPECT watch $TARGET ${args}`);
    // oxlint-disable-next-line no-await-in-loop -- one program at a time
    expect(await closed).toEqual({status: 2, stdout: '', stderr: `gunspect: ${sentence}\n`});
  }

  expect(readFileSync(there, 'utf8')).toBe('precious');
  expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
});

test.each([
  [
    'watch $TARGET --json --record -',
    '--record - and --json both take standard output; record into a file, or leave one out.',
  ],
  ['$TARGET --record -', '--record - takes standard output, where the screen is; use gunspect watch --record -.'],
])('%s is refused: standard output is taken', async (args, sentence) => {
  const {closed} = await shell(`$GUNSPECT ${args}`);

  expect(await closed).toEqual({status: 2, stdout: '', stderr: `gunspect: ${sentence}\n`});
});
