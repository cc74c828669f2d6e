/**
 * Harmful and unexpected, or simply visible? What the end of one worker cost, and whether anybody has to care.
 *
 * Only what was seen to be lost counts as lost. That nothing was seen is no proof, and is said as it is.
 */
import type {Restart} from './restart.js';

export type HarmVerdict =
  'harmful-and-unexpected' | 'unexpected' | 'expected-but-costly' | 'simply-visible' | 'unknown';

export type Harm = {readonly verdict: HarmVerdict; readonly text: string};

/** Fewer workers than wanted for longer than this is a cost: a boot of the default size takes one to three seconds. */
const longGapSeconds = 10;

/** A shorter one is "0.0 s" where it is told. */
const leastGapSeconds = 0.05;

type Judged = Pick<Restart, 'expected' | 'lost'>;

export function harmOf({expected, lost}: Judged): Harm {
  const {inFlight = 0, secondsBelowTarget = 0, drops = 0} = lost;
  const isCostly = inFlight > 0 || drops > 0 || secondsBelowTarget > longGapSeconds;
  const cost = costText(lost);
  if (expected === undefined) {
    return {verdict: 'unknown', text: `cannot be told whether it was wanted; ${cost ?? 'nothing was seen to be lost'}`};
  }
  if (!expected) {
    return isCostly
      ? {verdict: 'harmful-and-unexpected', text: `harmful and unexpected: ${cost}`}
      : {verdict: 'unexpected', text: `unexpected; ${cost ?? 'nothing was seen to be lost'}`};
  }
  return isCostly
    ? {verdict: 'expected-but-costly', text: `expected, but it cost something: ${cost}`}
    : {
        verdict: 'simply-visible',
        text: `simply visible: expected, and no request was seen to be lost${secondsBelowTarget >= leastGapSeconds ? `; ${gapText(secondsBelowTarget)}` : ''}`,
      };
}

function costText({inFlight, secondsBelowTarget = 0, drops}: Restart['lost']): string | undefined {
  const parts = [
    ...(inFlight ? [`${inFlight} ${inFlight === 1 ? 'request' : 'requests'} lost`] : []),
    ...(secondsBelowTarget >= leastGapSeconds ? [gapText(secondsBelowTarget)] : []),
    ...(drops ? [`${drops} ${drops === 1 ? 'connection' : 'connections'} dropped meanwhile`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function gapText(seconds: number): string {
  return `one worker fewer for ${seconds.toFixed(1)} s`;
}

/** The same for many: "12 recycles, simply visible", or how many of them cost something. */
export function harmOfAll(restarts: readonly Judged[]): string {
  const costly = restarts.map(harmOf).filter(({verdict}) => verdict === 'expected-but-costly').length;
  const many = `${restarts.length} ${restarts.length === 1 ? 'recycle' : 'recycles'}`;
  return costly === 0
    ? `${many}, simply visible: expected, and no request was seen to be lost`
    : `${many}, expected, of which ${costly} cost something`;
}
