import {expect, test} from 'vitest';
import {
  configFileLocation,
  effectiveSettings,
  type SettingsEvidence,
} from '../../source/gunicorn/effective-settings.js';

const none = {kind: 'none'} as const;
const command = (...args: string[]): readonly string[] => ['/usr/bin/python3', '/usr/local/bin/gunicorn', ...args];
const file = (text: string) => ({kind: 'text', text}) as const;

test('where everything is readable the rest are the built-in defaults', () => {
  const settings = effectiveSettings({argv: command('shop:app'), environment: {}, configFile: none, version: '23.0.0'});

  expect(settings).toEqual({
    app: {value: 'shop:app', source: 'command-line'},
    version: {value: '23.0.0', source: 'observed'},
    workerClass: {value: 'sync', source: 'default'},
    workers: {value: 1, source: 'default'},
    threads: {value: 1, source: 'default'},
    timeoutSeconds: {value: 30, source: 'default'},
    gracefulTimeoutSeconds: {value: 30, source: 'default'},
    maxRequests: {value: 0, source: 'default'},
    maxRequestsJitter: {value: 0, source: 'default'},
    backlog: {value: 2048, source: 'default'},
    bind: {value: ['127.0.0.1:8000'], source: 'default'},
    preload: {value: false, source: 'default'},
    reload: {value: false, source: 'default'},
    errorLog: {value: '-', source: 'default'},
    accessLogFormat: {
      value: '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"',
      source: 'default',
    },
  });
});

test('the command line beats GUNICORN_CMD_ARGS, which beats the config file, which beats WEB_CONCURRENCY', () => {
  const all: SettingsEvidence = {
    argv: command('-w', '5', 'shop:app'),
    environment: {GUNICORN_CMD_ARGS: '-w 4 -t 44', WEB_CONCURRENCY: '2', PORT: '5000'},
    configFile: file('workers = 3\ntimeout = 33\nthreads = 3\n'),
  };

  expect(effectiveSettings(all)).toMatchObject({
    workers: {value: 5, source: 'command-line'},
    timeoutSeconds: {value: 44, source: 'environment'},
    threads: {value: 3, source: 'config-file'},
    bind: {value: ['0.0.0.0:5000'], source: 'environment'},
  });
  expect(effectiveSettings({...all, argv: command('shop:app')}).workers).toEqual({value: 4, source: 'environment'});
  expect(effectiveSettings({...all, argv: command(), environment: {WEB_CONCURRENCY: '2'}}).workers).toEqual({
    value: 3,
    source: 'config-file',
  });
  expect(
    effectiveSettings({...all, argv: command(), environment: {WEB_CONCURRENCY: '2'}, configFile: none}).workers,
  ).toEqual({value: 2, source: 'environment'});
});

test('a config file that cannot be read leaves only what beats it', () => {
  for (const configFile of [{kind: 'unreadable'} as const, undefined]) {
    const settings = effectiveSettings({
      argv: command('-t', '5', 'shop:app'),
      environment: {},
      ...(configFile !== undefined && {configFile}),
    });

    expect(settings).toEqual({
      app: {value: 'shop:app', source: 'command-line'},
      timeoutSeconds: {value: 5, source: 'command-line'},
    });
  }
});

test('an environment that cannot be read leaves only the command line', () => {
  const settings = effectiveSettings({argv: command('-t', '5', 'shop:app'), configFile: file('workers = 3\n')});

  expect(Object.keys(settings).toSorted()).toEqual(['app', 'timeoutSeconds']);
});

test('a setting that the config file computes is absent and not the default', () => {
  const settings = effectiveSettings({
    argv: command('shop:app'),
    environment: {},
    configFile: file('workers = multiprocessing.cpu_count()\ntimeout = 60 * 2\n'),
  });

  expect(settings.workers).toBeUndefined();
  expect(settings.timeoutSeconds).toBeUndefined();
  expect(settings.gracefulTimeoutSeconds).toEqual({value: 30, source: 'default'});
});

test('sync with threads is gthread, and sync without knowing the threads is nothing', () => {
  const evidence = {argv: command('-k', 'sync', 'shop:app'), environment: {}};

  expect(effectiveSettings({...evidence, configFile: file('threads = 4\n')}).workerClass).toEqual({
    value: 'gthread',
    source: 'command-line',
  });
  expect(effectiveSettings({...evidence, configFile: file('threads = f()\n')}).workerClass).toBeUndefined();
  expect(effectiveSettings({...evidence, configFile: none}).workerClass?.value).toBe('sync');
});

test('a class of a package keeps its name', () => {
  const argv = command('-k', 'uvicorn.workers.UvicornWorker', '--threads', '4', 'shop:app');

  expect(effectiveSettings({argv}).workerClass?.value).toBe('uvicorn.workers.UvicornWorker');
});

test('the application may be in the config file, or in a paste file', () => {
  expect(
    effectiveSettings({argv: command(), environment: {}, configFile: file('wsgi_app = "shop:app"\n')}).app,
  ).toEqual({
    value: 'shop:app',
    source: 'config-file',
  });
  expect(effectiveSettings({argv: command('--paste', 'prod.ini'), environment: {}, configFile: none})).toEqual({
    app: {value: 'prod.ini', source: 'command-line'},
  });
});

test('addresses come one by one, and not at all where systemd opened the sockets', () => {
  const argv = command('-b', '0.0.0.0:80', '-b', 'unix:/run/shop.sock', 'shop:app');

  expect(effectiveSettings({argv, environment: {}, configFile: none}).bind?.value).toEqual([
    '0.0.0.0:80',
    'unix:/run/shop.sock',
  ]);
  expect(
    effectiveSettings({argv: command('shop:app'), environment: {}, configFile: file('bind = "a:1, b:2"\n')}).bind
      ?.value,
  ).toEqual(['a:1', 'b:2']);
  expect(
    effectiveSettings({argv, environment: {LISTEN_FDS: '1', LISTEN_PID: '812'}, configFile: none}).bind,
  ).toBeUndefined();
});

test('an abbreviation that may be two options claims neither', () => {
  const settings = effectiveSettings({argv: command('--max-req', '5', 'shop:app'), environment: {}, configFile: none});

  expect(settings.maxRequests).toBeUndefined();
  expect(settings.maxRequestsJitter).toBeUndefined();
  expect(settings.timeoutSeconds?.value).toBe(30);
});

test('a title gives a name, and the application where the name is one', () => {
  expect(effectiveSettings({argv: ['gunicorn: master [shop.wsgi:app]'], environment: {}, configFile: none})).toEqual({
    procName: {value: 'shop.wsgi:app', source: 'title'},
    app: {value: 'shop.wsgi:app', source: 'title'},
  });
  expect(effectiveSettings({argv: ['gunicorn: master [shop]']})).toEqual({procName: {value: 'shop', source: 'title'}});
});

test('an embedded server claims no setting', () => {
  expect(effectiveSettings({argv: ['python3', 'serve.py', '-w', '4'], environment: {}, configFile: none})).toEqual({});
  expect(effectiveSettings({})).toEqual({});
});

test('no secret of a setting is kept', () => {
  const argv = command('-n', 'shop password=hunter2', '-b', 'unix:/run/x?token=abc', 'shop:app');
  const settings = effectiveSettings({argv, environment: {}, configFile: none});

  expect(JSON.stringify(settings)).not.toMatch(/hunter2|abc/);
});

test('the config file is where the command line, then GUNICORN_CMD_ARGS, then the working directory says', () => {
  const location = (argv: readonly string[], environment?: Record<string, string>) =>
    configFileLocation({argv, ...(environment !== undefined && {environment})});

  expect(location(command('-c', 'prod.py', 'a'), {})).toEqual({kind: 'path', path: 'prod.py', explicit: true});
  expect(location(command('--config=file:/etc/g.py', 'a'))).toEqual({kind: 'path', path: '/etc/g.py', explicit: true});
  expect(location(command('a'), {GUNICORN_CMD_ARGS: '-c env.py'})).toEqual({
    kind: 'path',
    path: 'env.py',
    explicit: true,
  });
  expect(location(command('a'), {})).toEqual({kind: 'path', path: './gunicorn.conf.py', explicit: false});
  expect(location(command('-c', 'python:shop.conf', 'a'), {}).kind).toBe('unknown');
  expect(location(command('a')).kind).toBe('unknown');
  expect(location(['gunicorn: master [a]'], {}).kind).toBe('unknown');
});
