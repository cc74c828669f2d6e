import {type PythonEnvironment, pythonEnvironment} from '../../source/demo/python-environment.js';

/** The releases of gunicorn that tests run against; `newest` is what pip found when its environment was made. */
export const gunicornVersions = ['20.1.0', '21.2.0', '23.0.0', 'newest'] as const;

/** 26.1.0 is the last one whose asgi class tries a failed start again for ever. */
export type GunicornVersion = (typeof gunicornVersions)[number] | '26.1.0';

/**
 * The tests' own Python with that gunicorn and with more packages where a test needs them, kept in `.cache/python`.
 * `basePython` is the
 * one that it is made from where that matters. The first call takes seconds, so call it where a slow start is allowed for: the time limit of a test is 30 s.
 */
export function gunicornEnvironment(
  version: GunicornVersion,
  packages: readonly string[] = [],
  basePython?: string,
): Promise<PythonEnvironment> {
  return pythonEnvironment({version, packages, cacheFolder: '.cache/python', ...(basePython && {basePython})});
}
