/**
 * The kernel log: who was killed for want of memory, and which process met a fault, by pid.
 *
 * It is read from `/dev/kmsg` without waiting. A new reader begins at the oldest record that is kept, so what was
 * logged before we came is read and passed over first, some of it at each tick.
 */
import fs from 'node:fs';
import type {KernelEvent, Moment} from '../observation.js';
import type {SourceState} from '../source-state.js';
import {now} from './clock.js';
import {openReadOnly} from './files.js';
import {endingIn, parseRecord} from './kernel-lines.js';
import {isInFirstNamespace, silentSource, type KernelSource} from './kernel-source.js';
import {meaningOf} from './reading.js';
import {stateOf} from './source-states.js';

const id = 'kernel-log';

/** A record is 1 kB at most, with its keys behind it (PRINTK_MESSAGE_MAX); a shorter buffer would be refused with EINVAL. */
const record = Buffer.allocUnsafe(8192);

/** One costs 11 µs. The log of a busy machine is passed over in some ticks, and nobody is held up. */
const recordsAtOnce = 1000;

/** How far the log's clock and CLOCK_MONOTONIC may lie apart: what was logged this shortly before is not passed over. */
const clockErrorMs = 2000;

/** Reads one record; what stands in the way is the code of the system's error. */
function readRecord(fd: number): string | {readonly code: string} {
  try {
    return record.toString('utf8', 0, fs.readSync(fd, record, 0, record.length, null));
  } catch (error) {
    return {code: error instanceof Error && 'code' in error ? String(error.code) : ''};
  }
}

function refused(path: string, error: unknown): SourceState {
  const reading = meaningOf(error);
  if (reading.kind === 'gone') return {id, state: 'unsupported', why: `there is no ${path} here`};
  if (reading.kind !== 'denied') return stateOf(id, reading);

  const why = 'the kernel log is closed to ordinary users here (kernel.dmesg_restrict)';
  return {id, state: 'denied', why, unlock: 'run gunspect as root, or give it CAP_SYSLOG'};
}

/** Never fails: what stands in the way is in its state. */
export function openKernelLog(path = '/dev/kmsg', root = '/proc', openedMs = now().monotonicMs): KernelSource {
  if (!isInFirstNamespace('pid', root)) {
    const why = 'the kernel log names processes by other pids than this container does';
    return silentSource({id, state: 'unsupported', why, unlock: 'run gunspect on the host'});
  }

  let fd: number;
  try {
    fd = openReadOnly(path);
  } catch (error) {
    return silentSource(refused(path, error));
  }

  let state: SourceState = {id, state: 'ok'};
  let isCaughtUp = false;

  const read = (at: Moment): {readonly events: readonly KernelEvent[]; readonly hasGap: boolean} => {
    const events: KernelEvent[] = [];
    let hasGap = false;
    for (let count = 0; count < recordsAtOnce && state.state === 'ok'; count++) {
      const told = readRecord(fd);
      if (typeof told === 'string') {
        if (told === '') break;

        const parsed = parseRecord(told);
        if (parsed === undefined || (!isCaughtUp && parsed.loggedMs < openedMs - clockErrorMs)) continue;

        const ending = endingIn(parsed.text);
        if (ending !== undefined) events.push({...ending, at});
        continue;
      }

      // Records were overwritten before they were read; the next read goes on behind them.
      if (told.code === 'EPIPE') hasGap ||= isCaughtUp;
      else if (told.code === 'EAGAIN') {
        isCaughtUp = true;
        break;
      } else state = {id, state: 'failed', why: `the system answered ${told.code || 'with an error'}`};
    }

    return {events, hasGap};
  };

  return {state: () => state, read, close: () => fs.closeSync(fd)};
}
