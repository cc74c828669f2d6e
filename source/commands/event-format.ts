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
const causesKept = 500;

/**
 * For people: what was told already is not told again. A revision that names the same cause is one line, and a pattern
 * is a line when it is another one than before. Lines are wrapped at `columns` where they are given.
 */
export function textFormat(offsetAt: ZoneOffset, now: () => number, columns?: number): EventFormat {
  const causes = new Map<string, Cause>();
  let pattern: string | undefined;
  const written = (lines: readonly string[]) =>
    lines.flatMap((line) => (columns === undefined ? [line] : wrapLine(line, columns))).map((line) => `${line}\n`);
  const isTold = (happening: Happening): boolean => {
    if (happening.kind === 'restart') {
      const {id, cause} = happening.restart;
      const isKnown = causes.get(id) === cause;
      causes.delete(id);
      causes.set(id, cause);
      const [oldest] = causes.keys();
      if (causes.size > causesKept && oldest !== undefined) {
        causes.delete(oldest);
      }
      return isKnown;
    }
    if (happening.kind === 'pattern') {
      const {pattern: id, branch} = happening.pattern;
      const isKnown = id === 'too-few' || pattern === `${id} ${branch}`;
      pattern = `${id} ${branch}`;
      return isKnown;
    }
    return false;
  };
  return {
    happening(happening) {
      const told = isTold(happening);
      const lines = told && happening.kind === 'pattern' ? [] : happeningLines(happening, offsetAt);
      return written(told ? lines.slice(0, 1) : lines).join('');
    },
    detached: (atMs, why) => written([detachedLine(atMs, why, offsetAt)]).join(''),
    missed: ({count, why}) =>
      written([`${logTime(now(), offsetAt)} ${count} events were not written: ${why}`]).join(''),
  };
}
