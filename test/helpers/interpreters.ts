import {spawnSync} from 'node:child_process';
import {readdirSync, realpathSync} from 'node:fs';
import {homedir} from 'node:os';
import path from 'node:path';

/** How an interpreter was compiled; the latter two lay out their structures in ways of their own. */
export type Build = 'usual' | 'debug' | 'free-threaded';

/** A CPython on this machine. */
export type Interpreter = {
  readonly build: Build;
  /** "3.11". */
  readonly minor: string;
  /** "3.11.7", "3.13.0t". */
  readonly version: string;
  readonly program: string;
};

const ask = [
  'import sys, sysconfig',
  'build = "debug" if hasattr(sys, "gettotalrefcount") else "free-threaded" if sysconfig.get_config_var("Py_GIL_DISABLED") else "usual"',
  'version = "%d.%d %d.%d.%d" % (sys.version_info[:2] + sys.version_info[:3]) + sys.abiflags',
  'print(version, sys.implementation.name, build)',
].join('\n');

function interpreterAt(program: string): Interpreter | undefined {
  const {status, stdout} = spawnSync(program, ['-c', ask], {encoding: 'utf8', timeout: 10_000});
  const [minor = '', version = '', name, build] = status === 0 ? stdout.trim().split(' ') : [];
  return name === 'cpython' ? {build: build as Build, minor, version, program} : undefined;
}

function programsIn(folder: string, name: RegExp): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((entry) => name.test(entry))
      .map((entry) => path.join(folder, entry));
  } catch {
    return [];
  }
}

/** Every CPython 3 of that build in `PATH` and among the versions of pyenv, oldest first; each program once. */
export function everyInterpreter(build: Build = 'usual'): readonly Interpreter[] {
  const versions = programsIn(path.join(homedir(), '.pyenv', 'versions'), /^3\.\d+/).map((folder) =>
    path.join(folder, 'bin', 'python3'),
  );
  const inPath = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder) && !folder.endsWith('shims'))
    .flatMap((folder) => programsIn(folder, /^python3\.\d+$/));
  const found = new Map<string, Interpreter>();
  for (const program of [...versions, ...inPath]) {
    const interpreter = interpreterAt(program);
    const real = interpreter && realpathSync(program);
    if (interpreter?.build === build && real !== undefined && !found.has(real)) found.set(real, interpreter);
  }

  return [...found.values()].toSorted((one, other) => one.version.localeCompare(other.version, 'en', {numeric: true}));
}
