import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {pythonEnvironment} from '../../source/demo/python-environment.js';

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gunspect-python-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  return folder;
}

/** An environment in which pip finds nothing, with only the given folders before Python's in `PATH`. */
const withoutPackages = (...folders: readonly string[]) => ({
  ...process.env,
  PATH: [...folders, process.env['PATH']].join(path.delimiter),
  PIP_CONFIG_FILE: '/dev/null',
  PIP_NO_INDEX: '1',
  PIP_FIND_LINKS: '',
});

test('two that ask at once for an environment that was left half-made get the same whole one', async () => {
  const cacheFolder = temporaryFolder();
  const first = await pythonEnvironment({version: '23.0.0', cacheFolder});
  const folder = path.dirname(path.dirname(first.python));
  rmSync(path.join(folder, 'environment.json'));
  rmSync(first.gunicorn);

  const both = await Promise.all([
    pythonEnvironment({version: '23.0.0', cacheFolder}),
    pythonEnvironment({version: '23.0.0', cacheFolder}),
  ]);

  expect(both).toEqual([first, first]);
  expect(execFileSync(first.gunicorn, ['--version'], {encoding: 'utf8'})).toBe('gunicorn (version 23.0.0)\n');
});

test('an environment that was moved is made again, because the paths inside it are absolute', async () => {
  const parent = temporaryFolder();
  const old = await pythonEnvironment({version: '23.0.0', cacheFolder: path.join(parent, 'old')});
  renameSync(path.join(parent, 'old'), path.join(parent, 'new'));

  const made = await pythonEnvironment({version: '23.0.0', cacheFolder: path.join(parent, 'new')});

  expect(made.gunicorn).toBe(old.gunicorn.replace('/old/', '/new/'));
  expect(execFileSync(made.gunicorn, ['--version'], {encoding: 'utf8'})).toBe('gunicorn (version 23.0.0)\n');
});

test('what pip cannot install is one sentence, and nothing half-made stays', async () => {
  const cacheFolder = temporaryFolder();

  const made = pythonEnvironment({version: '23.0.0', cacheFolder, env: withoutPackages()});

  await expect(made).rejects.toThrow(
    /^Python could not make an environment with gunicorn 23\.0\.0 \(ERROR: No matching .*\): see whether `pip install gunicorn` works here\.$/,
  );
  expect(readdirSync(cacheFolder).filter((name) => !name.endsWith('.lock'))).toEqual([]);
});

test('a gunicorn in PATH stands in for the newest where none can be installed', async () => {
  const bin = temporaryFolder();
  const gunicorn = path.join(bin, 'gunicorn');
  writeFileSync(gunicorn, '#!/bin/sh\necho "gunicorn (version 22.0.0)"\n');
  chmodSync(gunicorn, 0o755);

  const found = await pythonEnvironment({cacheFolder: temporaryFolder(), env: withoutPackages(bin)});

  expect(found).toEqual({python: 'python3', gunicorn, version: '22.0.0'});
});

test('a machine without ensurepip is told which package to install', async () => {
  const bin = temporaryFolder();
  const basePython = path.join(bin, 'python3');
  // Debian's python3 without python3-venv and python3-pip: the modules are there, ensurepip and pip are not.
  const hidden = path.join(bin, 'hidden');
  mkdirSync(path.join(hidden, 'ensurepip'), {recursive: true});
  mkdirSync(path.join(hidden, 'pip'));
  writeFileSync(path.join(hidden, 'ensurepip', '__init__.py'), 'raise ImportError("No module named ensurepip")');
  writeFileSync(path.join(hidden, 'pip', '__init__.py'), 'raise ImportError("No module named pip")');
  writeFileSync(basePython, `#!/bin/sh\nPYTHONPATH='${hidden}' exec python3 "$@"\n`);
  chmodSync(basePython, 0o755);

  const made = pythonEnvironment({version: '23.0.0', cacheFolder: temporaryFolder(), basePython});

  await expect(made).rejects.toThrow(
    /: install venv and pip for it \(Debian and Ubuntu: apt install python3-venv\)\.$/,
  );
});

test('a machine without Python is told so', async () => {
  const made = pythonEnvironment({cacheFolder: temporaryFolder(), env: {PATH: '/nonexistent'}});

  await expect(made).rejects.toThrow(
    'gunicorn needs Python and there is no python3 in PATH: install Python 3.8 or later.',
  );
});
