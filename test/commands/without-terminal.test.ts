import {spawnSync} from 'node:child_process';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import {sourceIds} from '../../source/source-state.js';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {gunicornEnvironment} from '../helpers/python.js';

let server: GunicornServer;

beforeAll(async () => {
  server = await startGunicorn({environment: await gunicornEnvironment('23.0.0'), workerClass: 'sync'});
  // A page of workers that have only just booted says that they are watched, not yet that they are healthy.
  await vi.waitFor(() => expect(shell(`$GUNSPECT ${server.pid} | cat`).stdout).toContain('HEALTHY'), 60_000);
}, 180_000);

afterAll(() => server.stop());

function shell(script: string, env: NodeJS.ProcessEnv = {}) {
  const {status, stdout, stderr} = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    timeout: 20_000,
    env: {...process.env, GUNSPECT: `${process.execPath} dist/cli.js`, ...env},
  });
  return {status, stdout, stderr};
}

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const controlCharacter = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

test.each([
  ['into a pipe', '$GUNSPECT TARGET | cat'],
  ['with its input closed', '$GUNSPECT TARGET <&- | cat'],
  ['with colours forced and in a CI job', 'FORCE_COLOR=1 CI=true $GUNSPECT TARGET | cat'],
])('%s, one page of plain text shows the workers', (_how, script) => {
  const {status, stdout, stderr} = shell(script.replace('TARGET', String(server.pid)));

  expect({status, stderr}).toStrictEqual({status: 0, stderr: ''});
  expect(stdout).not.toMatch(controlCharacter);
  for (const pid of server.workerPids()) {
    expect(stdout).toContain(String(pid));
  }
  expect(stdout).toContain('fault_app:app');
  expect(stdout).toContain('2 workers, heartbeats fresh, no restart seen');
});

test('a worker and the port name the same master as its own pid', () => {
  const [worker] = server.workerPids();

  for (const target of [String(worker), `:${server.port}`, `127.0.0.1:${server.port}`]) {
    expect(shell(`$GUNSPECT ${target} | cat`).stdout).toContain(String(server.pid));
  }
});

test('list names every master with what it serves, as text and as JSON', () => {
  const row = shell('$GUNSPECT list')
    .stdout.split('\n')
    .find((line) => line.startsWith(`${server.pid} `));
  const objects = JSON.parse(shell('$GUNSPECT list --json').stdout) as ReadonlyArray<{readonly pid: number}>;

  expect(row).toMatch(new RegExp(`fault_app:app +\\S+ +sync +2 +127\\.0\\.0\\.1:${server.port}`));
  expect(objects.find(({pid}) => pid === server.pid)).toMatchObject({
    pid: server.pid,
    role: 'master',
    recognisedBy: 'heartbeat-file',
    app: 'fault_app:app',
    workerClass: 'sync',
    workers: 2,
    bind: [`127.0.0.1:${server.port}`],
  });
});

test.each([
  ['list -v', 'list -v'],
  ['doctor', 'doctor TARGET'],
])('%s says of every source whether it can be read, and what it tells', (_name, command) => {
  const {status, stdout} = shell(`$GUNSPECT ${command.replace('TARGET', `:${server.port}`)}`);

  expect(status).toBe(0);
  for (const source of sourceIds) {
    expect(stdout).toMatch(new RegExp(`^ {2}${source} +(readable|not permitted|not available|failed).*  \\S`, 'm'));
  }
});

test('doctor names who looks, and gives as JSON what it says as text', () => {
  const text = shell(`$GUNSPECT doctor ${server.pid}`).stdout;
  const [object] = JSON.parse(shell(`$GUNSPECT doctor ${server.pid} --json`).stdout) as ReadonlyArray<{
    readonly pid: number;
    readonly sources: ReadonlyArray<{readonly id: string; readonly state: string}>;
  }>;

  expect(text).toMatch(/^gunspect \d+\.\d+\.\d+ as \S+, on Linux \S+ \S+, with Node v\d+/);
  expect(object?.pid).toBe(server.pid);
  expect(object?.sources.map(({id}) => id)).toStrictEqual(sourceIds);
});

test('doctor on a target that is not there says so, and exits with 2', () => {
  const {status, stdout, stderr} = shell('$GUNSPECT doctor :1');

  expect({status, stdout}).toStrictEqual({status: 2, stdout: ''});
  expect(stderr).toMatch(/^gunspect: nothing listens on :1;/);
});

test('output that cannot be written ends it in a sentence', () => {
  const {status, stderr} = shell(`$GUNSPECT watch ${server.pid} --json > /dev/full`);

  expect(status).toBe(2);
  expect(stderr).toBe('gunspect: standard output failed: ENOSPC.\n');
});
