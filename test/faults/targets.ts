import {classPackages} from '../helpers/worker-class.js';
import {gunicornEnvironment, gunicornVersions, type GunicornVersion} from '../helpers/python.js';
import type {Target} from './fault.js';

/** The classes of gunicorn itself, in every version. */
const workerClasses = ['sync', 'gthread'] as const;

/** Those that a version or a package brings: gunicorn's own asgi, and the two that are most often put beside it. */
const otherClasses = [
  ['23.0.0', 'gevent'],
  ['newest', 'gevent'],
  ['26.1.0', 'asgi'],
  ['newest', 'asgi'],
  ['23.0.0', 'uvicorn'],
  ['newest', 'uvicorn'],
] as const;

/** A target of the suite. Makes the version's environment if there is none yet, to learn what `newest` is. */
export async function targetOf(
  version: GunicornVersion,
  workerClass: Target['workerClass'],
  log: Target['log'] = 'file',
): Promise<Target> {
  const environment = await gunicornEnvironment(version, classPackages(workerClass));
  return {version, major: Number.parseInt(environment.version, 10), workerClass, log};
}

/**
 * Every version and class with a log in a file, and the oldest and the newest version again with one that nobody can
 * read. What the file could tell is left out by some of those who look, too: see sights.ts.
 */
export async function allTargets(): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const version of gunicornVersions) {
    for (const workerClass of workerClasses) {
      targets.push(await targetOf(version, workerClass));
    }
  }

  for (const [version, workerClass] of otherClasses) {
    targets.push(await targetOf(version, workerClass));
  }

  const [oldest, newest] = [targets[0]!, targets.findLast((target) => target.workerClass === 'gthread')!];
  return [...targets, {...oldest, log: 'pipe'}, {...newest, log: 'pipe'}];
}

/** "23.0.0 sync", with "no log" behind it where the log cannot be read. */
export function nameOf(target: Target): string {
  return [target.version, target.workerClass, ...(target.log === 'pipe' ? ['no log'] : [])].join(' ');
}
