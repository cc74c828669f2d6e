/** Reads and makes messages of the kernel's process events connector (linux/cn_proc.h, linux/connector.h, netlink(7)). */

export type ProcessEvent =
  /** A process was forked; `parent` is the process that did it, whichever of its threads. */
  | {readonly kind: 'fork'; readonly monotonicMs: number; readonly pid: number; readonly parent: number}
  /** A process has one thread more. */
  | {readonly kind: 'thread'; readonly monotonicMs: number; readonly pid: number; readonly threadId: number}
  /** It runs another program now. */
  | {readonly kind: 'exec'; readonly monotonicMs: number; readonly pid: number}
  /** It ended, with this raw status for wait(2). */
  | {readonly kind: 'exit'; readonly monotonicMs: number; readonly pid: number; readonly waitStatus: number};

const fork = 0x1;
const exec = 0x2;
const exit = 0x80_00_00_00;

/** A netlink header, then one of the connector, then the event's own: what, processor, time. */
const headerBytes = 16;
const connectorBytes = 20;
const eventAt = headerBytes + connectorBytes;
const dataAt = eventAt + 16;

const processEvents = 1;

/** Undefined for the end of a thread that is not the last, for a message about anything else, and for one that was cut. */
export function parseProcessEvent(message: Buffer, length: number): ProcessEvent | undefined {
  if (length < dataAt + 16 || message.readUInt32LE(headerBytes) !== processEvents) return undefined;

  const monotonicMs = Number(message.readBigUInt64LE(eventAt + 8)) / 1e6;
  const word = (index: number): number => message.readInt32LE(dataAt + index * 4);
  switch (message.readUInt32LE(eventAt)) {
    case fork:
      return word(2) === word(3)
        ? {kind: 'fork', monotonicMs, pid: word(3), parent: word(1)}
        : {kind: 'thread', monotonicMs, pid: word(3), threadId: word(2)};
    case exec:
      return {kind: 'exec', monotonicMs, pid: word(1)};
    case exit:
      return word(0) === word(1) ? {kind: 'exit', monotonicMs, pid: word(1), waitStatus: word(2)} : undefined;
    default:
      return undefined;
  }
}

/** The message that asks for events; from Linux 6.6 on only for these three kinds, which older kernels cannot be asked. */
export function listenMessage(isFiltered: boolean): Buffer {
  const message = Buffer.alloc(eventAt + (isFiltered ? 8 : 4));
  message.writeUInt32LE(message.length, 0);
  message.writeUInt16LE(3, 4); // NLMSG_DONE
  message.writeUInt32LE(processEvents, headerBytes); // CN_IDX_PROC
  message.writeUInt32LE(processEvents, headerBytes + 4); // CN_VAL_PROC
  message.writeUInt16LE(message.length - eventAt, headerBytes + 16);
  message.writeUInt32LE(1, eventAt); // PROC_CN_MCAST_LISTEN
  if (isFiltered) message.writeUInt32LE(fork + exec + exit, eventAt + 4);
  return message;
}
