import {test} from 'vitest';
import type {GunicornVersion} from '../helpers/python.js';
import type {Target} from './fault.js';
import {faultNamed} from './faults.js';
import {explain, resultOf} from './results.js';
import {sightsOf, type Sight} from './sights.js';
import {nameOf, targetOf} from './targets.js';
import {runTrial} from './trial.js';

/** Every cause at least once, spread over versions and classes so that each of them is met: the rest is in `all.test.ts`. */
const core: readonly (readonly [string, GunicornVersion, Target['workerClass'], Target['log']?])[] = [
  ['timeout-c-code', '23.0.0', 'gthread'],
  ['timeout-spin', '21.2.0', 'sync'],
  ['timeout-cpu-starved', '23.0.0', 'sync'],
  ['timeout-sleep', '20.1.0', 'sync'],
  ['timeout-sleep', 'newest', 'sync', 'pipe'],
  ['timeout-sleep-client-holds', 'newest', 'sync'],
  ['timeout-silent-client', '23.0.0', 'sync'],
  ['timeout-stopped', 'newest', 'gthread'],
  ['kill-idle', '20.1.0', 'gthread'],
  ['kill-idle', '23.0.0', 'sync', 'pipe'],
  ['kill-busy', 'newest', 'gthread'],
  ['hup-one-worker', 'newest', 'sync'],
  ['segfault', '21.2.0', 'gthread'],
  ['abort', '20.1.0', 'sync'],
  ['os-exit-7', '23.0.0', 'sync'],
  ['os-exit-0', 'newest', 'sync'],
  ['sys-exit-7', '21.2.0', 'sync'],
  ['sys-exit-7', 'newest', 'gthread'],
  ['sys-exit-survived', '23.0.0', 'sync'],
  ['boot-import-error', 'newest', 'sync'],
  ['boot-import-error', '20.1.0', 'gthread'],
  ['max-requests', '23.0.0', 'gthread'],
  ['max-requests', '20.1.0', 'sync'],
  ['reload-idle', '21.2.0', 'sync'],
  ['reload-busy', 'newest', 'gthread'],
  ['scale-down', '23.0.0', 'sync'],
  ['scale-up', 'newest', 'sync'],
  ['master-term', '20.1.0', 'gthread'],
  ['master-int', '21.2.0', 'gthread'],
  ['master-kill', '23.0.0', 'sync'],
  ['upgrade', '23.0.0', 'gthread'],
  ['healthy-idle', 'newest', 'sync'],
  ['healthy-loaded', '21.2.0', 'gthread'],
  ['healthy-loaded', '23.0.0', 'sync'],
  ['timeout-loop-blocked', 'newest', 'asgi'],
  ['reload-idle', '23.0.0', 'gevent'],
  ['lifespan-failed', 'newest', 'uvicorn'],
];

/** As whoever sees most, and from one of the other places in turn: every place is looked from several times. */
function someSights(target: Target, index: number): readonly Sight[] {
  const [first, ...others] = sightsOf(target);
  return [first, others[index % others.length]].filter((sight) => sight !== undefined);
}

for (const [index, [id, version, workerClass, log]] of core.entries()) {
  const target = await targetOf(version, workerClass, log);
  test.concurrent(`${id} is judged rightly in ${nameOf(target)}`, {timeout: 120_000}, async ({expect}) => {
    const result = resultOf(await runTrial(faultNamed(id), target, someSights(target, index)));
    expect([...result.invalid, ...result.wrong], explain(result)).toEqual([]);
  });
}
