/**
 * What was changed on disk around the application: its files, its config, the packages it is installed with, its unit.
 *
 * Looked at once at the attach, and again when a boot failed. A master that gives up is gone within a tenth of a second,
 * so its folders are held open from the start and can be read after it. Names and times only.
 */
import fs from 'node:fs';
import {lstat, readdir} from 'node:fs/promises';
import {posix} from 'node:path';
import type {LogEvent} from '../gunicorn/log-event.js';
import {redact} from '../gunicorn/redact.js';
import type {ChangedFile} from '../changed-file.js';
import type {ChangesObserved, Moment, Observation, ProcessId} from '../observation.js';
import type {SourceState} from '../source-state.js';
import {readText} from './files.js';
import {newest, newestFiles, type NewestFiles} from './newest-files.js';
import {attempt, valueOf, type Owner} from './reading.js';
import {isUserUnit, showUnit, unitOf} from './service-unit.js';
import type {SideSource} from './side-source.js';
import {stateOf} from './source-states.js';

export type ChangesOptions = {
  readonly root?: string;
  readonly owner?: Owner;
  /** The folder that gunicorn is installed in, as the target sees it. */
  readonly packages?: string | undefined;
  readonly at: Moment;
};

/** The first look waits until the screen is there. */
const firstLookAfterMs = 1500;

/** A boot loop fails many times a second; what lies on disk does not change as fast. */
const looksApartMs = 5000;

const packagesKept = 5;
const removedKept = 10;
const mostPackages = 5000;

type Folders = {readonly application: number | undefined; readonly packages: number | undefined};

function openFolder(path: string): number | undefined {
  return valueOf(attempt(() => fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY)));
}

function held(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** The packages that were installed or changed last: "stripe 5.0.0". */
async function newestPackages(folder: string, signal: AbortSignal): Promise<readonly ChangedFile[]> {
  const found: ChangedFile[] = [];
  const names = await readdir(folder).catch(() => []);
  for (const name of names.slice(0, mostPackages)) {
    const [, title, version] = /^([\w.]{1,100})-(\d[\w.+!]{0,50}?)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(name) ?? [];
    if (title === undefined || signal.aborted) continue;

    // oxlint-disable-next-line no-await-in-loop -- one at a time, so that a disk that hangs holds one thread
    const stat = await lstat(posix.join(folder, name)).catch(() => undefined);
    if (stat) found.push({what: 'package', name: `${title} ${version}`, changedWallMs: Math.round(stat.ctimeMs)});
  }
  return newest(found, packagesKept);
}

async function unitFiles(paths: readonly string[]): Promise<readonly ChangedFile[]> {
  const stats = await Promise.all(paths.map(async (path) => lstat(path).catch(() => undefined)));
  return paths.flatMap((path, index) => {
    const stat = stats[index];
    return stat ? [{what: 'unit' as const, name: redact(path), changedWallMs: Math.round(stat.ctimeMs)}] : [];
  });
}

const toldOfBoot: ReadonlySet<LogEvent['event']> = new Set([
  'exception-in-worker',
  'app-load-error',
  'lifespan-failed',
  'halted',
  'bare-traceback',
]);

/** Whether something of this tick says that a boot failed. */
function showsFailedBoot(seen: readonly Observation[]): boolean {
  return seen.some((observation) => {
    if (observation.kind === 'log') return toldOfBoot.has(observation.event.event);
    return (
      observation.kind === 'sample' &&
      observation.workers.some(({exit}) => exit && 'code' in exit && (exit.code === 3 || exit.code === 4))
    );
  });
}

export function openChanges(id: ProcessId, options: ChangesOptions): SideSource {
  const {root = '/proc', owner, at, packages} = options;
  const cwd = attempt(() => fs.readlinkSync(`${root}/${id.pid}/cwd`), owner);
  const folders: Folders = {
    application: cwd.kind === 'ok' ? openFolder(`${root}/${id.pid}/cwd`) : undefined,
    packages: packages === undefined ? undefined : openFolder(posix.join(`${root}/${id.pid}/root`, packages)),
  };
  const controlGroups = valueOf(readText(`${root}/${id.pid}/cgroup`, 65_536)) ?? '';
  const unitName = unitOf(controlGroups);
  const ending = new AbortController();
  let isLooking = false;
  let dueMs: number | undefined = at.monotonicMs + firstLookAfterMs;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let isAsked = false;
  let before: NewestFiles | undefined;
  let last: NewestFiles | undefined;
  let found: ReadonlyArray<Omit<ChangesObserved, 'at'>> = [];

  const look = async (): Promise<void> => {
    const {signal} = ending;
    const shown = unitName === undefined ? undefined : await showUnit(unitName, isUserUnit(controlGroups), signal);
    // A large folder takes its time, and what the unit says is wanted as soon as its first worker dies.
    if (shown && before === undefined && !signal.aborted)
      found = [{kind: 'changes', id, files: [], removed: [], complete: false, unit: shown.unit}];
    const application =
      folders.application === undefined
        ? undefined
        : // A service without a working directory of its own runs in "/": only what lies there openly is its own.
          await newestFiles(held(folders.application), {
            signal,
            ...(cwd.kind === 'ok' && cwd.value === '/' && {depth: 2}),
          });
    const installed = folders.packages === undefined ? [] : await newestPackages(held(folders.packages), signal);
    const units = await unitFiles(shown?.files ?? []);
    if (signal.aborted) return;

    const removed =
      before?.complete && application?.complete ? [...before.names].filter((name) => !application.names.has(name)) : [];
    before ??= application;
    last = application;
    const whole = {
      kind: 'changes',
      id,
      files: newest([...(application?.files ?? []), ...installed, ...units], 30),
      removed: removed.slice(0, removedKept).map((name) => redact(name, {maxLength: 200})),
      complete: application?.complete === true,
      ...(shown && {unit: shown.unit}),
    } as const;
    found = [...found, whole];
  };

  const state = (): SourceState => {
    if (cwd.kind !== 'ok') return stateOf('changes', cwd);
    return last?.complete === false
      ? {id: 'changes', state: 'partly', why: 'the folder of the application is too large to be looked through whole'}
      : {id: 'changes', state: 'ok'};
  };

  return {
    state,
    take: (now, seen) => {
      if (showsFailedBoot(seen)) {
        isAsked = true;
        dueMs = Math.min(dueMs ?? Infinity, Math.max(now.monotonicMs, lookedMs + looksApartMs));
      }
      if (dueMs !== undefined && now.monotonicMs >= dueMs && !isLooking) {
        dueMs = undefined;
        isLooking = true;
        // The look after the attach keeps none waiting that a failed boot asks for.
        if (isAsked) lookedMs = now.monotonicMs;
        isAsked = false;
        void look().finally(() => {
          isLooking = false;
          if (ending.signal.aborted) closeFolders(folders);
        });
      }

      const news = found.map((one): ChangesObserved => ({...one, at: now}));
      found = [];
      return news;
    },
    close: () => {
      ending.abort();
      // A descriptor that is closed under a walk could be another file by the next step of it.
      if (!isLooking) closeFolders(folders);
    },
  };
}

function closeFolders({application, packages}: Folders): void {
  for (const fd of [application, packages]) if (fd !== undefined) fs.closeSync(fd);
}
