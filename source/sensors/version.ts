/**
 * The version of gunicorn that a process runs, from the installed package on disk.
 *
 * Gunicorn is pure Python, so the kernel does not know its files; but the package lies in the `site-packages` that the
 * process's own extension modules, its start script or its interpreter belong to. Nothing of it is executed. A package
 * that was upgraded after the start gives the new version: the log, where there is one, knows better.
 */
import fs from 'node:fs';
import {posix} from 'node:path';
import {readText} from './files.js';
import {attempt, valueOf} from './reading.js';

/** Folders of packages that a process has loaded extension modules from, as it sees them. */
function loadedFrom(pid: number, root: string): readonly string[] {
  const maps = valueOf(readText(`${root}/${pid}/maps`, 4 << 20)) ?? '';
  const folders = new Set<string>();
  for (const [, folder] of maps.matchAll(/ (\/[^\n]*?\/(?:site|dist)-packages)\//g)) {
    if (folder !== undefined) folders.add(folder);
  }

  return [...folders];
}

/** Folders of packages below a prefix such as that of a virtual environment. */
function belowPrefix(prefix: string, rootFolder: string): readonly string[] {
  const libraries = posix.join(rootFolder, prefix, 'lib');
  const pythons = (valueOf(attempt(() => fs.readdirSync(libraries))) ?? []).filter((name) =>
    /^python3(?:\.\d+t?)?$/.test(name),
  );
  return pythons.flatMap((python) =>
    ['site-packages', 'dist-packages'].map((name) => posix.join(prefix, 'lib', python, name)),
  );
}

/** The prefixes that a process was most likely started from, nearest first. */
function prefixes(pid: number, argv: readonly string[], root: string): readonly string[] {
  const cwd = valueOf(attempt(() => fs.readlinkSync(`${root}/${pid}/cwd`)));
  const exe = valueOf(attempt(() => fs.readlinkSync(`${root}/${pid}/exe`)));
  const programs = [argv[1], argv[0], exe].filter((path) => path?.includes('/') === true) as readonly string[];
  const absolute = programs.map((path) =>
    posix.isAbsolute(path) ? path : cwd === undefined ? undefined : posix.join(cwd, path),
  );
  return [
    ...new Set([
      ...absolute.filter((path) => path !== undefined).map((path) => posix.dirname(posix.dirname(path))),
      '/usr',
      '/usr/local',
    ]),
  ];
}

/** The version in a folder of packages; undefined when gunicorn is not there, or there twice. */
function versionIn(folder: string): string | undefined {
  const names = valueOf(attempt(() => fs.readdirSync(folder))) ?? [];
  const versions = names
    .map((name) => /^gunicorn-(\d[\w.]{0,30}?)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(name)?.[1])
    .filter((version) => version !== undefined);
  if (versions.length === 1) return versions[0];
  if (!names.includes('gunicorn')) return undefined;

  const source = valueOf(readText(posix.join(folder, 'gunicorn', '__init__.py'), 4096)) ?? '';
  const parts = /^version_info = \((\d{1,4}), (\d{1,4}), (\d{1,4})/m.exec(source);
  return parts === null ? undefined : parts.slice(1).join('.');
}

/** Undefined when no package of gunicorn was found beside what the process runs. */
export function installedVersion(pid: number, argv: readonly string[], root = '/proc'): string | undefined {
  return findInstalled(pid, argv, root)?.version;
}

/** The folder of packages that gunicorn is installed in, as the process sees it. */
export function packagesFolder(pid: number, argv: readonly string[], root = '/proc'): string | undefined {
  return findInstalled(pid, argv, root)?.folder;
}

type Installed = {readonly version: string; readonly folder: string};

function findInstalled(pid: number, argv: readonly string[], root: string): Installed | undefined {
  const rootFolder = `${root}/${pid}/root`;
  for (const folder of loadedFrom(pid, root)) {
    const version = versionIn(posix.join(rootFolder, folder));
    if (version !== undefined) return {version, folder};
  }

  for (const prefix of prefixes(pid, argv, root)) {
    for (const folder of belowPrefix(prefix, rootFolder)) {
      const version = versionIn(posix.join(rootFolder, folder));
      if (version !== undefined) return {version, folder};
    }
  }

  return undefined;
}
