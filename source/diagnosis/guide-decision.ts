/** Step 5 of the guide: startup failure, runtime pressure or normal recycle, and what it still rests on. */
import type {Finding, GuideCase} from './guide-case.js';
import {harmOfAll} from './harm.js';

/** The two mistakes that the guide's order prevents, said as long as they could be made. */
const tooEarly = 'leave the number of workers and the timeout as they are until then';

/** `found` are the findings of steps 1 to 4. */
export function decision({recent, faults, bootLoop, pattern}: GuideCase, found: readonly Finding[]): Finding {
  if (recent.length === 0 && !bootLoop)
    return {state: 'quiet', text: 'nothing to decide: no restart in the last 15 minutes'};
  const recycles = recent.filter(({expected}) => expected === true);
  const visible = recycles.length === 0 ? '' : harmOfAll(recycles);
  if (faults.length === 0 && !bootLoop) return {state: 'found', text: `normal recycle: ${visible}`};
  const open = found.slice(0, 3).flatMap(({state}, index) => (state === 'missing' ? [index + 1] : []));
  const text = [decided[pattern.branch], ...(visible === '' ? [] : [`beside it ${visible}`])].join('; ');
  if (open.length === 0 && pattern.branch !== 'unknown') return {state: 'found', text};
  const steps = open.length === 0 ? 'step 1' : `${open.length === 1 ? 'step' : 'steps'} ${open.join(' and ')}`;
  return {
    state: 'missing',
    text:
      pattern.branch === 'unknown' ? `cannot be decided yet; ${tooEarly}` : `${text}; not sure yet, and ${tooEarly}`,
    missing: [{what: `a finding of ${steps}`, how: 'see there'}],
  };
}

const decided: Readonly<Record<GuideCase['pattern']['branch'], string>> = {
  boot: 'startup failure: the application does not start, and neither traffic nor gunicorn has to do with it',
  runtime: 'runtime pressure: workers end while they serve, so look at the requests before any setting',
  recycle: 'a recycle that did not go well: it was asked for, and what overran it is the fault',
  platform: 'the platform: the master was stopped, replaced or lost, and its workers with it',
  unknown: 'cannot be decided yet',
};
