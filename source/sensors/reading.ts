/**
 * The one place that turns an error of the operating system into meaning.
 *
 * Everything a sensor reads may vanish, be refused or not exist on this kernel; each is an ordinary answer. Only an
 * error that is no error of the system, and so our own bug, goes on as an exception.
 */
import fs from 'node:fs';
import type {Reading} from '../observation.js';

/** Every outcome but a value. */
export type NoReading = Exclude<Reading<never>, {readonly kind: 'ok'}>;

/** Whose file it is: what refuses depends on it. */
export type Owner = {
  /** User of the target process; undefined when unknown. */
  readonly uid?: number;
};

export const gone: NoReading = {kind: 'gone'};

const otherUser = 'file mode (another user)';
const capabilities = 'missing capabilities (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH)';
const notDumpable = 'the process itself (it changed its user after it started, so even that user may not look)';
const kernelRules = 'the rules of this kernel or container for looking into processes';

/** How strict Yama is, and the words for it; undefined where it refuses nothing. */
export function yamaRule(root = '/proc'): {readonly scope: number; readonly text: string} | undefined {
  try {
    const scope = Number(fs.readFileSync(`${root}/sys/kernel/yama/ptrace_scope`, 'utf8'));
    return scope > 0 ? {scope, text: `Yama (kernel.yama.ptrace_scope is ${scope})`} : undefined;
  } catch {
    return undefined;
  }
}

/** Names what refused, in words. EPERM comes from a security module, EACCES from modes and dumpability. */
function refusedBy(code: string, owner: Owner): string {
  const us = process.geteuid?.();
  if (us === 0) return capabilities;
  if (owner.uid !== undefined && owner.uid !== us) return otherUser;
  if (code === 'EPERM') return yamaRule()?.text ?? kernelRules;

  return owner.uid === undefined ? otherUser : notDumpable;
}

/** What would lift a refusal, in words; undefined when nothing the user can do would. */
export function unlockOf(denied: {readonly by: string}): string | undefined {
  if (denied.by === otherUser) return 'run gunspect as the same user, or as root';
  if (denied.by === notDumpable || denied.by.startsWith('Yama')) return 'run gunspect as root';
  if (denied.by === capabilities) return 'give gunspect CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH';

  return undefined;
}

/** The meaning of what a system call threw. Throws it again when the system did not. */
export function meaningOf(error: unknown, owner: Owner = {}): NoReading {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error;

  switch (code) {
    case 'ENOENT':
    case 'ESRCH':
    case 'ENOTDIR':
      return gone;
    case 'EACCES':
    case 'EPERM':
      return {kind: 'denied', by: refusedBy(code, owner)};
    case 'ENOSYS':
    case 'EOPNOTSUPP':
    case 'ENOTSUP':
    case 'ENODEV':
    case 'ENXIO':
      return {kind: 'unsupported', why: 'this kernel does not offer it'};
    case 'EMFILE':
    case 'ENFILE':
      return {kind: 'failed', why: 'too many files are open; raise the limit with ulimit -n'};
    default:
      return {kind: 'failed', why: `the system answered ${code}`};
  }
}

/** Runs one read and gives its value, or the reason there is none. */
export function attempt<T>(read: () => T, owner?: Owner): Reading<T> {
  try {
    return {kind: 'ok', value: read()};
  } catch (error) {
    return meaningOf(error, owner);
  }
}

/** The value, or undefined when there is none and the reason does not matter. */
export function valueOf<T>(reading: Reading<T>): T | undefined {
  return reading.kind === 'ok' ? reading.value : undefined;
}
