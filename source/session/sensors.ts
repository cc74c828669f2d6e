import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Moment, SourceId} from '../observation.js';
import type {FoundMaster} from '../sensors/masters.js';
import {listProcesses, listProcessesFromProc} from '../sensors/processes.js';
import {openSampler, type Sampler} from '../sensors/sampler.js';
import {resolveTarget, type ResolvedTarget, type Target} from '../sensors/targets.js';

/** The ways to the world that a session uses; a test passes others. */
export type Sensors = {
  /** The masters that a target names now. Called several times a second while one is waited for. */
  readonly resolve: (target: Target) => Promise<ResolvedTarget>;
  /** `after` is the sampler of the master before it: the log is read on from where that one stopped. */
  readonly open: (master: FoundMaster, at: Moment, after: Sampler | undefined) => Sampler;
  /** The text of `/proc/<pid>/cgroup` (cgroups(7)); undefined when it cannot be read. */
  readonly controlGroups: (pid: number) => string | undefined;
};

/** The machine's sensors, without the sources that were turned off. */
export function machineSensors(without: ReadonlySet<SourceId>, root = '/proc'): Sensors {
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
    open: (master, at, after) => openSampler(master, {root, without, at, ...(after && {after})}),
    controlGroups(pid) {
      try {
        return readFileSync(join(root, String(pid), 'cgroup'), 'utf8');
      } catch {
        return undefined;
      }
    },
  };
}
