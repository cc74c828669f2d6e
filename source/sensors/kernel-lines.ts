/**
 * Reads records of the kernel log (`/dev/kmsg`, Documentation/ABI/testing/dev-kmsg) for how processes ended.
 *
 * Only records of the kernel itself count: whoever writes into the log from outside gets another facility, whatever
 * the text says. Names of processes are the target's own, so they decide nothing.
 */
import {stripControls} from '../gunicorn/redact.js';
import type {MemoryVictim, ProcessFault} from '../observation.js';

export type KernelRecord = {
  /** Milliseconds since the boot as the log counts them, which is not quite CLOCK_MONOTONIC. */
  readonly loggedMs: number;
  readonly text: string;
};

/** A record as `/dev/kmsg` gives it: "6,2630,8285362321,-;text", continued by lines of keys. Undefined where others wrote it. */
export function parseRecord(record: string): KernelRecord | undefined {
  const found = /^(\d+),\d+,(\d+),[^;]*;([^\n]*)/.exec(record);
  const [, priority, microseconds, text] = found ?? [];
  if (priority === undefined || microseconds === undefined || text === undefined) return undefined;

  // The facility is above the three bits of the level; 0 is the kernel, which nobody else can write as (printk, devkmsg_write).
  return Number(priority) >> 3 === 0 ? {loggedMs: Number(microseconds) / 1000, text} : undefined;
}

type Ending = Omit<MemoryVictim, 'at'> | Omit<ProcessFault, 'at'>;

/** "Memory cgroup out of memory: Killed process 28544 (gunicorn) total-vm:411952kB, anon-rss:150420kB, …" (mm/oom_kill.c). */
const victim =
  /^(?:(Memory cgroup out of memory|Out of memory)[^:]*: )?Killed process (\d+) \(.*\),?(?: UID \d+,)? total-vm:/;
const anonymous = /\banon-rss:(\d+)kB/;

/** "gunicorn[10014]: segfault at 0 ip 00007f12… sp 00007f12… error 4 in libc.so.6[167ad8,7f127ca44000+156000]" (arch/x86/mm/fault.c). */
const segfault = /^.{0,20}\[(\d+)\]: segfault at ([0-9a-f]+) ip [0-9a-f]+ sp [0-9a-f]+ error [0-9a-f]+(.*)$/;
/** "traps: gunicorn[1234] general protection fault ip:7f12… sp:7f12… error:0 in libc.so.6[…]" (arch/x86/kernel/traps.c). */
const trap = /^traps: .{0,20}\[(\d+)\] (?:trap )?([a-z0-9 ]+?) ip:[0-9a-f]+ sp:[0-9a-f]+ error:[0-9a-f]+(.*)$/;
/** Module, offset in it, and where it begins: newer kernels print both in brackets, older ones only "[base+size]". */
const place = /^ in ([^[]{1,200})\[(?:([0-9a-f]+),)?[0-9a-f]+\+[0-9a-f]+\]/;

/** How a process ended, as one record tells; undefined for a record about anything else. */
export function endingIn(text: string): Ending | undefined {
  const killed = victim.exec(text);
  if (killed !== null) {
    const kilobytes = anonymous.exec(text)?.[1];
    return {
      kind: 'memory-victim',
      pid: Number(killed[2]),
      ...(killed[1] !== undefined && {
        scope: killed[1].startsWith('Memory') ? ('cgroup' as const) : ('machine' as const),
      }),
      ...(kilobytes !== undefined && {anonymousBytes: Number(kilobytes) * 1024}),
    };
  }

  const fault = segfault.exec(text);
  if (fault !== null) return faultOf(fault[1], `segfault at ${fault[2]}`, fault[3]);
  const trapped = trap.exec(text);
  return trapped === null ? undefined : faultOf(trapped[1], trapped[2] ?? 'trap', trapped[3]);
}

function faultOf(pid: string | undefined, what: string, rest: string | undefined): Ending {
  const [, module, offset] = place.exec(rest ?? '') ?? [];
  const where = module === undefined ? '' : ` in ${module}${offset === undefined ? '' : `+0x${offset}`}`;
  return {kind: 'fault', pid: Number(pid), text: stripControls(`${what}${where}`)};
}
