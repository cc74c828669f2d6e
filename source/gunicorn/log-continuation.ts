/**
 * Which open record takes a line that has no header of its own.
 *
 * The order of a traceback's lines decides: "Traceback" opens it, indented lines are its frames, the first line that is
 * not indented names the exception, and a sentence of its own chains the next one.
 */
import type {LogEvent} from './log-event.js';
import {isChainLine, isGroupMember, namesException, startsTraceback} from './parse-traceback.js';

/** A record whose traceback may still be coming. Plain JSON. */
export type OpenRecord = {
  /** Absent when the record's message means nothing, or when it has no header at all. */
  readonly event?: LogEvent;
  /** Absent without a header. */
  readonly emitterPid?: number;
  /**
   * `traceback`: it surely has one. `anything`: it may have one. `frames`: inside one. `chain`: after the sentence
   * that leads to the next one. `nothing`: complete, further lines are an exception's message. `next-header`: takes
   * every line, for what the dying interpreter prints has no order to hold on to.
   */
  readonly awaits: 'traceback' | 'anything' | 'frames' | 'chain' | 'nothing' | 'next-header';
  /** From the last "Traceback" on: the chained ones before it are not needed. */
  readonly lines: readonly string[];
};

/** As many processes as are mixed at one moment in practice; beyond it the oldest is given out as it is. */
export const mostOpenRecords = 8;

const mostLines = 120;
const longestLine = 1000;

/** The open records with the line added to one of them; undefined when none of them takes it. */
export function continueWith(open: readonly OpenRecord[], line: string): readonly OpenRecord[] | undefined {
  const index = expectedBy(line)
    .map((awaits) => open.findLastIndex((record) => awaits.includes(record.awaits)))
    .find((found) => found !== -1);
  const record = index === undefined ? undefined : open[index];
  return index === undefined || record === undefined ? undefined : open.with(index, extended(record, line));
}

/** What a record may be waiting for to take this line; what suits best comes first. */
function expectedBy(line: string): ReadonlyArray<ReadonlyArray<OpenRecord['awaits']>> {
  if (startsTraceback(line)) return [['traceback', 'anything', 'chain', 'next-header']];
  if (isChainLine(line)) return [['nothing', 'frames', 'next-header']];
  if (line === '') return [['nothing', 'chain', 'next-header']];
  if (/^\s/.test(line)) return [['frames', 'next-header']];

  const further: ReadonlyArray<OpenRecord['awaits']> = ['nothing', 'next-header'];
  return namesException(line) ? [['frames'], further] : [further];
}

function extended(record: OpenRecord, line: string): OpenRecord {
  if (record.awaits === 'next-header') return {...record, lines: kept(record.lines, line)};
  if (startsTraceback(line)) return {...record, awaits: 'frames', lines: [line]};
  if (isChainLine(line)) return {...record, awaits: 'chain'};
  if (line === '' || isGroupMember(line)) return record;

  return {...record, awaits: /^\s/.test(line) ? record.awaits : 'nothing', lines: kept(record.lines, line)};
}

/** The first line opens the traceback and stays; beyond the limit the outermost frames go. */
function kept(lines: readonly string[], line: string): readonly string[] {
  const all = [...lines, line.slice(0, longestLine)];
  return all.length > mostLines ? all.toSpliced(1, 1) : all;
}
