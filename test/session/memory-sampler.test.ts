import {expect, test} from 'vitest';
import type {Observation, Peeked, WorkerSample} from '../../source/observation.js';
import type {PeekThread} from '../../source/peek/peek-thread.js';
import type {Sampler} from '../../source/sensors/sampler.js';
import {withMemory} from '../../source/session/memory-sampler.js';
import {moment, peeked, processId, sample, worker} from '../helpers/observations.js';

const id = processId(9101, -60);
const why = 'the process is gone';

/** How the source stands after three samples in which this worker could not be read. */
function sourceAfter(seen: WorkerSample): string | undefined {
  let now = 0;
  const read = (): readonly Peeked[] => [peeked(moment(now), [{id, why}])];
  const thread = {
    take: read,
    plan: () => undefined,
    state: () => ({kind: 'reading', interpreter: '3.11'}),
    givenUp: () => [],
  } as unknown as PeekThread;
  const sampler = {
    observe: (): readonly Observation[] => [sample(moment(now), [seen])],
    sources: () => [],
  } as unknown as Sampler;
  const withPeek = withMemory(sampler, thread, 0);
  for (now = 1; now <= 3; now++) withPeek.observe(moment(now), 0);
  return withPeek.sources().find((source) => source.id === 'peek')?.state;
}

test('a worker that cannot be read takes something from the source; a dead one that was not reaped yet does not', () => {
  expect(sourceAfter(worker(id))).toBe('partly');
  expect(sourceAfter(worker(id, {processState: 'Z'}))).toBe('ok');
});
