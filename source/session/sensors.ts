import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Moment, ProcessId} from '../observation.js';
import type {SourceId} from '../source-state.js';
import type {FoundMaster} from '../sensors/masters.js';
import {listProcesses, listProcessesFromProc} from '../sensors/processes.js';
import {openPeekThread} from '../peek/peek-thread.js';
import type {Plan} from '../peek/thread-messages.js';
import {readStat} from '../sensors/procfs.js';
import {valueOf} from '../sensors/reading.js';
import type {Sampler} from '../sensors/sampler.js';
import {openSampler} from '../sensors/open-sampler.js';
import {resolveTarget, type ResolvedTarget, type Target} from '../sensors/targets.js';
import {withMemory} from './memory-sampler.js';

export type ReadySampler = Sampler & {
  /** Resolves when all of its sources have been read, or let themselves be waited for too long. */
  readonly ready?: () => Promise<void> | undefined;
  /** Says at which worker somebody looks, by pid@startTicks: it is then read more closely than the others. */
  readonly attend?: (workerId: string | undefined) => void;
};

/** The ways to the world that a session uses; a test passes others. */
export type Sensors = {
  /** The masters that a target names now. Called several times a second while one is waited for. */
  readonly resolve: (target: Target) => Promise<ResolvedTarget>;
  /** `after` is the sampler of the master before it: the log is read on from where that one stopped. */
  readonly open: (master: FoundMaster, at: Moment, after: Sampler | undefined) => ReadySampler;
  /** The text of `/proc/<pid>/cgroup` (cgroups(7)); undefined when it cannot be read. */
  readonly controlGroups: (pid: number) => string | undefined;
};

/** The first readings of memory are waited for this long at an attach, so that the first picture has them. */
const answerWithinMs = 400;

/** A master that starts may be gone within a third of a second: it is not waited for. */
const settledAfterMs = 5000;

function isSettled({workers, startedWallMs}: FoundMaster, at: Moment): boolean {
  return workers.length > 0 && startedWallMs !== undefined && at.wallMs - startedWallMs > settledAfterMs;
}

/** The workers that were found with the master, until a sample tells more of them. */
function firstPlan({workers}: FoundMaster, root: string): Plan {
  const ids = workers.flatMap((pid): readonly ProcessId[] => {
    const stat = valueOf(readStat(pid, root));
    return stat === undefined ? [] : [{pid, startTicks: stat.startTicks}];
  });
  return {workers: ids.map((id) => ({id, attention: 'count'})), oneAtATime: false};
}

type SensorOptions = {readonly root?: string; readonly showQuery?: boolean; readonly history?: boolean};

/** The machine's sensors, without the sources that were turned off; with `history` the first master's log is read back. */
export function machineSensors(
  without: ReadonlySet<SourceId>,
  {root = '/proc', showQuery = false, history = false}: SensorOptions = {},
): Sensors {
  return {
    resolve: async (target) =>
      resolveTarget(target, {
        root,
        // Starting `ps` five times a second is no way to wait; it is asked only where there is no procfs.
        list: async () => {
          const processes = listProcessesFromProc(root);
          return processes.length > 0 ? processes : listProcesses({root});
        },
      }),
    open: (master, at, after) => {
      // It starts while the other sources are opened.
      const thread = without.has('peek')
        ? undefined
        : openPeekThread(master.id, {root, showQuery, ...(master.uid !== undefined && {owner: {uid: master.uid}})});
      thread?.plan(firstPlan(master, root));
      const sampler = openSampler(master, {
        root,
        without,
        at,
        history: history && after === undefined,
        ...(after && {after}),
      });
      return withMemory(sampler, thread, isSettled(master, at) ? answerWithinMs : 0);
    },
    controlGroups(pid) {
      try {
        return readFileSync(join(root, String(pid), 'cgroup'), 'utf8');
      } catch {
        return undefined;
      }
    },
  };
}
