import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as pause} from 'node:timers/promises';
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {problemsOfLine} from '../helpers/watch-contract.js';

let server: GunicornServer;

beforeAll(async () => {
  server = await startGunicorn({environment: await gunicornEnvironment('23.0.0'), workerClass: 'sync'});
}, 120_000);

afterAll(() => server.stop());

type Line = {
  readonly type: string;
  readonly why?: string;
  readonly event?: string;
  readonly workers?: readonly unknown[];
};

function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

/** Starts the built program and resolves with it once its first line is there. */
async function startWatching(pid: number, ...flags: readonly string[]) {
  const child = spawn(process.execPath, ['dist/cli.js', 'watch', String(pid), ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const output = {text: '', errors: ''};
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output.text += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output.errors += chunk;
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  return {child, output, closed};
}

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends it with a last line and exit code 0', async (signal) => {
  const {child, output, closed} = await startWatching(server.pid, '--json');

  child.kill(signal);
  const [code] = await closed;

  expect({code, errors: output.errors}).toStrictEqual({code: 0, errors: ''});
  expect(linesOf(output.text).map(({type}) => type)).toStrictEqual(['attached', 'detached']);
  expect(linesOf(output.text).at(-1)?.why).toBe(signal);
});

test('with --for it ends by itself, and every line keeps the contract', async () => {
  const {output, closed} = await startWatching(server.pid, '--json', '--samples', '--for', '4s');

  const [code] = await closed;
  const lines = linesOf(output.text);

  expect({code, errors: output.errors}).toStrictEqual({code: 0, errors: ''});
  expect(output.text.trimEnd().split('\n').flatMap(problemsOfLine)).toStrictEqual([]);
  expect(lines[0]?.type).toBe('attached');
  expect(lines.at(-1)).toMatchObject({type: 'detached', why: '--for elapsed'});
  expect(lines.filter(({type}) => type === 'sample').length).toBeGreaterThanOrEqual(3);
  expect(lines.find(({type}) => type === 'sample')?.workers).toHaveLength(2);
});

test('without --samples a healthy server gives no line but the first and the last', async () => {
  const {output, closed} = await startWatching(server.pid, '--json', '--for', '1s');

  await closed;

  expect(linesOf(output.text).map(({type}) => type)).toStrictEqual(['attached', 'detached']);
});

test('as text, every line starts with the time as gunicorn prints it or is indented below one', async () => {
  const {output, closed} = await startWatching(server.pid, '--for', '1s', '--utc');

  await closed;
  const lines = output.text.trimEnd().split('\n');

  expect(lines[0]).toMatch(
    /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000\] attached to fault_app:app: master \d+, gunicorn 23\.0\.0/,
  );
  expect(lines.at(-1)).toMatch(/\] detached: --for elapsed$/);
  expect(lines.filter((line) => !/^(\[\d{4}-| {4}\S)/.test(line))).toStrictEqual([]);
});

test('a reader that leaves after the first line ends it although nothing more happens', () => {
  const pipeline = `(${process.execPath} dist/cli.js watch ${server.pid} --json; echo "code $?" >&2) | head -1`;

  const {stdout, stderr} = spawnSync('sh', ['-c', pipeline], {encoding: 'utf8', timeout: 10_000});

  expect(linesOf(stdout).map(({type}) => type)).toStrictEqual(['attached']);
  expect(stderr).toBe('code 0\n');
});

test('a reader that leaves in the middle of samples ends it without a word', async () => {
  const {child, output, closed} = await startWatching(server.pid, '--json', '--samples');

  child.stdout.destroy();
  const [code] = await closed;

  expect({code, errors: output.errors}).toStrictEqual({code: 0, errors: ''});
});

test('a reader that does not read holds nothing up: what it gets in the end is whole lines', async () => {
  const child = spawn(
    process.execPath,
    ['dist/cli.js', 'watch', String(server.pid), '--json', '--samples', '--interval', '50ms'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'readable');
  await pause(500);

  child.kill('SIGTERM');
  const chunks = await child.stdout.toArray();
  const lines = linesOf(Buffer.concat(chunks as Buffer[]).toString());

  expect(lines.at(-1)).toMatchObject({type: 'detached', why: 'SIGTERM'});
});

test('until-exit ends it after the master has, and says what became of the workers', async () => {
  const own = await startGunicorn({environment: await gunicornEnvironment('23.0.0'), workerClass: 'sync'});
  onTestFinished(() => own.stop());
  const {output, closed} = await startWatching(own.pid, '--json', '--until-exit');

  own.signal('SIGTERM');
  const [code] = await closed;
  const lines = linesOf(output.text);

  expect(code).toBe(0);
  expect(lines.filter(({type}) => type === 'restart')).toHaveLength(2);
  expect(lines.find(({type}) => type === 'master')).toMatchObject({event: 'ended'});
  expect(lines.at(-1)).toMatchObject({type: 'detached', why: 'the master ended'});
});
