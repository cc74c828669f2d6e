/** The restarts on a time axis, one letter each: large for a fault, small for what was wanted. */
import type {Restart} from '../../snapshot.js';
import {span, type Span} from '../line.js';
import type {Tone} from '../theme.js';
import {columnOf, type TimeAxis} from '../time-axis.js';

export type RestartMark = {readonly letter: string; readonly word: string; readonly tone?: Tone};

const fault = (letter: string, word: string): RestartMark => ({letter, word, tone: 'bad'});
const wanted: RestartMark = {letter: 'r', word: 'expected'};
const unclear: RestartMark = {letter: '?', word: 'unclear', tone: 'warn'};

const marks: Readonly<Record<Restart['cause'], RestartMark>> = {
  'boot-error': fault('B', 'boot'),
  'boot-timeout': fault('B', 'boot'),
  'boot-exit': fault('B', 'boot'),
  'gave-up': fault('B', 'boot'),
  timeout: fault('T', 'timeout'),
  'out-of-memory': fault('M', 'memory'),
  crash: fault('C', 'crash'),
  'app-exit': fault('X', 'exit'),
  killed: fault('K', 'killed'),
  signalled: fault('K', 'killed'),
  'master-lost': fault('P', 'platform'),
  shutdown: {letter: 'P', word: 'platform', tone: 'warn'},
  'service-restart': {letter: 'P', word: 'platform', tone: 'warn'},
  'max-requests': wanted,
  reload: wanted,
  upgrade: wanted,
  'scale-down': wanted,
  'code-reload': wanted,
  'clean-exit': unclear,
  unknown: unclear,
};

/** All letters with what they stand for, each once: for the help. */
export const restartLetters: readonly RestartMark[] = [
  ...new Map(Object.values(marks).map((mark) => [mark.letter, mark])).values(),
];

export function markOf({cause, expected}: Pick<Restart, 'cause' | 'expected'>): RestartMark {
  return expected === true ? wanted : marks[cause];
}

/** One mark a column; in a column with several a fault stays, and of several faults the newest. `·` where there is none. */
export function restartMarks(restarts: readonly Restart[], axis: TimeAxis): readonly Span[] {
  const spans: Span[] = Array.from({length: axis.columns}, () => span('·', 'quiet'));
  // Newest first: what stands in a column gives way only to a fault where it is none itself.
  const taken = new Map<number, boolean>();
  for (const restart of restarts) {
    const column = columnOf(axis, restart.atMs);
    const isFault = restart.expected !== true;
    if (column === undefined || taken.get(column) === true || (taken.has(column) && !isFault)) {
      continue;
    }
    const {letter, tone} = markOf(restart);
    spans[column] = span(letter, tone);
    taken.set(column, isFault);
  }
  return spans;
}

/** What the letters on the axis stand for and how many of each there were, the most frequent first: "T timeout ×4, r ×2"; with `isPart` there were more than were seen. */
export function marksText(restarts: readonly Restart[], axis: TimeAxis, isPart = false): string {
  const counts = new Map<string, {readonly mark: RestartMark; readonly count: number}>();
  for (const restart of restarts) {
    if (columnOf(axis, restart.atMs) !== undefined) {
      const mark = markOf(restart);
      counts.set(mark.letter, {mark, count: (counts.get(mark.letter)?.count ?? 0) + 1});
    }
  }
  return [...counts.values()]
    .toSorted((left, right) => right.count - left.count)
    .map(({mark, count}) => `${mark.letter} ${mark.word} ×${count}`)
    .join(', ')
    .concat(isPart && counts.size > 0 ? ' seen' : '');
}
