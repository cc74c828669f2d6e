import {expect, test} from 'vitest';
import {readAssignments} from '../../source/gunicorn/config-file.js';

/** The settings at the end of the file; "?" where a name is set to something unknown. */
function read(source: string): Record<string, unknown> {
  const {values, open} = readAssignments(source);
  const shown = [...values].map(([name, value]) => [name, value === undefined ? '?' : value]);
  return {...Object.fromEntries(shown), ...(open && {open})};
}

test('literals of every kind are read', () => {
  const source = `
import multiprocessing
workers = 4
timeout=1_000  # a comment = 5
bind = ["0.0.0.0:8000", 'unix:/run/shop.sock',]
reload = True
accesslog = None
errorlog = '-'
keepalive = 2.5
access_log_format = '%(h)s "%(r)s" #%(p)s'
proc_name = r"a\\b" "c"
umask = 0o22
pair = ("a", "b")
single = ("a")
`;

  expect(read(source)).toEqual({
    multiprocessing: '?',
    workers: 4,
    timeout: 1000,
    bind: ['0.0.0.0:8000', 'unix:/run/shop.sock'],
    reload: true,
    accesslog: null,
    errorlog: '-',
    keepalive: 2.5,
    access_log_format: '%(h)s "%(r)s" #%(p)s',
    proc_name: 'a\\bc',
    umask: 18,
    pair: ['a', 'b'],
    single: 'a',
  });
});

test('what has to be evaluated is set, but not known', () => {
  const source = `
workers = multiprocessing.cpu_count() * 2 + 1
threads = int(os.environ.get("THREADS", "4"))
timeout = 60 * 5
bind = f"0.0.0.0:{port}"
errorlog = "/var/log/" + name
reload = not True
pidfile = b"bytes"
`;

  expect(Object.values(read(source))).toEqual(['?', '?', '?', '?', '?', '?', '?']);
});

test('statements over several lines and several on a line are read', () => {
  const source = 'bind = [\n  "a:1",  # first\n  "b:2"\n]\nworkers = \\\n  3; timeout = 5\na = b = 7\nx: int = 8\n';

  expect(read(source)).toEqual({bind: ['a:1', 'b:2'], workers: 3, timeout: 5, a: 7, b: 7, x: 8});
});

test('an assignment that may not happen makes the name unknown', () => {
  for (const statement of [
    'if debug:\n    timeout = 0',
    'if debug: timeout = 0',
    'try:\n\ttimeout = 0\nexcept Exception:\n\tpass',
    'for timeout in range(3): pass',
    'with open("x") as timeout: pass',
    'timeout += 1',
    'timeout, other = 1, 2',
    '(timeout := 5)',
    'from settings import timeout',
    'import x as timeout',
    'def timeout(): pass',
    'class timeout: pass',
    'match x:\n  case timeout: pass',
    'def f():\n    global timeout\n    timeout = 5\n',
    'del timeout',
  ]) {
    expect(read(`timeout = 30\n${statement}\n`), statement).toMatchObject({timeout: '?'});
  }
});

test('a certain assignment after a doubtful one counts again', () => {
  expect(read('if debug:\n    timeout = 0\ntimeout = 60\n')).toEqual({timeout: 60});
});

test('a function’s own names are not settings', () => {
  expect(
    read('workers = 2\ndef post_fork(server, worker):\n    workers = 9\n    if x:\n        timeout = 1\n'),
  ).toEqual({
    workers: 2,
    post_fork: '?',
  });
});

test('text that only looks like an assignment is none', () => {
  expect(read('"""\nworkers = 9\n"""\nx = {"timeout": 3}\nprint("workers = 3")\nassert a == 4\n')).toEqual({x: '?'});
});

test('a list that something else may change is unknown', () => {
  expect(read('bind = ["a:1"]\nbind.append("b:2")\n')).toEqual({bind: '?'});
  expect(read('bind = ["a:1"]\nother = bind\n')).toMatchObject({bind: '?'});
  expect(read('bind = other = ["a:1"]\n')).toEqual({bind: '?', other: '?'});
});

test('what may set any name opens the file, and what comes after is certain again', () => {
  for (const statement of [
    'from base import *',
    'exec(open("x").read())',
    'globals().update(x)',
    'vars()["timeout"] = 3',
    'def on_starting(server):\n    server.cfg.set("timeout", 5)',
  ]) {
    expect(read(`timeout = 30\n${statement}\nworkers = 2\n`), statement).toMatchObject({
      timeout: '?',
      workers: 2,
      open: true,
    });
  }
});

test('a file that is no Python gives nothing certain and does not throw', () => {
  expect(read('')).toEqual({});
  expect(read('"""never closed\nworkers = 4')['workers']).not.toBe(4);
  expect(read('workers = [')).toEqual({workers: '?'});
  expect(read('\u0000\u0001= = =')).toBeDefined();
});

test('a file too long to be read to its end claims nothing', () => {
  expect(read(`workers = 4\n${'# padding\n'.repeat(30_000)}workers = 5\n`)).toEqual({open: true});
  expect(read(`workers = 4\n${'x = 1\n'.repeat(6000)}workers = 5\n`)).toEqual({open: true});
});

test('a hostile config file takes no time worth noticing', () => {
  const started = performance.now();

  for (const part of ['\\"', 'a = b = ', 'bind = ["a"]\nbind\n', '(', "'", 'for ', 'b=["x"];']) {
    readAssignments(part.repeat(260_000 / part.length));
  }

  // Far above what it takes (half a second); quadratic work on a quarter of a megabyte took a minute.
  expect(performance.now() - started).toBeLessThan(15_000);
});
