/**
 * Which files of a folder that a boot may depend on were changed last: names and times, never what is in them.
 *
 * It walks from the top down, one system call at a time off the event loop, and stops at a bound of entries and of time:
 * the files that matter mostly lie near the top. What is installed, generated or hidden is not looked into, and no link
 * is followed.
 */
import {lstat, readdir} from 'node:fs/promises';
import {posix} from 'node:path';
import {redact} from '../gunicorn/redact.js';
import type {ChangedFile} from '../changed-file.js';

export type NewestFiles = {
  /** Newest first. */
  readonly files: readonly ChangedFile[];
  /** The paths of all files that count, as they are on disk. */
  readonly names: ReadonlySet<string>;
  /** Whether nothing was left out for the bounds. */
  readonly complete: boolean;
};

export type NewestFilesOptions = {
  readonly signal: AbortSignal;
  readonly mostEntries?: number;
  readonly longestMs?: number;
  /** How many levels of folders below this one are looked into. */
  readonly depth?: number;
};

const filesKept = 20;

/** Folders of packages, caches and what a browser gets. */
const foreignFolders =
  /^(?:\..*|__pycache__|site-packages|dist-packages|node_modules|s?bin|lib64|venv|virtualenv|env|static|media|uploads|logs?|proc|sys|dev|run|tmp|usr|var|boot|lost\+found)$/;
const foreignMarks: ReadonlySet<string> = new Set(['pyvenv.cfg', 'conda-meta']);

const configNames =
  /(?:^\.env(?:\..*)?|^requirements.*\.txt|^Pipfile|gunicorn.*\.py|\.(?:toml|ini|cfg|conf|ya?ml|json|env|lock|properties))$/;
const applicationNames = /\.(?:py|pyx|so|pyd)$/;

function kindOf(name: string): ChangedFile['what'] | undefined {
  if (configNames.test(name)) return 'config';
  return applicationNames.test(name) && !name.startsWith('.') ? 'application' : undefined;
}

/** Never fails: what cannot be read is not there. */
export async function newestFiles(folder: string, options: NewestFilesOptions): Promise<NewestFiles> {
  const {signal, mostEntries = 5000, longestMs = 3000, depth = 8} = options;
  const untilMs = performance.now() + longestMs;
  const waiting: Array<{readonly path: string; readonly level: number}> = [{path: '', level: 0}];
  const names = new Set<string>();
  let files: readonly ChangedFile[] = [];
  let entriesLeft = mostEntries;
  let complete = true;
  const isOver = (): boolean => signal.aborted || entriesLeft <= 0 || performance.now() > untilMs;

  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (isOver()) return {files, names, complete: false};

    const {path, level} = next;
    // oxlint-disable-next-line no-await-in-loop -- one at a time, so that a disk that hangs holds one thread
    const entries = await readdir(posix.join(folder, path), {withFileTypes: true}).catch(() => []);
    entriesLeft -= entries.length;
    if (level > 0 && entries.some(({name}) => foreignMarks.has(name))) continue;

    const found: ChangedFile[] = [];
    for (const entry of entries) {
      const below = posix.join(path, entry.name);
      if (entry.isDirectory()) {
        if (foreignFolders.test(entry.name)) continue;
        if (level < depth) waiting.push({path: below, level: level + 1});
        else complete = false;
        continue;
      }

      const what = entry.isFile() ? kindOf(entry.name) : undefined;
      if (what === undefined) continue;
      if (isOver()) {
        complete = false;
        break;
      }

      // oxlint-disable-next-line no-await-in-loop -- as above
      const stat = await lstat(posix.join(folder, below)).catch(() => undefined);
      if (stat === undefined) continue;
      names.add(below);
      found.push({what, name: redact(below, {maxLength: 200}), changedWallMs: Math.round(stat.ctimeMs)});
    }

    files = newest([...files, ...found], filesKept);
  }

  return {files, names, complete};
}

/** The most lately changed of them, newest first. */
export function newest(files: readonly ChangedFile[], most: number): readonly ChangedFile[] {
  return files.toSorted((a, b) => b.changedWallMs - a.changedWallMs || (a.name < b.name ? -1 : 1)).slice(0, most);
}
