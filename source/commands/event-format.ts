import type {Cause} from '../diagnosis/verdict.js';
import {detachedEvent, happeningEvent, streamLine} from '../export/stream.js';
import {detachedLine, happeningLines, logTime, wrapLine, type ZoneOffset} from '../export/text.js';
import type {Happening} from '../inspection.js';
import type {Missed} from '../snapshot.js';

/** How `watch` writes what happens: each result is what one write takes, its line ends included, or nothing. */
export type EventFormat = {
  readonly happening: (happening: Happening) => string;
  readonly detached: (atMs: number, why: string) => string;
  readonly missed: (missed: Omit<Missed, 'atMs'>) => string;
};

/** For programs: every event as it is. */
export function jsonFormat(now: () => number): EventFormat {
  return {
    happening: (happening) => streamLine(happeningEvent(happening)),
    detached: (atMs, why) => streamLine(detachedEvent(atMs, why)),
    missed: (missed) => streamLine(happeningEvent({kind: 'missed', missed: {...missed, atMs: now()}})),
  };
}

/** Verdicts that are remembered: a revision comes within two minutes. */
const verdictsKept = 500;

/** How much of a happening is news to somebody who has read all before it. */
type News = 'all' | 'first-line' | 'nothing';

/** Remembers what was told: a verdict that changed in everything but its cause is one line, an unchanged one is none. */
function createMemory(): (happening: Happening) => News {
  const verdicts = new Map<string, {readonly cause: Cause; readonly line: string}>();
  let patternTold: string | undefined;
  return (happening) => {
    if (happening.kind === 'restart') {
      const {id, cause, variant, confidence, summary, replacement} = happening.restart;
      const line = [variant, confidence, summary, replacement?.pid].join(' ');
      const before = verdicts.get(id);
      verdicts.delete(id);
      verdicts.set(id, {cause, line});
      for (const oldest of [...verdicts.keys()].slice(0, -verdictsKept)) {
        verdicts.delete(oldest);
      }
      return before?.cause !== cause ? 'all' : before.line !== line ? 'first-line' : 'nothing';
    }
    if (happening.kind === 'pattern') {
      const {pattern, branch} = happening.pattern;
      const isTold = pattern === 'too-few' || patternTold === `${pattern} ${branch}`;
      patternTold = `${pattern} ${branch}`;
      return isTold ? 'nothing' : 'all';
    }
    return 'all';
  };
}

/** For people: what was told already is not told again. Lines are wrapped at `columns` where they are given. */
export function textFormat(offsetAt: ZoneOffset, now: () => number, columns?: number): EventFormat {
  const newsOf = createMemory();
  const written = (lines: readonly string[]) =>
    lines.flatMap((line) => (columns === undefined ? [line] : wrapLine(line, columns))).map((line) => `${line}\n`);
  const lineCounts = {all: undefined, 'first-line': 1, nothing: 0} as const;
  return {
    happening: (happening) =>
      written(happeningLines(happening, offsetAt).slice(0, lineCounts[newsOf(happening)])).join(''),
    detached: (atMs, why) => written([detachedLine(atMs, why, offsetAt)]).join(''),
    missed: ({count, why}) =>
      written([`${logTime(now(), offsetAt)} ${count} events were not written: ${why}`]).join(''),
  };
}
