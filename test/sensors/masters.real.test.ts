import {afterEach, beforeAll, expect, test} from 'vitest';
import {findMasters, masterOf, mastersAmong, type FoundMaster} from '../../source/sensors/masters.js';
import {listProcessesFromProc} from '../../source/sensors/processes.js';
import type {PythonEnvironment} from '../../source/demo/python-environment.js';
import {childrenOf} from '../helpers/fault-processes.js';
import {waitFor} from '../helpers/fault-wait.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {startServer, type RealOptions, type RealServer} from './real-server.js';

let plain: PythonEnvironment;
let titled: PythonEnvironment;
const servers: RealServer[] = [];

beforeAll(async () => {
  [plain, titled] = await Promise.all([
    gunicornEnvironment('23.0.0'),
    gunicornEnvironment('newest', ['setproctitle', 'uvicorn']),
  ]);
}, 300_000);

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(options: RealOptions): Promise<RealServer> {
  const server = await startServer(options);
  servers.push(server);
  return server;
}

async function found(server: RealServer): Promise<FoundMaster | undefined> {
  const masters = await findMasters();
  return masters.find(({id}) => id.pid === server.pid);
}

const usual = ['-w', '2', '-b', '127.0.0.1:PORT', 'waiting_app:app'];

test('a master started by its console script is found with its workers, and they are none themselves', async () => {
  const server = await start({command: [plain.gunicorn, ...usual]});
  const workers = await server.waitForWorkers(2);

  const masters = await findMasters();
  const master = masters.find(({id}) => id.pid === server.pid);

  expect(master).toMatchObject({role: 'master', recognisedBy: 'heartbeat-file', app: 'waiting_app:app'});
  expect(new Set(master?.workers)).toEqual(new Set(workers));
  expect(masters.filter(({id}) => workers.includes(id.pid))).toEqual([]);
  expect(masterOf(workers[1] ?? 0)?.id).toEqual(master?.id);
  expect(masterOf(server.pid)?.id).toEqual(master?.id);
  expect(masterOf(process.pid)).toBeUndefined();
});

test('a master with a title, one started as a module and one embedded in a program are found alike', async () => {
  const commands = [
    [titled.gunicorn, ...usual, '--no-control-socket'],
    [plain.python, '-m', 'gunicorn', ...usual],
    [plain.python, 'waiting_app.py', 'PORT'],
  ];
  const started = await Promise.all(commands.map((command) => start({command})));
  await Promise.all(started.map((server) => server.waitForWorkers(2)));

  for (const server of started) {
    expect(await found(server)).toMatchObject({role: 'master', recognisedBy: 'heartbeat-file'});
    expect(new Set((await found(server))?.workers)).toEqual(new Set(server.workers()));
  }
});

test('the parent of uvicorn workers is no gunicorn', async () => {
  const uvicorn = titled.gunicorn.replace(/gunicorn$/, 'uvicorn');
  const server = await start({
    command: [uvicorn, '--workers', '2', '--port', 'PORT', '--interface', 'wsgi', 'waiting_app:app'],
  });
  await waitFor('two server processes', 20_000, () => server.log().split('Application startup').length > 2, server.log);

  expect(await found(server)).toBeUndefined();
  expect(
    mastersAmong(listProcessesFromProc()).some(({commandLine}) => commandLine.includes(`--port ${server.port}`)),
  ).toBe(false);
});

test('a worker whose application forks is a worker, also when its master has died', async () => {
  const server = await start({command: [plain.gunicorn, ...usual]});
  const workers = await server.waitForWorkers(2);
  await server.ask('/fork');
  const forking = await waitFor('a forked child', 5000, () => workers.find((pid) => childrenOf(pid).length > 0));

  expect(new Set((await found(server))?.workers)).toEqual(new Set(workers));
  expect(await findMasters()).not.toContainEqual(expect.objectContaining({parentPid: server.pid}));

  process.kill(server.pid, 'SIGKILL');
  await waitFor('the master to be gone', 5000, () => childrenOf(server.pid).length === 0);
  expect((await findMasters()).filter(({id}) => id.pid === forking || workers.includes(id.pid))).toEqual([]);
});

test('a successor started on USR2 is marked as one, and is a master when the first has gone', async () => {
  const server = await start({command: [plain.gunicorn, ...usual]});
  const workers = await server.waitForWorkers(2);

  process.kill(server.pid, 'SIGUSR2');
  const successor = await waitFor('the successor', 20_000, () =>
    mastersAmong(listProcessesFromProc()).find(
      ({parentPid, workers: theirs}) => parentPid === server.pid && theirs.length === 2,
    ),
  );
  expect(successor).toMatchObject({role: 'successor', recognisedBy: 'heartbeat-file'});
  expect(new Set((await found(server))?.workers)).toEqual(new Set(workers));

  process.kill(server.pid, 'SIGTERM');
  const promoted = await waitFor('the promotion', 20_000, () =>
    mastersAmong(listProcessesFromProc()).find(({id, role}) => id.pid === successor.id.pid && role === 'master'),
  );
  expect(promoted.workers).toHaveLength(2);
  process.kill(successor.id.pid, 'SIGKILL');
});

test('a master that has no worker for the moment is told by its command line, and says so', async () => {
  const server = await start({command: [plain.gunicorn, ...usual]});
  await server.waitForWorkers(2);
  // A stopped master forks no new ones, as in the gap of a boot loop.
  process.kill(server.pid, 'SIGSTOP');
  for (const worker of server.workers()) process.kill(worker, 'SIGKILL');
  await waitFor('no living worker', 5000, () => server.workers().length === 0);

  expect(await found(server)).toMatchObject({recognisedBy: 'command-line', workers: [], app: 'waiting_app:app'});
});
