import type {Cause} from '../../diagnosis/verdict.js';
import type {Restart} from '../../snapshot.js';

/** Causes that the same facts rule out. */
export type RuledOut = {readonly causes: readonly Cause[]; readonly facts: readonly string[]};

/** What a reader suspects of a worker that went away, first what is suspected first. */
const suspicion: readonly Cause[] = [
  'out-of-memory',
  'timeout',
  'killed',
  'crash',
  'signalled',
  'app-exit',
  'master-lost',
  'gave-up',
  'max-requests',
  'reload',
  'scale-down',
  'shutdown',
  'service-restart',
  'upgrade',
  'code-reload',
  'boot-error',
  'boot-timeout',
  'boot-exit',
];

/** Nobody suspects a failed boot of a worker that has served, and everybody of one that has not. */
function rankOf(cause: Cause, branch: Restart['branch']): number {
  return branch === 'boot' && cause.startsWith('boot-') ? -1 : suspicion.indexOf(cause);
}

/**
 * What was ruled out, grouped by the facts that did it: first the causes that a reader would suspect, and those last
 * that the exit status alone excludes, for that only says again how it ended.
 */
export function ruledOutGroups({evidence, cause, branch}: Restart): readonly RuledOut[] {
  const against = evidence.filter(({contradicts}) => contradicts !== undefined && contradicts !== cause);
  const groups = new Map<string, {readonly causes: Cause[]; readonly facts: readonly string[]; isTold: boolean}>();
  for (const ruledOut of new Set(against.flatMap(({contradicts}) => contradicts ?? []))) {
    const told = against.filter(({contradicts}) => contradicts === ruledOut);
    const facts = told.map(({fact}) => fact);
    const group = groups.get(facts.join('\n')) ?? {causes: [], facts, isTold: false};
    group.causes.push(ruledOut);
    group.isTold ||= told.some(({source}) => source !== 'exit-status');
    groups.set(facts.join('\n'), group);
  }
  const rank = (id: Cause) => rankOf(id, branch);
  return [...groups.values()]
    .map(({causes, facts, isTold}) => ({causes: causes.toSorted((a, b) => rank(a) - rank(b)), facts, isTold}))
    .toSorted(
      (left, right) =>
        Number(right.isTold) - Number(left.isTold) ||
        Math.min(...left.causes.map(rank)) - Math.min(...right.causes.map(rank)),
    )
    .map(({causes, facts}) => ({causes, facts}));
}

/**
 * "out-of-memory (oom_kill unchanged) · killed, reload (WORKER TIMEOUT (pid:9101)) · and 9 more (enter)": the first
 * `shown` groups, and how many causes the others hold.
 */
export function ruledOutText(groups: readonly RuledOut[], shown = groups.length): string {
  const left = groups.slice(shown).reduce((sum, {causes}) => sum + causes.length, 0);
  return [
    ...groups.slice(0, shown).map(({causes, facts}) => `${causes.join(', ')} (${facts.join('; ')})`),
    ...(left === 0 ? [] : [`and ${left} more (enter)`]),
  ].join(' · ');
}
