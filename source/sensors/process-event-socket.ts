/** The socket of the kernel's process events, opened and read through the native library. */
import os from 'node:os';
import type {Reading} from '../observation.js';
import {isKernelAtLeast} from './kernel-release.js';
import {loadNativeLibrary, type NativeLibrary} from './native-library.js';
import {listenMessage, parseProcessEvent, type ProcessEvent} from './process-events.js';

export type ProcessEventSocket = {
  /** The next event, never waiting: `none` when there is no more, `lost` when some did not fit. Skips what is none of ours. */
  readonly next: () => ProcessEvent | 'none' | 'lost' | 'skipped';
  readonly close: () => void;
};

const domain = 16; // AF_NETLINK
const datagramNonBlockingCloseOnExec = 0o2_004_002;
const connector = 11; // NETLINK_CONNECTOR
const group = 1; // CN_IDX_PROC
const solSocket = 1;
const receiveBuffer = 8; // SO_RCVBUF
/** 8192 events of 76 bytes, each of which takes a whole buffer of the kernel's. */
const bufferBytes = 8_388_608;

const EPERM = 1;
const EACCES = 13;
const ENOBUFS = 105;
const ECONNREFUSED = 111;

function functionsOf(library: NativeLibrary) {
  return {
    socket: library.func('int socket(int domain, int type, int protocol)'),
    bind: library.func('int bind(int descriptor, const uint8_t *address, uint32_t length)'),
    setOption: library.func('int setsockopt(int descriptor, int level, int name, const int *value, uint32_t length)'),
    send: library.func('intptr_t send(int descriptor, const uint8_t *data, size_t length, int flags)'),
    receive: library.func('intptr_t recv(int descriptor, _Out_ uint8_t *data, size_t length, int flags)'),
    close: library.func('int close(int descriptor)'),
  };
}

function refusal(errno: number): Reading<never> {
  if (errno === EPERM || errno === EACCES)
    return {kind: 'denied', by: 'this kernel (before 6.6 it needs CAP_NET_ADMIN)'};
  const why =
    errno === ECONNREFUSED
      ? 'process events are told in the network namespace of the host only'
      : `this kernel or container has no process events (errno ${errno})`;
  return {kind: 'unsupported', why};
}

/** Asks the kernel for process events. */
export function openProcessEventSocket(release = os.release()): Reading<ProcessEventSocket> {
  const loaded = loadNativeLibrary();
  if (loaded.kind !== 'ok') return loaded;

  const library = loaded.value;
  const {socket, bind, setOption, send, receive, close} = functionsOf(library);
  const descriptor = Number(socket(domain, datagramNonBlockingCloseOnExec, connector));
  if (descriptor < 0) return refusal(library.errno());

  const address = Buffer.alloc(12);
  address.writeUInt16LE(domain, 0);
  address.writeUInt32LE(group, 8);
  const message = listenMessage(isKernelAtLeast(release, 6, 6));
  setOption(descriptor, solSocket, receiveBuffer, [bufferBytes], 4);
  const isBound = Number(bind(descriptor, address, address.length)) === 0;
  if (!isBound || Number(send(descriptor, message, message.length, 0)) < 0) {
    const reading = refusal(library.errno());
    close(descriptor);
    return reading;
  }

  const buffer = Buffer.alloc(4096);
  const next = (): ReturnType<ProcessEventSocket['next']> => {
    const length = Number(receive(descriptor, buffer, buffer.length, 0));
    if (length >= 0) return parseProcessEvent(buffer, length) ?? 'skipped';
    const errno = library.errno();
    return errno === ENOBUFS ? 'lost' : 'none';
  };
  return {kind: 'ok', value: {next, close: () => void close(descriptor)}};
}
