/** The sampler over procfs. */
import type {Attached, Moment, Observation, Sample} from '../observation.js';
import type {SourceState} from '../source-state.js';
import {armSources, type ArmedSources, type ArmOptions} from './armed-sources.js';
import {openChildren} from './children.js';
import {startedWallMs} from './machine.js';
import {watchMaster, type MasterWatch} from './master-watch.js';
import type {FoundMaster} from './masters.js';
import {valueOf} from './reading.js';
import type {Sampler} from './sampler.js';

/** A second less the jitter of a timer. */
const slowEveryMs = 975;

function attachedTo(
  master: FoundMaster,
  watch: MasterWatch,
  {settings}: ArmedSources,
  root: string,
): (target: string, at: Moment, sources: readonly SourceState[]) => Attached {
  return (target, at, sources) => ({
    kind: 'attached',
    at,
    target,
    master: {
      id: master.id,
      startedWallMs: valueOf(startedWallMs(master.id.startTicks, at.wallMs, root)) ?? at.wallMs,
      ...(watch.nsPid !== undefined && {nsPid: watch.nsPid}),
      parentPid: watch.isGone() ? master.parentPid : watch.stat().parentPid,
      ...(master.user !== undefined && {user: master.user}),
      settings,
    },
    sources,
  });
}

/** What the log said since the last tick, and by when that had been read. */
function readLog(
  {log}: ArmedSources,
  clock: () => Moment,
): {readonly said: readonly Observation[]; readonly at: Moment} {
  const read = log?.read();
  const at = clock();
  if (read === undefined) return {said: [], at};

  const said: Observation[] = read.events.map((event) => ({kind: 'log', at, event}));
  if (read.requests.length > 0) said.push({kind: 'access', at, requests: read.requests});
  return {said, at};
}

export function openProcSampler(master: FoundMaster, options: ArmOptions): Sampler {
  const {root, clock} = options;
  const watch = watchMaster(master.id, root);
  const armed = armSources(master, watch, options);
  const children = openChildren(master.id.pid, root);
  const attached = attachedTo(master, watch, armed, root);
  let slowAtMs = Number.NEGATIVE_INFINITY;
  let shown: readonly SourceState[] = [];

  const isSlowAt = (at: Moment): boolean => at.monotonicMs - slowAtMs >= slowEveryMs;

  const sample = (at: Moment, lateMs: number): Sample => {
    const isSlow = isSlowAt(at);
    if (isSlow) {
      slowAtMs = at.monotonicMs;
      armed.sockets.refresh();
    }

    watch.read();
    const isGone = watch.isGone();
    const {state, deadChildrenMinorFaults} = watch.stat();
    const workers = armed.brood.read(isGone ? [] : children.read(isSlow), at, isSlow, isGone);
    const listeners = isSlow ? armed.traffic?.read() : undefined;
    const network = isSlow ? armed.traffic?.network() : undefined;
    const memory = isSlow ? armed.memory?.read() : undefined;
    const cpu = isSlow ? armed.cpu?.read() : undefined;
    return {
      kind: 'sample',
      at,
      tookMs: Math.max(0, Math.ceil((clock().monotonicMs - at.monotonicMs) * 10) / 10),
      lateMs,
      ...(!isGone && {master: {id: master.id, processState: state, deadChildrenMinorFaults}}),
      workers,
      ...(listeners !== undefined && {listeners}),
      ...(network !== undefined && {network}),
      ...(memory !== undefined && {memory}),
      ...(cpu !== undefined && {cpu}),
    };
  };

  const changes = (at: Moment): readonly Observation[] => {
    const before = shown;
    shown = armed.states();
    return shown
      .filter(({state, why}, index) => state !== before[index]?.state || why !== before[index]?.why)
      .map((source) => ({kind: 'source', at, source}));
  };

  // One look at everything, so that the states are those of sources that were tried.
  sample(options.at, 0);
  slowAtMs = Number.NEGATIVE_INFINITY;
  shown = armed.states();

  return {
    attached: (target, at) => attached(target, at, shown),
    sources: () => shown,
    history: armed.log?.history ?? [],
    sample,
    observe: (begunAt, lateMs) => {
      const wasGone = watch.isGone();
      const isSlow = isSlowAt(begunAt);
      // Records were printed before this, and whatever else is seen is so after it.
      const {said, at} = readLog(armed, clock);
      const taken = sample(at, lateMs);
      const told = armed.kernel.read(at, taken.workers, isSlow);
      const isNewlyGone = watch.isGone() && !wasGone;
      if (isSlow) armed.log?.rescan();
      const aside = armed.aside.flatMap((source) => source.take(at, [...said, taken]));

      return [
        ...(isSlow ? changes(clock()) : []),
        ...said,
        ...aside,
        ...(armed.past?.take(at) ?? []),
        taken,
        ...told,
        ...(isNewlyGone ? [{kind: 'master-gone' as const, at, id: master.id}] : []),
      ];
    },
    masterIsGone: watch.isGone,
    watched: () => armed.brood.size() + (watch.isGone() ? 0 : 1),
    logPositions: () => armed.log?.positions() ?? new Map<string, number>(),
    journalReadUntilUs: armed.journalReadUntilUs,
    closeAll: () => {
      armed.close();
      children.close();
      watch.close();
    },
  };
}
