import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {withLog, withObserved} from '../../source/sensors/attached-settings.js';
import {readSettings} from '../../source/sensors/settings.js';
import {settingsState} from '../../source/sensors/settings-state.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';

let proc: FakeProc;
let target: string;
beforeEach(() => {
  proc = makeFakeProc();
  target = join(proc.folder, 'target');
  mkdirSync(join(target, 'srv'), {recursive: true});
});
afterEach(() => proc.dispose());

/** A master whose root is a folder of its own, as in a container, and which stands in `/srv` of it. */
function addMaster(args: readonly string[], environment: Readonly<Record<string, string>> = {PWD: '/srv'}): void {
  proc.add({pid: 800, argv: ['/venv/bin/python3', '/venv/bin/gunicorn', ...args], environment});
  symlinkSync(target, join(proc.root, '800/root'));
  symlinkSync(join(target, 'srv'), join(proc.root, '800/cwd'));
}

function install(folder: string, version: string): void {
  mkdirSync(join(target, folder, `gunicorn-${version}.dist-info`), {recursive: true});
}

test('command line, environment and config file of the target are read through its own root', () => {
  addMaster(['-c', '/etc/gunicorn.py', '-w', '3', 'shop:app'], {PWD: '/srv', GUNICORN_CMD_ARGS: '--timeout 45'});
  mkdirSync(join(target, 'etc'));
  writeFileSync(join(target, 'etc/gunicorn.py'), 'max_requests = 1000\nworkers = 9\n');

  expect(readSettings(800, proc.root)).toMatchObject({
    app: {value: 'shop:app', source: 'command-line'},
    workers: {value: 3, source: 'command-line'},
    timeoutSeconds: {value: 45, source: 'environment'},
    maxRequests: {value: 1000, source: 'config-file'},
  });
});

test('a config file beside the master is found without being named, and its absence lets defaults hold', () => {
  addMaster(['shop:app']);
  expect(readSettings(800, proc.root).timeoutSeconds).toEqual({value: 30, source: 'default'});

  writeFileSync(join(target, 'srv/gunicorn.conf.py'), 'timeout = 7\n');
  expect(readSettings(800, proc.root).timeoutSeconds).toEqual({value: 7, source: 'config-file'});
});

test('a config file that cannot be read leaves open what it could have set', () => {
  addMaster(['-c', '/etc/missing.py', '-w', '3', 'shop:app']);

  const settings = readSettings(800, proc.root);

  expect(settings.workers).toEqual({value: 3, source: 'command-line'});
  expect(settings.timeoutSeconds).toBeUndefined();
});

test('a folder or a FIFO in the place of a config file is not read', () => {
  addMaster(['-c', '/etc', 'shop:app']);
  mkdirSync(join(target, 'etc'));

  expect(readSettings(800, proc.root).timeoutSeconds).toBeUndefined();
});

test('the version is that of the package beside the program, or beside what the process has loaded', () => {
  addMaster(['shop:app']);
  install('venv/lib/python3.11/site-packages', '21.2.0');
  expect(readSettings(800, proc.root).version?.value).toBe('21.2.0');

  install('other/lib/python3.12/site-packages', '23.0.0');
  proc.write('800/maps', '7f12-7f13 r-xp 0 08:01 7   /other/lib/python3.12/site-packages/greenlet/_greenlet.so\n');
  expect(readSettings(800, proc.root).version?.value).toBe('23.0.0');
});

test('two packages in one place are no answer, the source of the one that is imported is', () => {
  addMaster(['shop:app']);
  install('venv/lib/python3.11/site-packages', '21.2.0');
  install('venv/lib/python3.11/site-packages', '22.0.0');
  expect(readSettings(800, proc.root).version).toBeUndefined();

  const source = join(target, 'venv/lib/python3.11/site-packages/gunicorn');
  mkdirSync(source);
  writeFileSync(join(source, '__init__.py'), '# comment\nversion_info = (22, 0, 0)\n__version__ = "x"\n');
  expect(readSettings(800, proc.root).version?.value).toBe('22.0.0');
});

test('the state of the settings says what is hidden', () => {
  addMaster(['shop:app']);
  expect(settingsState(800, proc.root)).toEqual({id: 'settings', state: 'ok'});

  proc.add({pid: 810, argv: ['gunicorn: master [shop]']});
  expect(settingsState(810, proc.root)).toMatchObject({
    state: 'partly',
    why: expect.stringContaining('title') as string,
  });

  proc.add({pid: 820, argv: ['/opt/serve']});
  expect(settingsState(820, proc.root)).toMatchObject({
    state: 'partly',
    why: expect.stringContaining('program') as string,
  });
  expect(settingsState(999, proc.root).state).toBe('failed');
});

test('what this master logged when it started beats what lies on disk, and another master says nothing about it', () => {
  const history = [
    {event: 'starting', version: '20.1.0', emitterPid: 7, text: ''},
    {event: 'starting', version: '23.0.0', emitterPid: 800, text: ''},
    {event: 'using-worker', workerClass: 'gthread', emitterPid: 800, text: ''},
    {event: 'listening', addresses: ['http://127.0.0.1:8000', 'unix:/run/a.sock'], emitterPid: 800, text: ''},
    {event: 'starting', version: '26.1.0', emitterPid: 9, text: ''},
  ] as const;

  expect(withLog({version: {value: '22.0.0', source: 'default'}}, history, 800)).toEqual({
    version: {value: '23.0.0', source: 'log'},
    workerClass: {value: 'gthread', source: 'log'},
    bind: {value: ['127.0.0.1:8000', 'unix:/run/a.sock'], source: 'log'},
  });
  expect(withLog({}, history, 801)).toEqual({});
});

test('workers are counted only where nothing tells how many there should be', () => {
  expect(withObserved({}, 4)).toEqual({workers: {value: 4, source: 'observed'}});
  expect(withObserved({}, 0)).toEqual({});
  expect(withObserved({workers: {value: 2, source: 'command-line'}}, 4).workers?.value).toBe(2);
});
