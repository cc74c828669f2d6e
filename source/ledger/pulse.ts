/** System-wide readings of the target at one moment, one a second, for trends and for what changed around a death. */
import type {Moment, Sample} from '../observation.js';
import {pulseEveryMs, pulseKept} from './limits.js';

export type Pulse = {
  readonly at: Moment;
  readonly backlog?: number;
  readonly backlogLimit?: number;
  readonly oomKills?: number;
  readonly cgroupOomKills?: number;
  readonly usedBytes?: number;
  readonly limitBytes?: number;
  /** Sum of the workers' RSS; pages that are shared count once per worker. */
  readonly workersRssBytes?: number;
};

/** Adds the sample's system-wide readings when it carries some, or when the last ones are a second old. */
export function withPulse(pulses: readonly Pulse[], sample: Sample): readonly Pulse[] {
  const last = pulses.at(-1);
  const carries = sample.memory !== undefined || sample.listeners !== undefined;
  if (!carries && last && sample.at.monotonicMs - last.at.monotonicMs < pulseEveryMs) return pulses;
  const backlogs = (sample.listeners ?? []).flatMap(({backlog}) => (backlog === undefined ? [] : [backlog]));
  const limits = (sample.listeners ?? []).flatMap(({backlogLimit}) =>
    backlogLimit === undefined ? [] : [backlogLimit],
  );
  const rss = sample.workers.flatMap(({kind, rssBytes}) =>
    kind === 'worker' && rssBytes !== undefined ? [rssBytes] : [],
  );
  const pulse: Pulse = {
    at: sample.at,
    ...sample.memory,
    ...(backlogs.length > 0 && {backlog: sum(backlogs)}),
    ...(limits.length > 0 && {backlogLimit: sum(limits)}),
    ...(rss.length > 0 && {workersRssBytes: sum(rss)}),
  };
  return [...pulses.slice(1 - pulseKept), pulse];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
