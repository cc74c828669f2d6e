/**
 * Asks the kernel about the sockets of our own network namespace over netlink (sock_diag(7)), as `ss` does: of
 * listeners where they listen, the length of each accept queue and its limit, and how often something was dropped.
 *
 * It is a question with one answer in a few datagrams; nothing is subscribed to, and the descriptor that asks is kept
 * only for one question. The tables in `/proc/net` tell the same, but there is no asking them for a part: for the
 * listeners the kernel goes through the hash of all connections, 3 ms each time, and for the connections it writes down
 * those in TIME_WAIT as well, which belong to nobody and are the most by far.
 */
import {loadNativeLibrary} from './native-library.js';
import {addressIn, type Socket} from './socket-tables.js';

export type SocketDiagnosis = {
  /** Every listening socket of that kind; undefined where the kernel does not answer, or not to the end. */
  readonly listeners: (kind: 'tcp' | 'unix') => readonly Socket[] | undefined;
  /** Every TCP socket, listeners too, but for those in TIME_WAIT; undefined as above. */
  readonly tcpSockets: () => readonly Socket[] | undefined;
};

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2_000_000;
const IPPROTO_TCP = 6;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLM_F_REQUEST_DUMP = 0x3_01;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const MSG_DONTWAIT = 0x40;

/** States of a TCP socket (linux/tcp_states.h), which are those of a unix socket too. */
const TCP_TIME_WAIT = 6;
const TCP_CLOSE_WAIT = 8;
const TCP_LISTEN = 10;
const listenStates = 1 << TCP_LISTEN;
const ownedStates = 0xf_fe & ~(1 << TCP_TIME_WAIT);

/** Attributes of an answer (linux/inet_diag.h, linux/unix_diag.h). */
const INET_DIAG_SKMEMINFO = 7;
const SK_MEMINFO_DROPS = 8;
const UNIX_DIAG_NAME = 0;
const UNIX_DIAG_RQLEN = 4;
const UDIAG_SHOW_NAME_AND_RQLEN = 0x11;

const headerBytes = 16;
const inetMessageBytes = 72;
const unixMessageBytes = 16;
const mostDatagrams = 256;

/** The request for all sockets of one family in some states, with its netlink header. */
function requestFor(family: number, states: number): Buffer {
  const body = Buffer.alloc(family === AF_UNIX ? 24 : 56);
  body.writeUInt8(family, 0);
  body.writeUInt32LE(states, 4);
  if (family === AF_UNIX) {
    body.writeUInt32LE(UDIAG_SHOW_NAME_AND_RQLEN, 12);
  } else {
    body.writeUInt8(IPPROTO_TCP, 1);
    body.writeUInt8(states === listenStates ? 1 << (INET_DIAG_SKMEMINFO - 1) : 0, 2);
  }

  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(headerBytes + body.length, 0);
  header.writeUInt16LE(SOCK_DIAG_BY_FAMILY, 4);
  header.writeUInt16LE(NLM_F_REQUEST_DUMP, 6);
  return Buffer.concat([header, body]);
}

/** The content of an attribute; undefined when the message does not have it. */
function attribute(message: Buffer, from: number, wanted: number): Buffer | undefined {
  for (let at = from; at + 4 <= message.length;) {
    const length = message.readUInt16LE(at);
    if (length < 4 || at + length > message.length) return undefined;
    if (message.readUInt16LE(at + 2) === wanted) return message.subarray(at + 4, at + length);

    at += (length + 3) & ~3;
  }

  return undefined;
}

/** An abstract name begins with a NUL, and may hold more; a path ends with one. Written as `/proc/net/unix` does. */
function nameIn(name: Buffer | undefined): string {
  if (name === undefined) return '';

  const text = name.toString('latin1');
  return text.startsWith('\0') ? text.replaceAll('\0', '@') : text.replace(/\0+$/, '');
}

function unixListener(message: Buffer): Socket | undefined {
  const queue = attribute(message, unixMessageBytes, UNIX_DIAG_RQLEN);
  if (queue === undefined || queue.length < 8) return undefined;

  return {
    kind: 'unix',
    inode: message.readUInt32LE(4),
    listening: true,
    local: nameIn(attribute(message, unixMessageBytes, UNIX_DIAG_NAME)),
    peerClosed: false,
    queued: queue.readUInt32LE(0),
    backlogLimit: queue.readUInt32LE(4),
  };
}

function inetSocket(message: Buffer): Socket {
  const memory = attribute(message, inetMessageBytes, INET_DIAG_SKMEMINFO);
  const hasDrops = memory !== undefined && memory.length >= (SK_MEMINFO_DROPS + 1) * 4;
  const addressBytes = message[0] === AF_INET ? 4 : 16;
  const state = message[1];
  const remotePort = message.readUInt16BE(6);
  return {
    kind: 'tcp',
    inode: message.readUInt32LE(68),
    listening: state === TCP_LISTEN,
    local: addressIn(message.subarray(8, 8 + addressBytes), message.readUInt16BE(4)),
    ...(remotePort !== 0 && {remote: addressIn(message.subarray(24, 24 + addressBytes), remotePort)}),
    peerClosed: state === TCP_CLOSE_WAIT,
    queued: message.readUInt32LE(56),
    uid: message.readUInt32LE(64),
    ...(state === TCP_LISTEN && {backlogLimit: message.readUInt32LE(60)}),
    ...(hasDrops && {drops: memory.readUInt32LE(SK_MEMINFO_DROPS * 4)}),
  };
}

/** One answer, without its netlink header; undefined for what is too short, and for a unix socket that does not listen. */
export function parseSocket(message: Buffer): Socket | undefined {
  const family = message[0];
  if (family === AF_UNIX && message.length >= unixMessageBytes) return unixListener(message);

  const isInet = family === AF_INET || family === AF_INET6;
  return isInet && message.length >= inetMessageBytes ? inetSocket(message) : undefined;
}

/** Takes one datagram in. `refused`: a kernel without the module that would answer, or nothing that makes sense. */
function takeDatagram(datagram: Buffer, found: Socket[]): 'more' | 'done' | 'refused' {
  for (let at = 0; at + headerBytes <= datagram.length;) {
    const length = datagram.readUInt32LE(at);
    if (length < headerBytes || at + length > datagram.length) return 'refused';

    const type = datagram.readUInt16LE(at + 4);
    if (type === NLMSG_DONE) return 'done';
    if (type === NLMSG_ERROR) return 'refused';

    const socket = parseSocket(datagram.subarray(at + headerBytes, at + length));
    if (socket !== undefined) found.push(socket);
    at += (length + 3) & ~3;
  }

  return 'more';
}

/** Tells nothing. */
export const noDiagnosis: SocketDiagnosis = {listeners: () => undefined, tcpSockets: () => undefined};

/** Never fails: where there is no library, or the kernel refuses, nothing is told. */
export function openSocketDiagnosis(): SocketDiagnosis {
  const library = process.platform === 'linux' ? loadNativeLibrary() : undefined;
  if (library?.kind !== 'ok') return noDiagnosis;

  const socket = library.value.func('int socket(int domain, int type, int protocol)');
  const send = library.value.func('long send(int descriptor, const uint8_t *bytes, size_t length, int flags)');
  const receive = library.value.func('long recv(int descriptor, _Out_ uint8_t *bytes, size_t length, int flags)');
  const close = library.value.func('int close(int descriptor)');
  const buffer = Buffer.alloc(32_768);

  const askFor = (descriptor: number, family: number, states: number): readonly Socket[] | undefined => {
    const request = requestFor(family, states);
    if (Number(send(descriptor, request, request.length, 0)) !== request.length) return undefined;

    // The kernel answers before send returns, and goes on with each datagram that is taken.
    const found: Socket[] = [];
    for (let taken = 0; taken < mostDatagrams; taken++) {
      const length = Number(receive(descriptor, buffer, buffer.length, MSG_DONTWAIT));
      const outcome = length <= 0 ? 'refused' : takeDatagram(buffer.subarray(0, length), found);
      if (outcome !== 'more') return outcome === 'done' ? found : undefined;
    }

    return undefined;
  };

  const ask = (families: readonly number[], states: number): readonly Socket[] | undefined => {
    const descriptor = Number(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (descriptor < 0) return undefined;

    try {
      const answers = families.map((family) => askFor(descriptor, family, states));
      return answers.some((answer) => answer === undefined) ? undefined : answers.flatMap((answer) => answer ?? []);
    } finally {
      close(descriptor);
    }
  };

  return {
    listeners: (kind) => ask(kind === 'unix' ? [AF_UNIX] : [AF_INET, AF_INET6], listenStates),
    tcpSockets: () => ask([AF_INET, AF_INET6], ownedStates),
  };
}
