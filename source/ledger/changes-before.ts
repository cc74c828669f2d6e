/** What was changed on disk between the last boot that went well and one that did not. */
import type {ChangedFile, UnitState} from '../changed-file.js';
import type {ChangesObserved} from '../observation.js';
import type {Ledger} from './ledger.js';
import type {Life, LifeEnd} from './life.js';

export type ChangesBefore = {
  /** When the newest worker was forked that booted before this one was; undefined when none is known. */
  readonly goodBootMs?: number;
  /** Changed since then, or without one in the last day; newest first. */
  readonly files: readonly ChangedFile[];
  /** Application and config files that were there at the attach and are gone. */
  readonly removed: readonly string[];
  /** Whether all was looked through, after this death. */
  readonly complete: boolean;
  readonly unit?: UnitState;
};

/** A process's start is told by the machine's boot, which is known in whole seconds; a file is often written just before a start. */
const startErrorMs = 1500;

const dayMs = 24 * 3600 * 1000;

/** Undefined when nothing on disk was looked at. */
export function changesBefore(ledger: Ledger, life: Life & {readonly end: LifeEnd}): ChangesBefore | undefined {
  const {changes} = ledger;
  if (!changes) return undefined;

  const goodBootMs = newestGoodBoot([...ledger.ended, ...ledger.living], life.startedMs);
  const sinceMs = goodBootMs === undefined ? life.startedMs - dayMs : goodBootMs + startErrorMs;
  return {
    ...(goodBootMs !== undefined && {goodBootMs}),
    files: changes.files.filter(({changedWallMs}) => changedWallMs > sinceMs && changedWallMs <= life.end.at.wallMs),
    removed: changes.removed,
    complete: isAfter(changes, life.end) && changes.complete,
    ...(changes.unit && {unit: changes.unit}),
  };
}

function newestGoodBoot(lives: readonly Life[], beforeMs: number): number | undefined {
  const starts = lives
    .filter(({booted, startedMs}) => booted === true && startedMs < beforeMs)
    .map((life) => life.startedMs);
  return starts.length === 0 ? undefined : Math.max(...starts);
}

function isAfter({at}: ChangesObserved, end: LifeEnd): boolean {
  return at.monotonicMs >= end.at.monotonicMs;
}
