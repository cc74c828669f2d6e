import {honestFrom} from './expectations.js';
import {seenFrom, type Sight} from './sights.js';
import type {Target} from './fault.js';
import type {Trial} from './trial.js';

/** What was said of one death from one place, held against the truth. */
export type Score = {
  readonly visibility: string;
  readonly truth: string;
  /** The last verdict; "nothing" where there was none. */
  readonly said: string;
  /** named: the cause itself. undecided: less, where less can be known. */
  readonly grade: 'named' | 'undecided' | 'wrong';
  readonly isCertain: boolean;
  /** Whether any revision called a wrong cause certain. */
  readonly isWronglyCertain: boolean;
};

/** "root", "same user, no log". */
export function visibilityOf(target: Target, {id, mayLookInside}: Sight): string {
  return mayLookInside && target.log === 'pipe' ? `${id}, no log` : id;
}

/** A score for every death and every sight of a trial. What may be missed and was is no score. */
export function scoresOf({fault, target, deaths, watched}: Trial): readonly Score[] {
  return watched.flatMap(({sight, lines}) => {
    const seen = seenFrom(target, sight);
    const expectations = fault.deaths(seen);
    return deaths.flatMap(({pid, role}): readonly Score[] => {
      const revisions = lines.flatMap(({value}) =>
        value?.type === 'restart' && value.worker.pid === pid ? [value] : [],
      );
      const expectation = expectations[role];
      const last = revisions.at(-1);
      if (expectation === undefined || (last === undefined && fault.mayMiss?.includes(role))) {
        return [];
      }

      const {cause, orHonestly = [], revisedFrom} = honestFrom(expectation, seen);
      const said = last?.cause ?? 'nothing';
      return [
        {
          visibility: visibilityOf(target, sight),
          truth: cause,
          said,
          grade: said === cause ? 'named' : orHonestly.includes(said) ? 'undecided' : 'wrong',
          isCertain: last?.confidence === 'certain',
          isWronglyCertain: revisions.some(
            (line) => line.confidence === 'certain' && line.cause !== cause && line.cause !== revisedFrom,
          ),
        },
      ];
    });
  });
}
