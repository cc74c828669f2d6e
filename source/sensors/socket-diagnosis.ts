/**
 * Asks the kernel about all listening sockets of our own network namespace over netlink (sock_diag(7)), as `ss -ltnm`
 * does: the length of each accept queue's limit, and how often something was dropped there.
 *
 * It is a question with one answer in one or two datagrams; nothing is subscribed to, and the descriptor that asks is
 * kept only for one question.
 */
import {loadNativeLibrary} from './native-library.js';

/** What the kernel says of one listener. */
export type DiagnosedListener = {readonly backlogLimit: number; readonly drops?: number};

export type SocketDiagnosis = {
  /** By kind and inode, "tcp:4711" or "unix:815"; undefined where the kernel does not answer. */
  readonly listeners: () => ReadonlyMap<string, DiagnosedListener> | undefined;
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
const listenStates = 1 << 10;

/** Attributes of an answer (linux/inet_diag.h, linux/unix_diag.h). */
const INET_DIAG_SKMEMINFO = 7;
const SK_MEMINFO_DROPS = 8;
const UNIX_DIAG_RQLEN = 4;
const UDIAG_SHOW_RQLEN = 0x10;

const headerBytes = 16;
const inetMessageBytes = 72;
const unixMessageBytes = 16;
const mostDatagrams = 256;

/** The request for all listeners of one family, with its netlink header. */
function requestFor(family: number): Buffer {
  const body = Buffer.alloc(family === AF_UNIX ? 24 : 56);
  body.writeUInt8(family, 0);
  body.writeUInt32LE(listenStates, 4);
  if (family === AF_UNIX) {
    body.writeUInt32LE(UDIAG_SHOW_RQLEN, 12);
  } else {
    body.writeUInt8(IPPROTO_TCP, 1);
    body.writeUInt8(1 << (INET_DIAG_SKMEMINFO - 1), 2);
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

/** One answer, without its netlink header; undefined for what is no listener or too short. */
export function parseListener(message: Buffer): readonly [key: string, DiagnosedListener] | undefined {
  if (message.length >= unixMessageBytes && message[0] === AF_UNIX) {
    const queue = attribute(message, unixMessageBytes, UNIX_DIAG_RQLEN);
    if (queue === undefined || queue.length < 8) return undefined;

    return [`unix:${message.readUInt32LE(4)}`, {backlogLimit: queue.readUInt32LE(4)}];
  }

  if (message.length < inetMessageBytes) return undefined;

  const memory = attribute(message, inetMessageBytes, INET_DIAG_SKMEMINFO);
  const hasDrops = memory !== undefined && memory.length >= (SK_MEMINFO_DROPS + 1) * 4;
  return [
    `tcp:${message.readUInt32LE(68)}`,
    {
      backlogLimit: message.readUInt32LE(60),
      ...(hasDrops && {drops: memory.readUInt32LE(SK_MEMINFO_DROPS * 4)}),
    },
  ];
}

/** Takes one datagram in. True when it was the last. */
function takeDatagram(datagram: Buffer, found: Map<string, DiagnosedListener>): boolean {
  for (let at = 0; at + headerBytes <= datagram.length;) {
    const length = datagram.readUInt32LE(at);
    if (length < headerBytes || at + length > datagram.length) return true;

    const type = datagram.readUInt16LE(at + 4);
    if (type === NLMSG_DONE || type === NLMSG_ERROR) return true;

    const listener = parseListener(datagram.subarray(at + headerBytes, at + length));
    if (listener !== undefined) found.set(listener[0], listener[1]);
    at += (length + 3) & ~3;
  }

  return false;
}

/** Never fails: where there is no library, or the kernel refuses, nothing is told. */
export function openSocketDiagnosis(): SocketDiagnosis {
  const library = process.platform === 'linux' ? loadNativeLibrary() : undefined;
  if (library?.kind !== 'ok') return {listeners: () => undefined};

  const socket = library.value.func('int socket(int domain, int type, int protocol)');
  const send = library.value.func('long send(int descriptor, const uint8_t *bytes, size_t length, int flags)');
  const receive = library.value.func('long recv(int descriptor, _Out_ uint8_t *bytes, size_t length, int flags)');
  const close = library.value.func('int close(int descriptor)');
  const buffer = Buffer.alloc(32_768);

  const ask = (descriptor: number, family: number, found: Map<string, DiagnosedListener>): boolean => {
    const request = requestFor(family);
    if (Number(send(descriptor, request, request.length, 0)) !== request.length) return false;

    // The kernel answers before send returns, and goes on with each datagram that is taken.
    for (let taken = 0; taken < mostDatagrams; taken++) {
      const length = Number(receive(descriptor, buffer, buffer.length, MSG_DONTWAIT));
      if (length <= 0) return taken > 0;
      if (takeDatagram(buffer.subarray(0, length), found)) return true;
    }

    return true;
  };

  return {
    listeners: () => {
      const descriptor = Number(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
      if (descriptor < 0) return undefined;

      try {
        const found = new Map<string, DiagnosedListener>();
        const answered = [AF_INET, AF_INET6, AF_UNIX].map((family) => ask(descriptor, family, found));
        return answered.includes(true) ? found : undefined;
      } finally {
        close(descriptor);
      }
    },
  };
}
