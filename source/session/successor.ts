/**
 * Finds the master that took the place of one that ended.
 *
 * A service is found again by what it is called, not by its pid: by the target itself when that survives a restart,
 * else by what was learned of the master while it lived (pid file, listeners, systemd unit, control
 * group).
 */
import type {Attached, ProcessId} from '../observation.js';
import type {FoundMaster} from '../sensors/masters.js';
import {unitOf} from '../sensors/service-unit.js';
import {parseTarget, type ResolvedTarget, type Target} from '../sensors/targets.js';

/** Groups that hold whole sessions, machines or everything, and not one service. */
const notOneGroup = /^$|^(init|session-.*)\.scope$|\.slice$/;

/**
 * The control group in the text of `/proc/<pid>/cgroup` that is likely the service's own, as a container's is: the
 * deepest one.
 */
export function groupOf(controlGroups: string): string | undefined {
  const depthOf = (group: string): number => group.split('/').length;
  return controlGroups
    .split('\n')
    .map((line) => line.replace(/^\d+:[^:]*:/, ''))
    .filter((group) => group.startsWith('/') && !notOneGroup.test(group.slice(group.lastIndexOf('/') + 1)))
    .toSorted((a, b) => depthOf(b) - depthOf(a))[0];
}

/** What to look for when the master is gone, surest first. Empty when nothing but its pid was known. */
export function successorTargets(
  target: Target,
  attached: Attached,
  controlGroups: string | undefined,
): readonly Target[] {
  if (target.survivesRestart && target.form !== 'any') {
    return [target];
  }
  const {pidFile, bind} = attached.master.settings;
  const unit = controlGroups === undefined ? undefined : unitOf(controlGroups);
  const group = controlGroups === undefined || unit !== undefined ? undefined : groupOf(controlGroups);
  const names = [
    // A relative path would be looked up from our own directory.
    pidFile?.value.startsWith('/') ? pidFile.value : undefined,
    ...(bind?.value ?? []),
    unit,
    group && `cgroup:${group}`,
  ];
  const known = names.filter((name) => name !== undefined).map((name) => parseTarget(name));
  return known.length > 0 || target.form !== 'any' ? known : [target];
}

function mastersOf(resolved: ResolvedTarget): readonly FoundMaster[] {
  return resolved.kind === 'found' || resolved.kind === 'ambiguous' ? resolved.masters : [];
}

/** The master that these targets name now and that is not the one before. Of several, one of the same application, the newest. */
export async function findSuccessor(
  targets: readonly Target[],
  before: {readonly id: ProcessId; readonly app: string | undefined; readonly commandLine: string},
  resolve: (target: Target) => Promise<ResolvedTarget>,
): Promise<FoundMaster | undefined> {
  for (const target of targets) {
    // oxlint-disable-next-line no-await-in-loop -- the surest name is asked first, and mostly answers
    const masters = mastersOf(await resolve(target)).filter(
      ({id, role}) => role !== 'dirty-arbiter' && (id.pid !== before.id.pid || id.startTicks !== before.id.startTicks),
    );
    const sameApp = masters.filter(({app}) => app !== undefined && app === before.app);
    // A control group may be that of a whole container, with other services in it, and the same one several times.
    const sameService = sameApp.filter(({commandLine}) => commandLine === before.commandLine);
    const found = (target.form === 'cgroup' ? sameService : sameApp.length > 0 ? sameApp : masters).at(-1);
    if (found) {
      return found;
    }
  }
  return undefined;
}
