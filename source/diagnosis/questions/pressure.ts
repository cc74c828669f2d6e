/** Did memory or timeout pressure rise first? Says the order, with the onset times. */
import type {Circumstances} from '../../ledger/circumstances.js';
import {climbOf, fineTrend} from '../../ledger/trend.js';
import type {Climb, TrendPoint} from '../../ledger/trend.js';
import {growthOf} from '../../ledger/memory-growth.js';
import {heartbeatWasSilent, seconds} from '../facts.js';
import {starvation, waitText} from '../machine-evidence.js';
import {timeoutLine} from '../own-words.js';
import {bytes, growthText} from '../prose.js';
import {climb as thresholds, flatAfterMs, sameOnsetMs} from '../thresholds.js';
import type {Answer, EvidenceSource, PressureVerdict} from '../verdict.js';

export type Onsets = {readonly heartbeatAtMs?: number; readonly memoryAtMs?: number; readonly cpuAtMs?: number};

/**
 * When the heartbeat went silent, if it was silent for the whole timeout; when memory began to climb, if it did; and
 * since when the machine did not let it run, if that was most of its silence.
 */
export function onsetsOf(c: Circumstances): Onsets {
  const silent = heartbeatWasSilent(c, {});
  const climbed = memoryClimb(c);
  const cpuAtMs = silent || timeoutLine(c) ? starvation(c)?.onsetWallMs : undefined;
  return {
    ...(silent && c.silence && {heartbeatAtMs: Math.round(c.silence.lastBeatWallMs)}),
    ...(climbed && {memoryAtMs: Math.round(climbed.onsetWallMs)}),
    ...(cpuAtMs !== undefined && {cpuAtMs: Math.round(cpuAtMs)}),
  };
}

export function pressure(c: Circumstances): Answer {
  const {heartbeatAtMs, memoryAtMs, cpuAtMs} = onsetsOf(c);
  const memory = memoryText(c);
  const wasTimeout = heartbeatAtMs !== undefined || timeoutLine(c) !== undefined;
  const wait = starvation(c);
  const isCpuFirst =
    cpuAtMs !== undefined &&
    cpuAtMs <= (heartbeatAtMs ?? Infinity) + sameOnsetMs &&
    cpuAtMs <= (memoryAtMs ?? Infinity);
  if (wait && isCpuFirst)
    return answer(
      'cpu-first',
      `the processor: ${waitText(wait)}, from when the heartbeat went silent or before; ${memory}`,
      ['cpu', ...(c.silence ? (['heartbeat'] as const) : [])],
    );
  if (memoryAtMs !== undefined && wasTimeout && heartbeatAtMs === undefined)
    return answer('unknown', `unknown: ${memory}, and since when the heartbeat was silent is not readable`, ['memory']);
  if (memoryAtMs !== undefined && (heartbeatAtMs === undefined || memoryAtMs < heartbeatAtMs))
    return answer(
      'memory-first',
      `memory: ${memory}${wasTimeout ? ', before the heartbeat went silent' : ''}`,
      c.silence ? ['memory', 'heartbeat'] : ['memory'],
    );
  if (heartbeatAtMs !== undefined) {
    const silence = seconds(c.end.by.wallMs - heartbeatAtMs);
    return answer('timeout-first', `timeout: silent for ${silence} before the end; ${memory}`, ['heartbeat', 'memory']);
  }
  if (wasTimeout)
    return answer('timeout-first', `timeout: gunicorn saw no heartbeat for the whole timeout; ${memory}`, [
      'log',
      'memory',
    ]);
  if (!c.silence) return answer('unknown', 'unknown: the heartbeat was not readable', []);
  if (c.timeoutSeconds === undefined) return answer('unknown', 'unknown: the timeout setting was not readable', []);
  if (c.limitHit && isKilledForMemory(c))
    return answer(
      'memory-first',
      `memory: its group came to its limit of ${bytes(c.limitHit.limitBytes)} in the last seconds; when it was seen last, ${memory}`,
      ['memory', 'oom-counter'],
    );
  if (isTooShort(c)) return answer('unknown', 'unknown: it did not live long enough to see memory move', ['heartbeat']);
  if (isKilledForMemory(c))
    return answer('unknown', `unknown: the kernel killed for memory, and the last sample saw ${memory}`, [
      'oom-counter',
      'memory',
    ]);
  return answer('neither', `neither: the last heartbeat was ${seconds(c.silence.atMostMs)} before the end; ${memory}`, [
    'heartbeat',
    'memory',
  ]);
}

function answer(verdict: PressureVerdict, text: string, evidence: readonly EvidenceSource[]): Answer {
  return {id: 'pressure', verdict, answer: text, evidence};
}

function isKilledForMemory({outOfMemory}: Circumstances): boolean {
  return outOfMemory !== undefined && outOfMemory.after > outOfMemory.before;
}

function memoryClimb(c: Circumstances): Climb | undefined {
  return climbOf(pointsOf(c), undefined, thresholds);
}

/** Memory that moved was seen at once; that it did not needs a while. */
function isTooShort(c: Circumstances): boolean {
  const points = pointsOf(c);
  const [first, last] = [points[0], points.at(-1)];
  return !first || !last || last.at.monotonicMs - first.at.monotonicMs < flatAfterMs;
}

/** What it took while booting is no climb: every worker does. */
function pointsOf({life: {bootedAt, trend, glimpses}}: Circumstances): readonly TrendPoint[] {
  const points = fineTrend(trend, glimpses);
  return bootedAt ? points.filter(({at}) => at.monotonicMs >= bootedAt.monotonicMs) : points;
}

function memoryText(c: Circumstances): string {
  const climbed = memoryClimb(c);
  if (climbed)
    return `RSS climbed from ${bytes(climbed.fromBytes)} to ${bytes(climbed.toBytes)}${growthText(growthOf(c.life))}`;
  const rss = c.last?.sample.rssBytes;
  if (rss === undefined) return 'RSS not readable';
  return isTooShort(c) ? `RSS ${bytes(rss)}, too short to see it move` : `RSS flat at ${bytes(rss)}`;
}
