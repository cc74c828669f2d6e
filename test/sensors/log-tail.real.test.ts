import {copyFileSync, existsSync, renameSync, truncateSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeAll, expect, test} from 'vitest';
import {openLogTail, type LogTail, type LogTailOptions} from '../../source/sensors/log-tail.js';
import {waitFor} from '../helpers/fault-wait.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {startServer, type RealServer} from './real-server.js';

let gunicorn: string;
const servers: RealServer[] = [];
const tails: LogTail[] = [];

beforeAll(async () => {
  ({gunicorn} = await gunicornEnvironment('23.0.0'));
}, 300_000);

afterEach(async () => {
  for (const tail of tails.splice(0)) tail.close();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(args: readonly string[], before: readonly string[] = []): Promise<RealServer> {
  const server = await startServer({
    command: [...before, gunicorn, '-w', '2', '-b', '127.0.0.1:PORT', ...args, 'waiting_app:app'],
  });
  servers.push(server);
  await server.waitForWorkers(2);
  return server;
}

function tailOf(server: RealServer, options?: LogTailOptions): LogTail {
  const tail = openLogTail(server.pid, options);
  tails.push(tail);
  return tail;
}

/** Reads, and looks for moved files, until an event of this kind was read; all that was read until then. */
async function until(tail: LogTail, kind: string): Promise<readonly string[]> {
  const said: string[] = [];
  await waitFor(
    `${kind} in the log`,
    10_000,
    () => {
      tail.rescan();
      said.push(...tail.read().events.map(({event}) => event));
      return said.includes(kind);
    },
    () => said.join(),
  );
  return said;
}

const toFile = ['--error-logfile', 'FOLDER/error.log'];

test('what the log held before is history, with the facts of the start, and nothing of it is read again', async () => {
  const server = await start(toFile);
  const tail = tailOf(server);

  expect(tail.state()).toEqual({id: 'log', state: 'ok'});
  expect(tail.history.map(({event}) => event)).toEqual(
    expect.arrayContaining(['starting', 'listening', 'using-worker', 'booting']),
  );
  expect(tail.history.find(({event}) => event === 'starting')).toMatchObject({
    version: '23.0.0',
    emitterPid: server.pid,
  });
  expect(tail.read().events).toEqual([]);
});

test('a log that was renamed is followed, and after USR1 the new file is, from its first line', async () => {
  const server = await start(toFile);
  const tail = tailOf(server);
  const path = join(server.folder, 'error.log');

  renameSync(path, `${path}.1`);
  process.kill(server.pid, 'SIGTTIN');
  expect(await until(tail, 'booting')).toContain('handling-signal');

  process.kill(server.pid, 'SIGUSR1');
  await waitFor('the new file', 5000, () => existsSync(path));
  process.kill(server.pid, 'SIGHUP');
  const said = await until(tail, 'worker-exiting');
  expect(said.filter((event) => event === 'hang-up')).toHaveLength(1);
});

test('a log that is copied and truncated is read on', async () => {
  const server = await start(toFile);
  const tail = tailOf(server);
  const path = join(server.folder, 'error.log');

  copyFileSync(path, `${path}.1`);
  truncateSync(path);
  process.kill(server.pid, 'SIGHUP');

  const said = await until(tail, 'worker-exiting');
  expect(said.filter((event) => event === 'hang-up')).toHaveLength(1);
  expect(said).not.toContain('starting');
});

test('standard error that was sent into a file is the log', async () => {
  const server = await start([], ['sh', '-c', 'exec "$0" "$@" >FOLDER/out.log 2>&1']);
  const tail = tailOf(server);

  expect(tail.state().state).toBe('ok');
  expect(tail.history.map(({event}) => event)).toContain('starting');
});

test('an access log with pids is counted by worker, and never told line by line', async () => {
  const format = '%(h)s %(t)s "%(r)s" %(s)s %(p)s';
  const server = await start([...toFile, '--access-logfile', 'FOLDER/access.log', '--access-logformat', format]);
  const tail = tailOf(server, {accessLogFormat: format});
  expect(tail.accessCarriesPid()).toBeUndefined();

  await Promise.all(Array.from({length: 5}, () => server.ask('/')));
  const counts = new Map<number, number>();
  await waitFor('five requests', 10_000, () => {
    const {events, requests} = tail.read();
    expect(events).toEqual([]);
    for (const {pid, count} of requests) counts.set(pid, (counts.get(pid) ?? 0) + count);
    return [...counts.values()].reduce((sum, count) => sum + count, 0) === 5;
  });

  expect(tail.accessCarriesPid()).toBe(true);
  for (const pid of counts.keys()) expect(server.workers()).toContain(pid);
});

test('a log that goes into a pipe is named as one, with what would unlock it', async () => {
  // The test reads standard error through a socket pair, so a pipe is put between.
  const server = await start(
    [],
    ['sh', '-c', 'exec "$0" "$@" 2> >(cat >FOLDER/sink)'].map((word) => word.replace(/^sh$/, 'bash')),
  );
  const tail = tailOf(server);

  expect(tail.state()).toEqual({
    id: 'log',
    state: 'unsupported',
    why: 'gunicorn logs into a pipe, and reading it would take the lines from whoever does',
    unlock: 'start gunicorn with --error-logfile FILE',
  });
  expect(tail.read()).toEqual({events: [], requests: [], skippedBytes: 0});
});

test.each([
  ['/dev/null', 'gunicorn logs to /dev/null'],
  ['/dev/full', 'no file that this master writes looks like a gunicorn log'],
])('a log that goes to %s is no log', async (device, why) => {
  const server = await start([], ['sh', '-c', `exec "$0" "$@" 2>${device}`]);

  expect(tailOf(server).state()).toMatchObject({state: 'unsupported', why});
});

test('only an access log is less than a log', async () => {
  const server = await start(['--access-logfile', 'FOLDER/access.log'], ['sh', '-c', 'exec "$0" "$@" 2>/dev/null']);
  const tail = tailOf(server);
  await server.ask('/');
  await waitFor('a line', 5000, () => (tail.read(), tail.accessCarriesPid() !== undefined));

  expect(tail.state()).toMatchObject({state: 'partly'});
  expect(tail.accessCarriesPid()).toBe(false);
});

test('a file of the application that is no log is left alone', async () => {
  const config = [
    'import sys',
    'sys.database = open("FOLDER/app.db", "w")',
    'sys.database.write("[2026-01-01] WORKER TIMEOUT (pid:7)" + chr(10))',
    'sys.database.flush()',
  ].join('; ');
  const server = await start(
    [...toFile, '-c', 'FOLDER/conf.py'],
    ['sh', '-c', `echo '${config}' >FOLDER/conf.py; exec "$0" "$@"`],
  );
  const tail = tailOf(server);

  expect(tail.history.map(({event}) => event)).toContain('starting');
  expect(tail.history.map(({event}) => event)).not.toContain('worker-timeout');
});
