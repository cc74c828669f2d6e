/**
 * A sampler with the memory of the workers beside it: its readings come after the sample of the same tick, which shows
 * whose they are.
 */
import type {Attached, Observation, Peeked, Sample} from '../observation.js';
import type {SourceState} from '../source-state.js';
import type {Settings} from '../gunicorn/settings.js';
import type {PeekThread} from '../peek/peek-thread.js';
import type {Sampler} from '../sensors/sampler.js';
import {offState, stateOf} from '../sensors/source-states.js';
import {planOf} from './attention.js';
import type {ReadySampler} from './sensors.js';

/** Why a worker could not be read, and how often in a row. */
type Refusal = {readonly why: string | undefined; readonly times: number};

/** Without a thread, memory was turned off. `answerWithinMs` is how long the first readings are waited for. */
export function withMemory(sampler: Sampler, thread: PeekThread | undefined, answerWithinMs: number): ReadySampler {
  let settings: Settings = {};
  let selected: string | undefined;
  let waiting: readonly Peeked[] = [];
  let shown: SourceState = stateNow(thread, new Map());
  /** By pid. */
  const refusals = new Map<number, Refusal>();

  const taken = (): readonly Peeked[] => {
    const read = [...waiting, ...(thread?.take() ?? [])];
    waiting = [];
    for (const {workers, master} of read) {
      settings = {...settings, ...master?.settings};
      for (const {id, why} of workers)
        refusals.set(id.pid, {why, times: why === undefined ? 0 : (refusals.get(id.pid)?.times ?? 0) + 1});
    }
    return read;
  };

  const plan = (sample: Sample): void => {
    // A zombie has no memory any more, and its master may take a second to reap it.
    const living = new Set(
      sample.workers.filter(({processState}) => processState !== 'Z' && processState !== 'X').map(({id}) => id.pid),
    );
    for (const pid of refusals.keys()) if (!living.has(pid)) refusals.delete(pid);
    thread?.plan(planOf(sample, settings, selected));
  };

  const change = (sample: Sample): readonly Observation[] => {
    const source = stateNow(thread, refusals);
    const isSame = source.state === shown.state && source.why === shown.why;
    shown = source;
    return isSame ? [] : [{kind: 'source', at: sample.at, source}];
  };

  return {
    ...sampler,
    attend: (workerId) => {
      selected = workerId;
    },
    ready: () => (answerWithinMs > 0 ? thread?.answered(answerWithinMs) : undefined),
    attached: (target, at): Attached => {
      const attached = sampler.attached(target, at);
      waiting = taken();
      settings = {...attached.master.settings, ...settings};
      shown = stateNow(thread, refusals);
      return {
        ...attached,
        master: {...attached.master, settings},
        sources: [...attached.sources, shown],
      };
    },
    sources: () => [...sampler.sources(), shown],
    observe: (at, lateMs) => {
      const observed = sampler.observe(at, lateMs);
      const sample = observed.find((observation): observation is Sample => observation.kind === 'sample');
      if (!sample) return observed;
      const read = taken();
      plan(sample);
      const index = observed.indexOf(sample);
      return [...observed.slice(0, index), ...change(sample), sample, ...read, ...observed.slice(index + 1)];
    },
    closeAll: () => {
      thread?.close();
      sampler.closeAll();
    },
  };
}

/** How memory stands as a source, in words. */
function stateNow(thread: PeekThread | undefined, refusals: ReadonlyMap<number, Refusal>): SourceState {
  if (!thread) return offState('peek');
  const state = thread.state();
  if (state.kind === 'refused') return stateOf('peek', state.reading);
  if (state.kind === 'waiting') return {id: 'peek', state: 'partly', why: 'it has not been read yet'};
  const givenUp = thread.givenUp();
  if (givenUp.length > 0)
    return {
      id: 'peek',
      state: 'partly',
      why: `${list(givenUp)} is left alone: a read of its memory did not come back within 2 s`,
    };
  // A worker that was forked a moment ago is readable the next time.
  const refused = [...refusals].filter(([, {times}]) => times > 1);
  const [first] = refused;
  if (!first) return {id: 'peek', state: 'ok'};
  const who = refused.length === refusals.size ? 'no worker is readable' : list(refused.map(([pid]) => pid));
  return {id: 'peek', state: 'partly', why: `${who}: ${first[1].why ?? ''}`};
}

function list(pids: readonly number[]): string {
  return `worker ${pids.slice(0, 3).join(', ')}${pids.length > 3 ? ` and ${pids.length - 3} more` : ''}`;
}
