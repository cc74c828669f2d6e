/**
 * The sampler where there is no procfs: what `ps` tells, about once a second, and nothing else.
 *
 * `ps` is a program to be waited for, so a sample shows what the last round brought and starts the next one.
 */
import {effectiveSettings} from '../gunicorn/effective-settings.js';
import type {Moment, Sample, WorkerSample} from '../observation.js';
import type {SourceState} from '../source-state.js';
import type {FoundMaster} from './masters.js';
import {listProcesses, ticksOf, type ListedProcess} from './processes.js';
import type {Sampler} from './sampler.js';
import {sampledSourceIds} from './source-states.js';
import {openUsageReader, type UsageReader} from './usage.js';

export type PortableOptions = {
  readonly list?: () => Promise<readonly ListedProcess[]>;
  readonly usage?: UsageReader;
};

const roundEveryMs = 975;

const sources: readonly SourceState[] = sampledSourceIds.map((id) =>
  id === 'processes' ? {id, state: 'ok'} : {id, state: 'unsupported', why: 'not on this platform'},
);

/** Nobody else's children are known here: every child counts as a worker. */
export function openPortableSampler(master: FoundMaster, options: PortableOptions = {}): Sampler {
  const {list = () => listProcesses(), usage = openUsageReader()} = options;
  const {pid, startTicks} = master.id;
  let workers: readonly WorkerSample[] = [];
  let startedAtMs = Number.NEGATIVE_INFINITY;
  let isUnderWay = false;
  let isGone = false;
  let isGoneTold = false;
  let isClosed = false;

  const look = async (): Promise<void> => {
    const processes = await list();
    const self = processes.find((process) => process.pid === pid && ticksOf(process) === startTicks);
    const known = new Set(workers.map(({id}) => id.pid));
    const children = processes.filter((process) =>
      self === undefined ? known.has(process.pid) : process.parentPid === pid,
    );
    const used = await usage.read(children.map((child) => child.pid));
    if (isClosed) return;

    isGone = self === undefined;
    workers = children.flatMap((child) => {
      const now = used.get(child.pid);
      if (now === undefined) return [];

      return {
        id: {pid: child.pid, startTicks: ticksOf(child)},
        parentPid: child.parentPid,
        kind: 'worker' as const,
        processState: 'S',
        cpuMs: now.cpuMs,
        rssBytes: now.rssBytes,
      };
    });
  };

  const sample = (at: Moment, lateMs: number): Sample => {
    if (!isUnderWay && at.monotonicMs - startedAtMs >= roundEveryMs) {
      isUnderWay = true;
      startedAtMs = at.monotonicMs;
      void look().finally(() => {
        isUnderWay = false;
      });
    }

    return {
      kind: 'sample',
      at,
      lateMs,
      ...(!isGone && {master: {id: master.id, processState: 'S', deadChildrenMinorFaults: 0}}),
      workers,
    };
  };

  return {
    attached: (target, at) => ({
      kind: 'attached',
      at,
      target,
      master: {
        id: master.id,
        startedWallMs: master.startedWallMs ?? at.wallMs,
        parentPid: master.parentPid,
        ...(master.user !== undefined && {user: master.user}),
        settings: effectiveSettings({argv: master.commandLine.split(' ')}),
      },
      sources,
    }),
    sources: () => sources,
    history: [],
    sample,
    observe: (at, lateMs) => {
      const taken = sample(at, lateMs);
      if (!isGone || isGoneTold) return [taken];

      isGoneTold = true;
      return [taken, {kind: 'master-gone', at, id: master.id}];
    },
    masterIsGone: () => isGone,
    watched: () => workers.length + (isGone ? 0 : 1),
    closeAll: () => {
      isClosed = true;
    },
  };
}
