import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {expect, onTestFinished, test} from 'vitest';
import type {Observation} from '../../source/observation.js';
import {createRecordingLines} from '../../source/recording/recording-lines.js';
import {attached, sample, worker} from '../recording/observed.js';
import {header, recordingOf} from '../recording/recording.js';

const program = process.env.GUNSPECT_CLI ?? 'dist/cli.js';

const bothAlive = [worker(9101), worker(9102)];
const oneKilled = [worker(9101, {processState: 'Z', exit: {signal: 'SIGKILL', core: false}}), worker(9102)];

/** Twelve seconds in which worker 9101 is killed and 9103 takes its place. */
const incident: readonly Observation[] = [
  attached(),
  ...Array.from({length: 16}, (_, index) => sample(250 * (index + 1), bothAlive)),
  sample(4250, oneKilled),
  ...Array.from({length: 31}, (_, index) => sample(4500 + 250 * index, [worker(9102), worker(9103)])),
];

const recording = recordingOf(incident);

/** A file with this content, in a folder of its own. */
function fileWith(content: string | Uint8Array, name = 'incident.ndjson'): string {
  const folder = mkdtempSync(join(tmpdir(), 'gunspect-replay-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function replay(args: readonly string[], input?: string | Uint8Array) {
  const {status, stdout, stderr} = spawnSync(process.execPath, [program, 'replay', ...args], {
    encoding: 'utf8',
    timeout: 20_000,
    ...(input !== undefined && {input}),
  });
  return {status, stdout, stderr};
}

function typesOf(stdout: string): readonly string[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as {type: string}).type);
}

test('without a terminal, a recording is the page that it ends with', () => {
  const {status, stdout, stderr} = replay([fileWith(recording), '--utc']);

  expect({status, stderr}).toEqual({status: 0, stderr: ''});
  expect(stdout).toContain('shop.wsgi:app · master 812');
  expect(stdout).toContain('#9101 → 9103  KILLED');
  // The clock is the recording's: twelve seconds after its begin, and nothing is old.
  expect(stdout).toContain('12:43:31 +00 ● live');
});

test('as JSON, it is the events in their order, and the end of the recording', () => {
  const {status, stdout, stderr} = replay([fileWith(recording), '--json']);

  expect({status, stderr}).toEqual({status: 0, stderr: ''});
  expect(typesOf(stdout)).toEqual(['attached', 'restart', 'pattern', 'detached']);
  expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual({
    v: 1,
    type: 'detached',
    at: '2025-11-22T12:43:31.000Z',
    why: 'the recording ends here',
  });
});

test('with --samples there is a line for every sample', () => {
  const {stdout} = replay([fileWith(recording), '--json', '--samples']);

  expect(typesOf(stdout).filter((type) => type === 'sample')).toHaveLength(48);
});

test.each<[how: string, content: string | Uint8Array]>([
  ['as text', recording],
  ['compressed', gzipSync(recording)],
])('from a pipe it is read %s', (_how, content) => {
  const {status, stdout} = replay(['-', '--json'], content);

  expect(status).toBe(0);
  expect(typesOf(stdout)).toEqual(['attached', 'restart', 'pattern', 'detached']);
});

test('a file that is a pipe can be replayed too', () => {
  const path = fileWith(recording);
  const {status, stdout} = spawnSync('bash', ['-c', `"$0" ${program} replay <(cat ${path}) --json`, process.execPath], {
    encoding: 'utf8',
  });

  expect(status).toBe(0);
  expect(typesOf(stdout)).toEqual(['attached', 'restart', 'pattern', 'detached']);
});

test('what a pipe brings is told as it arrives', async () => {
  const lines = recording.split(/(?<=\n)/);
  const child = spawn(process.execPath, [program, 'replay', '-', '--json'], {stdio: ['pipe', 'pipe', 'inherit']});
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  // Header and first observation; the rest comes only once that is told.
  child.stdin.write(lines.slice(0, 2).join(''));
  await expect.poll(() => output, {timeout: 15_000}).toContain('"type":"attached"');
  const before = output;
  child.stdin.end(lines.slice(2).join(''));
  const [code] = await once(child, 'close');

  expect(typesOf(before)).toEqual(['attached']);
  expect(typesOf(output)).toEqual(['attached', 'restart', 'pattern', 'detached']);
  expect(code).toBe(0);
});

test('at a speed, twelve seconds take as long as they should', () => {
  const path = fileWith(recording);
  const startedMs = performance.now();
  const {status} = replay([path, '--json', '--speed', '6']);
  const fastMs = performance.now() - startedMs;
  replay([path, '--json', '--speed', 'max']);
  const atOnceMs = performance.now() - startedMs - fastMs;

  expect(status).toBe(0);
  expect(fastMs).toBeGreaterThan(2000);
  expect(atOnceMs).toBeLessThan(fastMs);
});

test('SIGINT ends it while it waits for a pipe that brings nothing', async () => {
  const child = spawn(process.execPath, [program, 'replay', '-', '--json'], {stdio: ['pipe', 'pipe', 'pipe']});
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  child.stdin.write(recording);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [code] = await once(child, 'close');

  expect(code).toBe(0);
});

test('a reader that goes away ends it without a word', () => {
  const script = `{ "$0" ${program} replay "$1" --json --samples --speed 1; echo "code $?" >&2; } | head -1`;
  const {stderr} = spawnSync('sh', ['-c', script, process.execPath, fileWith(recording)], {encoding: 'utf8'});

  expect(stderr).toBe('code 0\n');
});

test('a reader that is slow gets every event', async () => {
  const many = recordingOf(
    Array.from({length: 4000}, (_, index) =>
      sample(
        250 * index,
        Array.from({length: 20}, (_one, pid) => worker(pid + 1)),
      ),
    ),
  );
  const child = spawn(process.execPath, [program, 'replay', fileWith(many), '--json', '--samples'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let lines = 0;
  // It is not read from before it has written what fits into the pipe.
  await once(child.stdout, 'readable');
  child.stdout.on('data', (chunk: Buffer) => {
    lines += chunk.filter((byte) => byte === 0x0a).length;
  });
  await once(child, 'close');

  expect(lines).toBe(4001);
});

test('what a recording that was cut off still holds is shown, and then the error, with exit code 2', () => {
  const path = fileWith(gzipSync(recording).subarray(0, -9), 'cut.gz');

  const page = replay([path]);
  const events = replay([path, '--json']);

  expect(page.stdout).toContain('master 812');
  expect(events.stdout).toContain('"type":"attached"');
  for (const {status, stderr} of [page, events]) {
    expect(status).toBe(2);
    expect(stderr).toMatch(/^gunspect: \S+cut\.gz: the recording is cut off after line \d+\.\n$/);
  }
  expect(events.stdout).toMatch(/"type":"detached","at":"[^"]+","why":"the recording is cut off after line \d+"}\n$/);
});

test('a damaged line is named, and what is before it is shown', () => {
  const lines = recording.split(/(?<=\n)/);
  const {status, stdout, stderr} = replay(['-'], [...lines.slice(0, 30), 'garbage\n', ...lines.slice(30)].join(''));

  expect(status).toBe(2);
  expect(stdout).toContain('#9101');
  expect(stderr).toBe('gunspect: standard input: line 31 of the recording is not JSON.\n');
});

test.each<[what: string, content: string, error: string]>([
  ['nothing', '', 'the recording is empty'],
  ['no recording', 'Booting worker with pid: 9101\n', 'line 1 of the recording is not JSON'],
  [
    'a newer format',
    `${JSON.stringify({...header, 'gunspect-recording': 2})}\n`,
    'line 1 of the recording is of format 2, and this version reads only format 1: replay it with a newer gunspect',
  ],
])('%s is refused in one sentence, and nothing is shown', (_what, content, error) => {
  expect(replay(['-'], content)).toEqual({status: 2, stdout: '', stderr: `gunspect: standard input: ${error}.\n`});
});

test.each<[args: readonly string[], sentence: string]>([
  [['/nowhere/incident.gz'], '/nowhere/incident.gz: there is no such file or folder.'],
  [['/'], '/: it is a folder.'],
  [[], 'replay needs a recording; name its file, or - for standard input.'],
  [['a', 'b'], '"b" is one argument too many; gunspect --help shows what goes where.'],
  [['a', '--speed', '0'], '--speed 0 makes no sense; take a number from 0.1 to 1000, or max.'],
  [['a', '--speed', 'fast'], '--speed fast makes no sense; take a number from 0.1 to 1000, or max.'],
  [['a', '--speed', '1001'], '--speed 1001 makes no sense; take a number from 0.1 to 1000, or max.'],
  [['a', '--record', 'b'], 'gunspect replay takes no --record; gunspect --help lists the flags of each command.'],
])('replay %j is refused in one sentence', (args, sentence) => {
  expect(replay(args)).toEqual({status: 2, stdout: '', stderr: `gunspect: ${sentence}\n`});
});

test('a recording that went on in a new file is replayed from the older one on', () => {
  const second = createRecordingLines();
  const later = [sample(20_000, [worker(9102), worker(9104)]), sample(25_000, [worker(9102), worker(9104)])];
  const path = fileWith(
    second.opening({...header, segment: 2}, [attached(12_250)]) + later.map((each) => second.line(each)).join(''),
  );
  const alone = replay([path, '--json']);
  writeFileSync(`${path}.1`, recording);
  const joined = replay([path, '--json']);
  writeFileSync(`${path}.1`, recording.replace(header.startedAt, '2020-01-01T00:00:00.000Z'));
  const besideAnother = replay([path, '--json']);

  expect(typesOf(alone.stdout)).toEqual(['attached', 'detached']);
  expect(typesOf(joined.stdout).filter((type) => type === 'restart').length).toBeGreaterThan(1);
  expect(typesOf(joined.stdout).filter((type) => type === 'attached')).toHaveLength(1);
  expect(besideAnother.stdout).toBe(alone.stdout);
  expect(readFileSync(path, 'utf8')).toContain('carried');
});
