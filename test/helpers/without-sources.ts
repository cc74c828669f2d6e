import type {Observation, Sample, WorkerSample} from '../../source/observation.js';
import type {SourceId} from '../../source/source-state.js';

/** The same observations as somebody makes them who may not read these sources. */
export function withoutSources(
  observations: readonly Observation[],
  without: readonly SourceId[],
): readonly Observation[] {
  return observations.flatMap((observation): readonly Observation[] => {
    switch (observation.kind) {
      case 'attached': {
        const sources = observation.sources.map((source) =>
          without.includes(source.id) ? {id: source.id, state: 'off' as const} : source,
        );
        const settings = without.includes('settings') ? {} : observation.master.settings;
        return [{...observation, sources, master: {...observation.master, settings}}];
      }
      case 'log':
      case 'access':
        return without.includes('log') ? [] : [observation];
      case 'source':
        return without.includes(observation.source.id) ? [] : [observation];
      case 'sample':
        return [sampleWithout(observation, without)];
      case 'settings':
        return without.includes('settings') ? [] : [observation];
      case 'kernel':
        return without.includes(observation.source) ? [] : [observation];
      case 'peek':
        return without.includes('peek') ? [] : [observation];
      case 'changes':
      case 'history':
      case 'master-gone':
        return [observation];
    }
  });
}

function sampleWithout(sample: Sample, without: readonly SourceId[]): Sample {
  const {memory, cpu, ...rest} = sample;
  return {
    ...rest,
    workers: sample.workers.map((worker) => workerWithout(worker, without)),
    ...(memory && !without.includes('memory') && {memory}),
    ...(cpu && !without.includes('cpu') && {cpu}),
  };
}

function workerWithout(worker: WorkerSample, without: readonly SourceId[]): WorkerSample {
  const {heartbeat, activity, exit, ...rest} = worker;
  return {
    ...rest,
    ...(heartbeat && !without.includes('heartbeat') && {heartbeat}),
    ...(activity && !without.includes('activity') && {activity}),
    ...(exit && !without.includes('exits') && {exit}),
  };
}
