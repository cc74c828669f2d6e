/** What the machine did to a worker, as evidence and in words: it had no processor for it, its disk stood still, its clock was set. */
import {isAtLeast} from '../gunicorn/versions.js';
import type {Circumstances} from '../ledger/circumstances.js';
import {isStarved} from '../ledger/processor-wait.js';
import type {ProcessorWait} from '../ledger/processor-wait.js';
import {seconds} from './facts.js';
import {notableShare, timeoutToleranceMs} from './thresholds.js';
import type {Evidence} from './verdict.js';

/** The machine did not let it run for most of its silence. */
export function starvation(c: Circumstances): ProcessorWait | undefined {
  return c.processor && isStarved(c.processor) ? c.processor : undefined;
}

/** "it waited 27.0 of 30.2 s for a processor". */
export function waitText({waitedMs, overMs}: ProcessorWait): string {
  return `it waited ${seconds(waitedMs).replace(' s', '')} of ${seconds(overMs)} for a processor`;
}

/** Why it had to wait, as far as that was read: its quota, the hypervisor, or whatever else runs. */
export function holdUpText({
  throttledShare = 0,
  quotaProcessors,
  stolenShare = 0,
  pressureShare = 0,
}: ProcessorWait): string | undefined {
  if (throttledShare >= notableShare && quotaProcessors !== undefined)
    return `a quota of ${amount(quotaProcessors)} held its group back in ${percent(throttledShare)} of the periods`;
  if (stolenShare >= notableShare) return `the hypervisor gave ${percent(stolenShare)} of the processors to others`;
  return pressureShare >= notableShare
    ? `something waited for a processor ${percent(pressureShare)} of the time`
    : undefined;
}

/** Two facts at most: how long it waited, and for what. */
export function starvationEvidence(wait: ProcessorWait): readonly Evidence[] {
  const facts = [waitText(wait), holdUpText(wait)].filter((fact) => fact !== undefined);
  const at = wait.onsetWallMs === undefined ? {} : {atMs: Math.round(wait.onsetWallMs)};
  return facts.map((fact) => ({source: 'cpu', fact, ...at, supports: 'timeout'}));
}

/** Its last samples since its heartbeat show it in a wait that no signal ends, most of them at least. */
export function diskEvidence({life, silence}: Circumstances): Evidence | undefined {
  const silent = life.glimpses.filter(({at}) => silence === undefined || at.wallMs > silence.lastBeatWallMs);
  const states = silent.slice(-lastSamples).map(({sample}) => sample.processState);
  const asleep = states.filter((state) => state === 'D').length;
  if (states.length === 0 || asleep < states.length * mostlyShare) return undefined;
  const fact = `in ${asleep} of its last ${states.length} samples it was in disk sleep (D), which no signal ends`;
  return {source: 'processes', fact, supports: 'timeout'};
}

/** Two seconds at four samples a second. */
const lastSamples = 8;
const mostlyShare = 3 / 4;

/**
 * Up to 21.2 the arbiter measures silence by the wall clock (arbiter.py murder_workers): without the step that was seen
 * in it, this one would not have been too long.
 */
export function clockEvidence({
  version,
  silence,
  timeoutSeconds,
  clockAheadMs,
  end,
}: Circumstances): Evidence | undefined {
  if (isAtLeast(version, '22.0') !== false || !silence || !timeoutSeconds || clockAheadMs === undefined)
    return undefined;
  const silentMs = silence.atMostMs - clockAheadMs;
  if (clockAheadMs <= 0 || silentMs >= timeoutSeconds * 1000 - timeoutToleranceMs) return undefined;
  const fact = `the wall clock went ahead by ${seconds(clockAheadMs)}, in which nothing passed; its silence was ${seconds(Math.max(0, silentMs))}`;
  return {source: 'processes', fact, atMs: end.at.wallMs, supports: 'timeout'};
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** "0.5 processors", "1 processor". */
function amount(processors: number): string {
  return `${Number(processors.toFixed(2))} ${processors === 1 ? 'processor' : 'processors'}`;
}
