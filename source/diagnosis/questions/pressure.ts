/** Did memory or timeout pressure rise first? Says the order, with the onset times. */
import type {Circumstances} from '../../ledger/circumstances.js';
import {climbOf} from '../../ledger/trend.js';
import type {Climb} from '../../ledger/trend.js';
import {heartbeatWasSilent, seconds} from '../facts.js';
import {timeoutLine} from '../own-words.js';
import {bytes} from '../prose.js';
import {climb as thresholds} from '../thresholds.js';
import type {Answer, EvidenceSource, PressureVerdict} from '../verdict.js';

export type Onsets = {readonly heartbeatAtMs?: number; readonly memoryAtMs?: number};

/** When the heartbeat went silent, if it was silent for the whole timeout, and when memory began to climb, if it did. */
export function onsetsOf(c: Circumstances): Onsets {
  const silent = heartbeatWasSilent(c, {});
  const climbed = memoryClimb(c);
  return {
    ...(silent && c.silence && {heartbeatAtMs: Math.round(c.silence.lastBeatWallMs)}),
    ...(climbed && {memoryAtMs: Math.round(climbed.onsetWallMs)}),
  };
}

export function pressure(c: Circumstances): Answer {
  const {heartbeatAtMs, memoryAtMs} = onsetsOf(c);
  const memory = memoryText(c);
  const wasTimeout = heartbeatAtMs !== undefined || timeoutLine(c) !== undefined;
  if (memoryAtMs !== undefined && wasTimeout && heartbeatAtMs === undefined)
    return answer('unknown', `unknown: ${memory}, and since when the heartbeat was silent is not readable`, ['memory']);
  if (memoryAtMs !== undefined && (heartbeatAtMs === undefined || memoryAtMs < heartbeatAtMs))
    return answer(
      'memory-first',
      `memory: ${memory}${wasTimeout ? ', before the heartbeat went silent' : ''}`,
      c.silence ? ['memory', 'heartbeat'] : ['memory'],
    );
  if (heartbeatAtMs !== undefined) {
    const silence = seconds(c.end.at.wallMs - heartbeatAtMs);
    return answer('timeout-first', `timeout: silent for ${silence} before the end; ${memory}`, ['heartbeat', 'memory']);
  }
  if (wasTimeout)
    return answer('timeout-first', `timeout: gunicorn saw no heartbeat for the whole timeout; ${memory}`, [
      'log',
      'memory',
    ]);
  if (!c.silence) return answer('unknown', 'unknown: the heartbeat was not readable', []);
  if (c.timeoutSeconds === undefined) return answer('unknown', 'unknown: the timeout setting was not readable', []);
  if (c.life.trend.length < 2)
    return answer('unknown', 'unknown: it did not live long enough to see memory move', ['heartbeat']);
  if (c.outOfMemory && c.outOfMemory.after > c.outOfMemory.before)
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

/** What it took while booting is no climb: every worker does. */
function memoryClimb({life, last}: Circumstances): Climb | undefined {
  const {bootedAt, trend} = life;
  const served = bootedAt ? trend.filter(({at}) => at.monotonicMs >= bootedAt.monotonicMs) : trend;
  return climbOf(served, last?.sample.rssBytes, thresholds);
}

function memoryText(c: Circumstances): string {
  const climbed = memoryClimb(c);
  if (climbed) return `RSS climbed from ${bytes(climbed.fromBytes)} to ${bytes(climbed.toBytes)}`;
  const rss = c.last?.sample.rssBytes;
  if (rss === undefined) return 'RSS not readable';
  return c.life.trend.length < 2 ? `RSS ${bytes(rss)}, too short to see it move` : `RSS flat at ${bytes(rss)}`;
}
