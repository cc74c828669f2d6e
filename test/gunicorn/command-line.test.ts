import {expect, test} from 'vitest';
import {recogniseGunicorn, shownCommandLine} from '../../source/gunicorn/command-line.js';

const args = ['-w', '4', 'shop.wsgi:app'];
const script = {role: 'master-or-worker', how: 'console-script', args};

const scripts: ReadonlyArray<readonly string[]> = [
  ['/srv/shop/venv/bin/python', '/srv/shop/venv/bin/gunicorn', ...args],
  ['/usr/bin/python3.11', '/usr/bin/gunicorn3', ...args],
  ['python3', '-u', '-X', 'dev', '-W', 'ignore', '/usr/local/bin/gunicorn', ...args],
  ['/opt/pypy3.10/bin/pypy3', '/opt/bin/gunicorn', ...args],
  ['gunicorn', ...args],
  ['/nix/store/abc/bin/python3.12', '/nix/store/def/bin/.gunicorn-wrapped', ...args],
];

for (const argv of scripts) {
  test(`${argv.join(' ')} is gunicorn’s console script`, () => {
    expect(recogniseGunicorn(argv)).toEqual(script);
  });
}

test('gunicorn run as a module is recognised', () => {
  const module = {...script, how: 'module'};

  expect(recogniseGunicorn(['python', '-m', 'gunicorn', ...args])).toEqual(module);
  expect(recogniseGunicorn(['python3', '-um', 'gunicorn.app.wsgiapp', ...args])).toEqual(module);
});

test('a title of setproctitle tells the role and the name, and has no arguments', () => {
  expect(recogniseGunicorn(['gunicorn: master [shop.wsgi:app]', '', ''])).toEqual({
    role: 'master',
    how: 'title',
    titleName: 'shop.wsgi:app',
  });
  expect(recogniseGunicorn(['gunicorn: worker [shop]'])).toEqual({role: 'worker', how: 'title', titleName: 'shop'});
  expect(recogniseGunicorn(['gunicorn: dirty-arbiter'])).toEqual({role: 'dirty-arbiter', how: 'title'});
  expect(recogniseGunicorn(['gunicorn: dirty-worker [shop]'])?.role).toBe('dirty-worker');
});

const others: ReadonlyArray<readonly string[]> = [
  [],
  [''],
  ['vim', 'gunicorn.conf.py'],
  ['/usr/bin/python3', '/usr/bin/gunicornc', 'show', 'workers'],
  ['/usr/bin/python3', '/usr/bin/uvicorn', '--workers', '4', 'gunicorn:app'],
  ['python3', 'manage.py', 'gunicorn'],
  ['python3', '-c', 'import gunicorn'],
  ['python3', '-m', 'uvicorn', 'gunicorn'],
  ['python3', '-m'],
  ['uv', 'run', 'gunicorn', 'shop:app'],
  ['grep', 'gunicorn: master'],
  ['gunicorn: something [x]'],
];

for (const argv of others) {
  test(`"${argv.join(' ')}" is not gunicorn`, () => {
    expect(recogniseGunicorn(argv)).toBeUndefined();
  });
}

test('a command line is shown on one line and without secrets', () => {
  expect(
    shownCommandLine(['gunicorn', '-e', 'DATABASE=postgres://u:p@h/d', '--env=A=b', '-eX=y', 'shop:app', '']),
  ).toBe('gunicorn -e DATABASE=*** --env=A=*** -eX=*** shop:app');
  expect(
    shownCommandLine(['python', 'manage.py', '--db-password', 'hunter2', '--token=abc', '--keyfile', 'k.pem']),
  ).toBe('python manage.py --db-password *** --token=*** --keyfile k.pem');
  expect(shownCommandLine(['a\nb', '\u001B[31mc', 'x'.repeat(900)])).toHaveLength(300);
});
