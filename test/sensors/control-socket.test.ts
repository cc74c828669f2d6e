import {existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {createServer, type Server, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {controlAnswer, controlRequest, settingsOfControl} from '../../source/gunicorn/control-answers.js';
import type {Observation} from '../../source/observation.js';
import {openControlSocket} from '../../source/sensors/control-socket.js';
import type {SideSource} from '../../source/sensors/side-source.js';
import {openSockets, type Sockets} from '../../source/sensors/sockets.js';
import {waitFor} from '../helpers/fault-wait.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';
import {logged, moment} from '../helpers/observations.js';

function frame(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

const config = {
  bind: ['127.0.0.1:8000'],
  workers: 3,
  worker_class: "<class 'gunicorn.workers.gthread.ThreadWorker'>",
  threads: 4,
  timeout: 17,
  graceful_timeout: 9,
  max_requests: 1000,
  max_requests_jitter: 50,
  preload_app: false,
  pidfile: null,
};

test('a request is its length in four bytes, biggest first, and JSON', () => {
  const request = Buffer.from(controlRequest('show config'));

  expect(request.readUInt32BE(0)).toBe(request.length - 4);
  expect(JSON.parse(request.toString('utf8', 4))).toEqual({id: 1, command: 'show config', args: []});
});

test('an answer in parts is waited for, and one that is too long, no JSON or an error is not used', () => {
  const whole = frame({id: 1, status: 'ok', data: {pid: 812}});

  expect(controlAnswer(whole)).toEqual({kind: 'data', data: {pid: 812}});
  expect(controlAnswer(whole.subarray(0, 3)).kind).toBe('unfinished');
  expect(controlAnswer(whole.subarray(0, 9)).kind).toBe('unfinished');
  expect(controlAnswer(Buffer.from('HTTP/1.1 400 Bad Request\r\n')).kind).toBe('unusable');
  expect(controlAnswer(frame({id: 1, status: 'error', error: 'Unknown command'})).kind).toBe('unusable');
  expect(controlAnswer(frame([1])).kind).toBe('unusable');
  expect(controlAnswer(Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.from('{{')])).kind).toBe('unusable');
});

test('settings are taken field by field, and what is not as expected is left out', () => {
  const source = 'control-socket';

  expect(settingsOfControl(config)).toMatchObject({
    workerClass: {value: 'gthread', source},
    workers: {value: 3, source},
    timeoutSeconds: {value: 17, source},
    gracefulTimeoutSeconds: {value: 9, source},
    maxRequests: {value: 1000, source},
    maxRequestsJitter: {value: 50, source},
    bind: {value: ['127.0.0.1:8000'], source},
    preload: {value: false, source},
  });
  expect(
    settingsOfControl({timeout: '30', workers: -1, threads: 1.5, bind: 7, worker_class: '', pidfile: 'a\u001B[2Jb'}),
  ).toEqual({
    pidFile: {value: 'ab', source},
  });
});

let proc: FakeProc;
let folder: string;
let server: Server | undefined;
let source: SideSource | undefined;
let sockets: Sockets | undefined;
let asked: string[];
let held: Socket[];
beforeEach(() => {
  proc = makeFakeProc();
  folder = mkdtempSync(join(tmpdir(), 'gunspect-control-'));
  asked = [];
  held = [];
});
afterEach(() => {
  source?.close();
  sockets?.close();
  sockets = undefined;
  for (const socket of held) socket.destroy();
  server?.close();
  proc.dispose();
  rmSync(folder, {recursive: true, force: true});
});

/** A server at the path of the control socket that answers with these, by command. */
async function serve(answers: Readonly<Record<string, unknown>>): Promise<void> {
  server = createServer((socket) => {
    held.push(socket);
    socket.on('data', (bytes) => {
      const {command} = JSON.parse(bytes.toString('utf8', 4)) as {command: string};
      asked.push(command);
      if (command in answers) socket.write(frame({id: 1, status: 'ok', data: answers[command]}));
    });
  });
  await new Promise<void>((resolve) => server?.listen(join(folder, 'gunicorn.ctl'), resolve));
}

/** Shows the sockets of the machine as they are now. */
function listen(): void {
  const row = `0000000000000000: 00000002 00000000 00010000 0001 01 77 ${join(folder, 'gunicorn.ctl')}`;
  proc.write(
    '812/net/unix',
    `Num RefCount Protocol Flags Type St Inode Path\n${existsSync(join(folder, 'gunicorn.ctl')) ? `${row}\n` : ''}`,
  );
  sockets?.refresh();
}

function open(version = '27.0.1'): SideSource {
  proc.add({pid: 812, descriptors: {5: 'socket:[77]'}});
  proc.write('812/net/tcp', '');
  proc.write('812/net/tcp6', '');
  listen();
  symlinkSync('/', join(proc.root, '812/root'));
  sockets = openSockets(812, proc.root);
  source = openControlSocket({pid: 812, startTicks: 1}, {root: proc.root, sockets, version, at: moment(0)});
  return source;
}

async function told(control: SideSource, fromSeconds: number, seen: readonly Observation[] = []): Promise<Observation> {
  control.take(moment(fromSeconds), seen);
  let seconds = fromSeconds;
  return waitFor('settings', 5000, () => control.take(moment((seconds += 0.01)), [])[0]);
}

test('the settings come with two questions on one connection, which is closed at once', async () => {
  await serve({'show stats': {pid: 812}, 'show config': config});
  const control = open();

  expect(control.take(moment(0.25), [])).toEqual([]);
  const observation = await told(control, 1);

  expect(observation).toMatchObject({kind: 'settings', id: {pid: 812}, settings: {timeoutSeconds: {value: 17}}});
  expect(asked).toEqual(['show stats', 'show config']);
  expect(control.state()).toEqual({id: 'control-socket', state: 'ok'});
  await waitFor('the connection to be closed', 2000, () => held.every(({destroyed}) => destroyed));
});

test('the answer of another gunicorn is not taken, and it is asked for nothing else', async () => {
  await serve({'show stats': {pid: 4711}, 'show config': config});
  const control = open();
  control.take(moment(1), []);
  await waitFor('the refusal', 3000, () => control.state().state === 'failed');

  expect(control.take(moment(1.5), [])).toEqual([]);
  expect(control.state().why).toContain('another gunicorn');
  expect(asked).toEqual(['show stats']);
});

test('after a reload it is asked again, but not within five seconds, and nothing is told twice', async () => {
  const answers: Record<string, unknown> = {'show stats': {pid: 812}, 'show config': config};
  await serve(answers);
  const control = open();
  await told(control, 1);
  answers['show config'] = {...config, timeout: 60};
  const reload = logged(moment(2), '[2026-11-22 14:00:02 +0000] [812] [INFO] Hang up: Master');

  control.take(moment(2), reload);
  control.take(moment(4), []);
  expect(asked).toHaveLength(2);
  expect(await told(control, 6.1)).toMatchObject({settings: {timeoutSeconds: {value: 60}}});
  control.take(moment(18), []);
  await waitFor('the third time', 2000, () => asked.length === 6);
  expect(control.take(moment(19), [])).toEqual([]);
  control.take(moment(77), []);
  expect(asked).toHaveLength(6);
  control.take(moment(79), []);
  await waitFor('the fourth time', 2000, () => asked.length === 8);
});

test('a reload that takes long is asked about again after five seconds', async () => {
  const answers: Record<string, unknown> = {'show stats': {pid: 812}, 'show config': config};
  await serve(answers);
  const control = open();
  await told(control, 1);
  control.take(moment(20), logged(moment(20), '[2026-11-22 14:00:20 +0000] [812] [INFO] Hang up: Master'));
  control.take(moment(21.1), []);
  await waitFor('the old answer', 2000, () => asked.length === 4);
  answers['show config'] = {...config, timeout: 60};

  expect(await told(control, 26.2)).toMatchObject({settings: {timeoutSeconds: {value: 60}}});
});

test('a master that does not listen yet when it is attached is asked five seconds later', async () => {
  const control = open();
  control.take(moment(0.5), []);
  expect(control.state()).toMatchObject({state: 'unsupported'});
  await serve({'show stats': {pid: 812}, 'show config': config});
  listen();

  control.take(moment(5), []);
  expect(asked).toEqual([]);
  expect(await told(control, 5.6)).toMatchObject({settings: {timeoutSeconds: {value: 17}}});
});

test('a server that never answers is given up', async () => {
  await serve({});
  const control = open();
  control.take(moment(1), []);
  await waitFor('the end of patience', 4000, () => control.state().state === 'failed');

  expect(control.state().why).toBe('the control socket gave no usable answer');
  await waitFor('the connection to be closed', 2000, () => held.every(({destroyed}) => destroyed));
});

test('without a socket the reason is told, and nothing is connected to', () => {
  expect(open('23.0.0').state()).toMatchObject({
    state: 'unsupported',
    why: 'gunicorn 23.0.0 has none; 25.1 and newer do',
  });
  expect(open('27.0.1').state()).toMatchObject({state: 'unsupported', why: 'this master listens on none'});
});

test('a file that is no socket is not connected to', () => {
  writeFileSync(join(folder, 'gunicorn.ctl'), '');
  const control = open();

  expect(control.state()).toMatchObject({state: 'failed'});
});
