/**
 * The three system calls on process descriptors that Node does not offer, through the native library.
 *
 * A pidfd names one process for good and can be held across its death; from Linux 6.15 on it then tells the wait
 * status to whoever holds it, of whatever user. Without the library everything else works.
 */
import os from 'node:os';
import type {Reading} from '../observation.js';
import {isKernelAtLeast} from './kernel-release.js';
import {loadNativeLibrary, type NativeLibrary} from './native-library.js';
import {gone} from './reading.js';

export type Pidfds = {
  /** A descriptor for a living process. It must be closed. */
  readonly open: (pid: number) => Reading<number>;
  /** The raw wait status of a process that was reaped; `undefined` while it was not. */
  readonly waitStatus: (descriptor: number) => Reading<number | undefined>;
  readonly close: (descriptor: number) => void;
  /** Why `waitStatus` tells nothing here; absent where it tells. */
  readonly whyMute?: string;
};

/** The same number on every architecture that Node runs on (Linux 5.3 and newer). */
const sysPidfdOpen = 434;

/** _IOWR(0xFF, 11, struct pidfd_info of 64 bytes), linux/pidfd.h. */
const pidfdGetInfo = 0xc0_40_ff_0b;
const infoBytes = 64;
const infoExit = 8;
const exitCodeOffset = 60;

const ESRCH = 3;
const EMFILE = 24;
const ENFILE = 23;

/** Loads the library and asks the kernel once, for our own process. */
export function loadPidfds(kernelRelease = os.release()): Reading<Pidfds> {
  if (process.platform !== 'linux') return {kind: 'unsupported', why: 'not on this platform'};
  const library = loadNativeLibrary();
  if (library.kind !== 'ok') return library;
  const calls = bind(library.value);
  const own = calls.open(process.pid);
  if (own.kind !== 'ok') return own.kind === 'gone' ? {kind: 'failed', why: 'pidfd_open failed'} : own;
  const probe = calls.waitStatus(own.value);
  calls.close(own.value);
  if (!isKernelAtLeast(kernelRelease, 6, 15))
    return {
      kind: 'ok',
      value: {...calls, whyMute: `Linux ${kernelRelease} tells no exit status to others (6.15 does)`},
    };
  return probe.kind === 'ok'
    ? {kind: 'ok', value: calls}
    : {kind: 'ok', value: {...calls, whyMute: 'this kernel or container refuses PIDFD_GET_INFO'}};
}

function bind(library: NativeLibrary): Omit<Pidfds, 'whyMute'> {
  const syscall = library.func('long syscall(long number, int pid, unsigned int flags)');
  const ioctl = library.func('int ioctl(int descriptor, unsigned long request, _Inout_ uint8_t *argument)');
  const close = library.func('int close(int descriptor)');
  const info = Buffer.alloc(infoBytes);
  return {
    open: (pid) => {
      const descriptor = syscall(sysPidfdOpen, pid, 0) as number;
      return descriptor >= 0 ? {kind: 'ok', value: descriptor} : refusal(library.errno());
    },
    waitStatus: (descriptor) => {
      info.fill(0);
      info.writeUInt32LE(infoExit, 0);
      if ((ioctl(descriptor, pidfdGetInfo, info) as number) !== 0) {
        // Between the death and the reap the kernel knows neither the process nor its status.
        const errno = library.errno();
        return errno === ESRCH ? {kind: 'ok', value: undefined} : refusal(errno);
      }
      const told = (info.readUInt32LE(0) & infoExit) !== 0;
      return {kind: 'ok', value: told ? info.readInt32LE(exitCodeOffset) : undefined};
    },
    close: (descriptor) => {
      close(descriptor);
    },
  };
}

function refusal(errno: number): Reading<never> {
  if (errno === ESRCH) return gone;
  if (errno === EMFILE || errno === ENFILE)
    return {kind: 'failed', why: 'too many files are open; raise the limit with ulimit -n'};
  return {kind: 'unsupported', why: `this kernel or container refuses it (errno ${errno})`};
}
