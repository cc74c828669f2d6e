/**
 * Tells of a death at once: the kernel wakes one call that waits, on a thread of its own, for all pidfds together.
 *
 * It costs nothing while nobody dies. What is told is that the process has died, and not that it was reaped.
 */
import {endianness} from 'node:os';
import type {Reading} from '../observation.js';
import {loadNativeLibrary} from './native-library.js';

export type DeathWatch = {
  /** Calls back once, when the process of this pidfd has died. False when it cannot be watched. */
  readonly watch: (pidfd: number, onDeath: () => void) => boolean;
  readonly unwatch: (pidfd: number) => void;
  /** To be called on every way out: a call that waits holds up the end of the program, for a second at most. */
  readonly close: () => void;
};

const closeOnExec = 0o2_000_000; // EPOLL_CLOEXEC, EFD_CLOEXEC
const add = 1; // EPOLL_CTL_ADD
const remove = 2; // EPOLL_CTL_DEL
const readable = 1; // EPOLLIN

const eventsAtOnce = 64;
const waitMs = 1000;

/** `struct epoll_event` is packed on x86-64 only (epoll_event(3type)): events of 4 bytes, then 8 bytes of our own. */
const isPacked = process.arch === 'x64';
const dataOffset = isPacked ? 4 : 8;
const eventBytes = isPacked ? 12 : 16;

/** All Linux machines that Node runs on but one (s390x) have the low byte first. */
const isLittleEndian = endianness() === 'LE';

export function openDeathWatch(): Reading<DeathWatch> {
  if (!isLittleEndian) return {kind: 'unsupported', why: 'not on this processor'};

  const library = loadNativeLibrary();
  if (library.kind !== 'ok') return library;

  const {func, errno} = library.value;
  const create = func('int epoll_create1(int flags)');
  const control = func('int epoll_ctl(int epoll, int operation, int descriptor, const uint8_t *event)');
  const wait = func('int epoll_wait(int epoll, _Out_ uint8_t *events, int most, int timeout)');
  const eventfd = func('int eventfd(unsigned int value, int flags)');
  const write = func('intptr_t write(int descriptor, const uint8_t *data, size_t length)');
  const closeDescriptor = func('int close(int descriptor)');

  const epoll = Number(create(closeOnExec));
  const alarm = Number(eventfd(0, closeOnExec));
  if (epoll < 0 || alarm < 0) return {kind: 'failed', why: `deaths cannot be waited for (errno ${errno()})`};

  const watched = new Map<number, () => void>();
  const events = Buffer.alloc(eventsAtOnce * eventBytes);
  const wanted = Buffer.alloc(eventBytes);
  let isClosed = false;

  const include = (descriptor: number): boolean => {
    wanted.fill(0);
    wanted.writeUInt32LE(readable, 0);
    wanted.writeUInt32LE(descriptor, dataOffset);
    return Number(control(epoll, add, descriptor, wanted)) === 0;
  };
  const unwatch = (pidfd: number): void => {
    if (watched.delete(pidfd)) control(epoll, remove, pidfd, wanted);
  };
  const tell = (count: number): void => {
    for (let index = 0; index < count; index++) {
      const pidfd = events.readUInt32LE(index * eventBytes + dataOffset);
      const onDeath = watched.get(pidfd);
      onDeath?.();
      unwatch(pidfd);
    }
  };
  const waitForMore = (): void => {
    wait.async(epoll, events, eventsAtOnce, waitMs, (error: unknown, count: number) => {
      if (isClosed) {
        closeDescriptor(epoll);
        closeDescriptor(alarm);
        return;
      }
      // Interrupted by a signal of ours, it is begun anew.
      if (error === null) tell(count);
      waitForMore();
    });
  };

  include(alarm);
  waitForMore();
  return {
    kind: 'ok',
    value: {
      watch: (pidfd, onDeath) => {
        if (!include(pidfd)) return false;
        watched.set(pidfd, onDeath);
        return true;
      },
      unwatch,
      close: () => {
        if (isClosed) return;
        isClosed = true;
        watched.clear();
        write(alarm, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), 8);
      },
    },
  };
}
