import {deliberateEnds} from './deliberate-ends.js';
import type {Ending, Gunicorn} from './ending.js';
import {failedBoots} from './failed-boots.js';
import {suddenEnds} from './sudden-ends.js';
import {timeouts} from './timeouts.js';

export const endings: readonly Ending[] = [...timeouts, ...suddenEnds, ...deliberateEnds, ...failedBoots];

const targets: ReadonlyArray<Omit<Gunicorn, 'quietSeconds'>> = [
  ...['20.0.4', '20.1.0', '21.2.0', '22.0.0', '23.0.0', '24.1.1', '26.1.0'].map((version) => ({
    version,
    workerClass: 'sync',
  })),
  ...['20.1.0', '23.0.0', '26.1.0'].map((version) => ({version, workerClass: 'gthread'})),
  {version: '23.0.0', workerClass: 'uvicorn_worker.UvicornWorker'},
];

/** Every ending in every version and class in which it happens, watched for a while before. */
export function everyEnding(
  quietSeconds: number,
): ReadonlyArray<{readonly name: string; readonly ending: Ending; readonly gunicorn: Gunicorn}> {
  return endings.flatMap((ending) =>
    targets
      .map((target): Gunicorn => ({...target, quietSeconds}))
      .filter(ending.happensIn)
      .map((gunicorn) => ({name: `${ending.id} ${gunicorn.version} ${gunicorn.workerClass}`, ending, gunicorn})),
  );
}
