import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:net';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {listProcessesFromProc} from '../../source/sensors/processes.js';
import {parseTarget, resolveTarget, type ResolvedTarget} from '../../source/sensors/targets.js';
import {freePort} from '../helpers/fault-processes.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {startServer, type RealServer} from './real-server.js';

let tcp: RealServer;
let unix: RealServer;

beforeAll(async () => {
  const {gunicorn} = await gunicornEnvironment('23.0.0');
  [tcp, unix] = await Promise.all([
    startServer({command: [gunicorn, '-w', '2', '-b', '127.0.0.1:PORT', '-p', 'FOLDER/pid', 'waiting_app:app']}),
    startServer({
      command: [
        gunicorn,
        '-w',
        '1',
        '-b',
        'unix:FOLDER/app.sock',
        '--chdir',
        'FOLDER',
        'waiting_app:app',
        '-n',
        'shop-PORT',
      ],
    }),
  ]);
  await Promise.all([tcp.waitForWorkers(2), unix.waitForWorkers(1)]);
}, 300_000);

afterAll(async () => {
  await tcp.stop();
  await unix.stop();
});

function resolve(text: string): Promise<ResolvedTarget> {
  return resolveTarget(parseTarget(text), {list: async () => listProcessesFromProc()});
}

function pidsOf(resolved: ResolvedTarget): readonly number[] {
  return resolved.kind === 'found' || resolved.kind === 'ambiguous' ? resolved.masters.map(({id}) => id.pid) : [];
}

test('a master is named by its pid, and by that of any of its workers', async () => {
  expect(pidsOf(await resolve(String(tcp.pid)))).toEqual([tcp.pid]);
  for (const worker of tcp.workers()) expect(pidsOf(await resolve(String(worker)))).toEqual([tcp.pid]);
});

test('a master is named by its pidfile, its port and its address', async () => {
  for (const text of [join(tcp.folder, 'pid'), `:${tcp.port}`, `127.0.0.1:${tcp.port}`, `localhost:${tcp.port}`]) {
    expect(pidsOf(await resolve(text)), text).toEqual([tcp.pid]);
  }

  expect(pidsOf(await resolve(`10.1.2.3:${tcp.port}`))).toEqual([]);
});

test('a master is named by its unix socket, with or without the word for it', async () => {
  const path = join(unix.folder, 'app.sock');

  for (const text of [`unix:${path}`, `unix://${path}`, path]) {
    expect(pidsOf(await resolve(text)), text).toEqual([unix.pid]);
  }
});

test('a part of the app name is enough, and several are said to be several', async () => {
  const resolved = await resolve('waiting_ap');

  expect(resolved.kind).toBe('ambiguous');
  expect(pidsOf(resolved)).toEqual(expect.arrayContaining([tcp.pid, unix.pid]));
});

test.each([
  ['4194305', 'none', /no such process is running; run "gunspect list"/],
  [String(process.pid), 'not-gunicorn', /that process is not gunicorn/],
  ['/nowhere/gunicorn.pid', 'none', /there is no file \/nowhere\/gunicorn.pid/],
  ['/etc/passwd', 'none', /does not hold a pid/],
  ['/tmp', 'none', /cannot be read as a pidfile \(it is not a regular file\)/],
  ['no-app-of-this-name', 'none', /no gunicorn here has "no-app-of-this-name"/],
  ['nothing.service', 'none', /no gunicorn here runs in the unit nothing.service/],
  [':1', 'none', /nothing listens on :1/],
])('the target %s is answered with %s and one sentence', async (text, kind, why) => {
  const resolved = await resolve(text);

  expect(resolved.kind).toBe(kind);
  expect('why' in resolved && resolved.why).toMatch(why);
  expect('why' in resolved && resolved.why).toMatch(/^[^\n]+\.$/);
});

test('a pidfile that names another process, or one that is gone, says which', async () => {
  const stale = join(tcp.folder, 'stale');
  writeFileSync(stale, '4194305\n');
  expect(await resolve(stale)).toMatchObject({
    kind: 'none',
    why: expect.stringContaining('names process 4194305') as string,
  });

  writeFileSync(stale, `${process.pid}\n`);
  expect(await resolve(stale)).toMatchObject({kind: 'not-gunicorn'});
});

test('a port that somebody else listens on is not gunicorn', async () => {
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');

  expect(await resolve(`:${port}`)).toMatchObject({kind: 'not-gunicorn'});
  server.close();
});

test('a process that only looks on is not gunicorn, whatever its arguments say', async () => {
  const child = spawn('tail', ['-f', '/dev/null', '--pid', String(process.pid), '/var/log/gunicorn']);
  await once(child, 'spawn');

  expect(await resolve(String(child.pid))).toMatchObject({kind: 'not-gunicorn'});
  child.kill('SIGKILL');
});
