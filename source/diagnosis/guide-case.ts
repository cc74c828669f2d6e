/** What the steps of the guide are judged from, and what each of them finds. */
import type {SourceId, SourceState} from '../source-state.js';
import type {BootLoop} from './boot-loop.js';
import type {HeavyPath} from './heavy-paths.js';
import type {Pattern} from './pattern.js';
import type {Restart} from './restart.js';

/** A thing that is not known and what would make it known, each a clause without a full stop. */
export type Missing = {readonly what: string; readonly how: string};

/** `quiet`: there is nothing to find, for nothing has happened that the step is about. */
export type Finding = {
  readonly state: 'found' | 'quiet' | 'missing';
  /** One sentence without a full stop. */
  readonly text: string;
  readonly missing?: readonly Missing[];
};

/** What the steps are judged from. A snapshot is one. */
export type GuideInput = {
  readonly at: {readonly wallMs: number};
  /** All that are known, in any order. */
  readonly restarts: readonly Restart[];
  readonly pattern: Pattern;
  readonly bootLoop?: BootLoop;
  readonly sources: readonly SourceState[];
  readonly heavyPaths: readonly HeavyPath[];
};

/** The same, narrowed to the incident: the restarts of its window, the faults among them, and what cannot be read. */
export type GuideCase = GuideInput & {
  readonly recent: readonly Restart[];
  readonly faults: readonly Restart[];
  /** What is missing because one of these sources is not readable. */
  readonly without: (ids: readonly SourceId[], what: string) => readonly Missing[];
};
