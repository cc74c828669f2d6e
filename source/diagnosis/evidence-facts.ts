import type {Restart} from './restart.js';
import type {Cause, Evidence} from './verdict.js';

/** A fact with all the causes that it speaks against, and the one that it would speak for. */
export type Fact = Evidence & {readonly not: readonly Cause[]};

/** One fact often excludes several causes, and is read only once. */
export function factsOf(evidence: readonly Evidence[], {cause}: Pick<Restart, 'cause'>): readonly Fact[] {
  const facts = new Map<string, Fact>();
  for (const item of evidence) {
    const key = [item.source, item.fact, item.atMs, item.supports].join('\n');
    const {not, ...first} = facts.get(key) ?? {...item, not: []};
    facts.set(key, {...first, not: item.contradicts === undefined ? not : [...not, item.contradicts]});
  }
  return [...facts.values()].map(({supports, ...fact}) =>
    supports === undefined || supports === cause ? fact : {...fact, supports},
  );
}
