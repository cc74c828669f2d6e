/** The sentence of workers that hang and still live: how many, where, and when gunicorn will kill the first of them. */
import {pathOf} from '../ledger/paths.js';
import type {LifeRow} from '../ledger/worker-row.js';

/** "3 workers are stuck in POST /checkout, waiting for 10.0.3.7:5432; gunicorn kills 9101 in 2 s". */
export function stuckText(stuck: readonly LifeRow[]): string {
  const next = stuck.toSorted((a, b) => (a.killInSeconds ?? Infinity) - (b.killInSeconds ?? Infinity))[0];
  const kill = next?.killInSeconds;
  const when =
    kill === undefined
      ? ''
      : kill > 0
        ? `; gunicorn kills ${next?.pid} in ${Math.ceil(kill)} s`
        : `; gunicorn kills ${next?.pid} now`;
  const states = [...new Set(stuck.map(({state}) => state))];
  const each =
    states.length === 1
      ? `${stuck.length} ${stuck.length === 1 ? 'worker is' : 'workers are'} ${next?.state}`
      : `${stuck.length} workers are ${states.map((state) => `${state} (${stuck.filter((row) => row.state === state).length})`).join(', ')}`;
  return `${each}${placeOfStuck(stuck)}${when}`;
}

/** " in POST /checkout, waiting for 10.0.3.7:5432", as far as all of them are there. */
function placeOfStuck(stuck: readonly LifeRow[]): string {
  const shared = (valueOf: (row: LifeRow) => string | undefined) => {
    const values = new Set(stuck.map(valueOf));
    return values.size === 1 ? [...values][0] : undefined;
  };
  const path = shared(({request}) =>
    request?.path === undefined ? undefined : pathOf({...request, path: request.path}),
  );
  const peer = shared(({blockedOn}) => blockedOn);
  return `${path === undefined ? '' : ` in ${path}`}${peer === undefined ? '' : `, waiting for ${peer}`}`;
}
