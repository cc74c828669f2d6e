/**
 * Whether Yama keeps us from looking into a process of our own user (Documentation/admin-guide/LSM/Yama.rst).
 *
 * It is asked before anything is opened that Yama guards, /proc/<pid>/mem and /proc/<pid>/syscall: the kernel writes
 * each refusal into its log, with our name, and on a server that looks like an attack (security/yama/yama_lsm.c,
 * report_access).
 */
import {readText} from './files.js';
import {readStat} from './procfs.js';
import {valueOf, yamaRule, type NoReading, type Owner} from './reading.js';

/** CAP_SYS_PTRACE, as a bit of `CapEff` (capabilities(7), proc_pid_status(5)). */
const sysPtrace = 1n << 19n;

/** Deeper than any launcher starts a server. */
const mostAncestors = 64;

/** What it refuses; undefined where it does not, or where the target is another user's, which is refused before. */
export function refusedByYama(
  pid: number,
  root = '/proc',
  owner: Owner = {},
  us = {pid: process.pid, uid: process.geteuid?.()},
): NoReading | undefined {
  const rule = owner.uid === us.uid ? yamaRule(root) : undefined;
  if (rule === undefined) return undefined;

  const mayTrace = rule.scope < 3 && hasCapability(us.pid, root);
  // In the weakest scope a parent may look into its children, as the demo does into its server.
  const isAllowed = mayTrace || (rule.scope === 1 && isBelow(pid, us.pid, root));
  return isAllowed ? undefined : {kind: 'denied', by: rule.text};
}

function hasCapability(pid: number, root: string): boolean {
  const status = valueOf(readText(`${root}/${pid}/status`, 65_536)) ?? '';
  const effective = /^CapEff:\t([0-9a-f]+)$/m.exec(status)?.[1];
  return effective !== undefined && (BigInt(`0x${effective}`) & sysPtrace) !== 0n;
}

function isBelow(pid: number, ancestor: number, root: string): boolean {
  let at: number | undefined = pid;
  for (let depth = 0; depth < mostAncestors && at !== undefined && at > 1; depth++) {
    if (at === ancestor) return true;
    at = valueOf(readStat(at, root))?.parentPid;
  }

  return false;
}
