import {execFile} from 'node:child_process';
import {access, constants, readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {environmentMaker} from './environment-maker.js';

const run = promisify(execFile);

/** A Python that has gunicorn: absolute paths of both programs, and gunicorn's version as it says it. */
export type PythonEnvironment = {
  readonly python: string;
  readonly gunicorn: string;
  readonly version: string;
};

export type PythonEnvironmentOptions = {
  /** A release of gunicorn, or the newest one that pip finds when the environment is made. */
  readonly version?: string;
  /** More packages as pip names them, `uvicorn==0.35.0`. */
  readonly packages?: readonly string[];
  /** Where environments are kept, one folder each. By default `gunspect/python` in the user's cache. */
  readonly cacheFolder?: string;
  /** The Python to make it from. */
  readonly basePython?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
};

/**
 * A Python environment with gunicorn, made with venv and pip at the first call and kept. Any number of processes may
 * ask for the same one at once: one makes it, the others wait. Where it cannot be made, a gunicorn in `PATH` stands in
 * for the newest. Throws one sentence that says what to install.
 */
export async function pythonEnvironment(options: PythonEnvironmentOptions = {}): Promise<PythonEnvironment> {
  const {version = 'newest', env = process.env, basePython = 'python3'} = options;
  const made = await makeEnvironment({...options, version, env, basePython});
  if (typeof made !== 'string') {
    return made;
  }

  const installed = version === 'newest' ? await installedGunicorn(env) : undefined;
  if (installed) {
    return installed;
  }

  throw new Error(made);
}

type Wish = PythonEnvironmentOptions & Required<Pick<PythonEnvironmentOptions, 'version' | 'env' | 'basePython'>>;

/** The environment, or the sentence that says why there is none. */
async function makeEnvironment(wish: Wish): Promise<PythonEnvironment | string> {
  const {version, packages = [], env, basePython, signal, cacheFolder = defaultCacheFolder(env)} = wish;
  const spawnOptions = {env: {...env, PIP_USER: '0', PYTHONSAFEPATH: '1'}, ...(signal && {signal})};
  const pythonVersion = await run(
    basePython,
    // Builds for debugging and without the global lock need environments of their own.
    ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3] + sys.abiflags)'],
    spawnOptions,
  ).then(
    ({stdout}) => stdout.trim(),
    () => undefined,
  );
  signal?.throwIfAborted();
  if (pythonVersion === undefined) {
    return `gunicorn needs Python and there is no ${basePython} in PATH: install Python 3.8 or later.`;
  }

  const name = [version, ...packages, pythonVersion].join('-').replaceAll(/[^\w.+=-]/g, '_');
  const folder = path.resolve(cacheFolder, name);
  const made =
    (await keptEnvironment(folder)) ??
    (JSON.parse(
      (await run(basePython, ['-c', environmentMaker, folder, ...requirements(version), ...packages], spawnOptions))
        .stdout,
    ) as PythonEnvironment | {readonly failed: string});
  return 'failed' in made ? sentence(version, made.failed) : made;
}

/** The finished environment in the folder; undefined when there is none, or one that was made for another folder. */
async function keptEnvironment(folder: string): Promise<PythonEnvironment | undefined> {
  try {
    const kept = JSON.parse(await readFile(path.join(folder, 'environment.json'), 'utf8')) as PythonEnvironment;
    await access(kept.gunicorn, constants.X_OK);
    return kept.gunicorn === path.join(folder, 'bin', 'gunicorn') ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** gunicorn 20.1 imports pkg_resources, which setuptools dropped in 81 and gunicorn in 21. */
function requirements(version: string): readonly string[] {
  const release = version === 'newest' ? 'gunicorn' : `gunicorn==${version}`;
  return /^(1\d|20)\./.test(version) ? [release, 'setuptools<81'] : [release];
}

function sentence(version: string, said: string): string {
  const next = /ensurepip|No module named/.test(said)
    ? 'install venv and pip for it (Debian and Ubuntu: apt install python3-venv)'
    : `see whether \`pip install gunicorn\` works here`;
  return `Python could not make an environment with gunicorn ${version} (${said}): ${next}.`;
}

function defaultCacheFolder(env: NodeJS.ProcessEnv): string {
  return path.join(env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'gunspect', 'python');
}

/** The gunicorn in `PATH` with the Python that its first line names; undefined when there is none that runs. */
async function installedGunicorn(env: NodeJS.ProcessEnv): Promise<PythonEnvironment | undefined> {
  for (const folder of (env['PATH'] ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry))) {
    const gunicorn = path.join(folder, 'gunicorn');
    try {
      await access(gunicorn, constants.X_OK);
      const version = /version ([\w.]+)/.exec((await run(gunicorn, ['--version'], {env})).stdout)?.[1];
      const python = /^#!(\S*python[\d.]*)\s/.exec(await readFile(gunicorn, 'utf8'))?.[1] ?? 'python3';
      if (version !== undefined) {
        return {python, gunicorn, version};
      }
    } catch {
      // Not here, or not one that runs: look into the next folder.
    }
  }

  return undefined;
}
