/** What the kernel itself says of accept queues, of real listeners that nobody accepts from. */
import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {connect, type Socket as Connection} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {ListenerSample} from '../../source/machine-sample.js';
import {noDiagnosis} from '../../source/sensors/socket-diagnosis.js';
import {parseInetRow} from '../../source/sensors/socket-tables.js';
import {openSockets} from '../../source/sensors/sockets.js';
import {openTraffic, type Traffic} from '../../source/sensors/traffic.js';
import {waitFor} from '../helpers/fault-wait.js';

/** Listens on TCP, TCP over IPv6 and a unix socket, three connections each, and never accepts. */
const listening = `
import socket, sys, time
four = socket.socket(); four.bind(('127.0.0.1', 0)); four.listen(3)
six = socket.socket(socket.AF_INET6); six.bind(('::1', 0)); six.listen(4)
path = socket.socket(socket.AF_UNIX); path.bind(sys.argv[1]); path.listen(5)
print(f'{four.getsockname()[1]} {six.getsockname()[1]}', flush=True)
time.sleep(600)
`;

let folder: string;
let program: ChildProcess;
let ports: readonly number[];
let traffic: Traffic;
let refresh: () => void;
const connections: Connection[] = [];
const closing: (() => void)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gunspect-backlog-'));
  program = spawn('python3', ['-c', listening, join(folder, 'sock')], {stdio: ['ignore', 'pipe', 'inherit']});
  const [line] = (await once(program.stdout!, 'data')) as [Buffer];
  ports = line.toString().trim().split(' ').map(Number);
  const sockets = openSockets(program.pid!);
  closing.push(() => sockets.close());
  refresh = () => sockets.refresh();
  traffic = openTraffic({masterPid: program.pid!, sockets, bind: () => undefined, someWorker: () => undefined});
});
afterEach(() => {
  for (const connection of connections.splice(0)) connection.destroy();
  for (const close of closing.splice(0)) close();
  program.kill('SIGKILL');
  rmSync(folder, {recursive: true, force: true});
});

function read(address: string): ListenerSample | undefined {
  refresh();
  return traffic.read()?.find((listener) => listener.address === address);
}

function open(...where: readonly (number | string)[]): void {
  for (const each of where) {
    const connection = typeof each === 'number' ? connect(each, '127.0.0.1') : connect(each);
    connection.on('error', () => undefined);
    connections.push(connection);
  }
}

test('the limit of each accept queue is the kernel’s own word, for TCP, TCP over IPv6 and unix sockets', () => {
  const four = read(`127.0.0.1:${ports[0]}`);

  expect(four).toMatchObject({backlog: 0, backlogLimit: 3, drops: 0});
  expect(four).not.toHaveProperty('backlogLimitInferred');
  expect(read(`[::1]:${ports[1]}`)).toMatchObject({backlog: 0, backlogLimit: 4, drops: 0});
  expect(read(`unix:${join(folder, 'sock')}`)).toMatchObject({backlog: 0, backlogLimit: 5});
});

test('a silent listener fills its queue to one more than its limit, and then drops are counted for it alone', async () => {
  const port = ports[0]!;
  open(...Array.from({length: 8}, () => port));

  await waitFor('connections to be dropped', 8000, () => (read(`127.0.0.1:${port}`)?.drops ?? 0) > 0);

  expect(read(`127.0.0.1:${port}`)).toMatchObject({backlog: 4, backlogLimit: 3});
  expect(read(`[::1]:${ports[1]}`)).toMatchObject({backlog: 0, drops: 0});
  expect(traffic.network()).toMatchObject({otherListeners: expect.any(Number) as number});
});

test('connections that wait at a unix socket are counted', async () => {
  const path = join(folder, 'sock');
  open(path, path, path);

  await waitFor('three connections to wait', 5000, () => read(`unix:${path}`)?.backlog === 3);
});

test('the kernel, asked for sockets, says the same as its tables', async () => {
  open(ports[0]!, join(folder, 'sock'));
  await waitFor('a connection to wait', 5000, () => read(`127.0.0.1:${ports[0]}`)?.backlog === 1);
  const asked = openSockets(program.pid!);
  const tables = openSockets(program.pid!, '/proc', () => noDiagnosis);
  closing.push(asked.close, tables.close);
  const told = asked.listening().map(({backlogLimit: _limit, drops: _drops, ...socket}) => socket);
  const ours = ({local}: {readonly local: string}) =>
    local.startsWith(folder) || ports.some((port) => local.endsWith(`:${port}`));

  expect(told.filter(ours)).toHaveLength(3);
  expect(tables.listening().filter(ours)).toEqual(told.filter(ours));
  const waiting = readFileSync(`/proc/${process.pid}/net/tcp`, 'latin1')
    .split('\n')
    .map((row) => parseInetRow(row, 'tcp'))
    .find((socket) => socket?.remote === `127.0.0.1:${ports[0]}`);
  expect(waiting).toBeDefined();
  expect(asked.byInode(waiting?.inode ?? 0)).toEqual(waiting);
});
