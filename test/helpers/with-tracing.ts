import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';

/**
 * The command that runs another with tracefs mounted, as it is on nearly every machine: where it is not, in a mount
 * namespace of its own, by the same process all the way. The command itself where that cannot be had.
 */
export function withTracing(command: readonly string[]): readonly string[] {
  return [...launcher, ...command];
}

const mounting = [
  'unshare',
  '-m',
  '--propagation',
  'private',
  'sh',
  '-c',
  'mount -t tracefs tracefs /sys/kernel/tracing && exec "$@"',
  'sh',
];

function isMounted(): boolean {
  return / - tracefs /.test(readFileSync('/proc/self/mountinfo', 'utf8'));
}

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const needsMount = isRoot && !isMounted();
const canMount = needsMount && spawnSync(mounting[0]!, [...mounting.slice(1), 'true']).status === 0;
const launcher: readonly string[] = canMount ? mounting : [];

/** Whether a command that is run like that can read the kernel's trace. */
export const hasTracing = canMount || (isRoot && !needsMount);
