/** Did memory or timeout pressure rise first? Says the order, with the onset times. */
import type {Circumstances} from '../../ledger/circumstances.js';
import {climbOf} from '../../ledger/trend.js';
import {heartbeatWasSilent} from '../facts.js';
import {bytes} from '../prose.js';
import {climb as thresholds} from '../thresholds.js';
import type {Answer} from '../verdict.js';

export type Onsets = {readonly heartbeatAtMs?: number; readonly memoryAtMs?: number};

/** When the heartbeat went silent, if it was silent for the whole timeout, and when memory began to climb, if it did. */
export function onsetsOf(c: Circumstances): Onsets {
  const silent = heartbeatWasSilent(c, {});
  const climbed = climbOf(c.life.trend, c.last?.sample.rssBytes, thresholds);
  return {
    ...(silent && c.silence && {heartbeatAtMs: Math.round(c.silence.lastBeatWallMs)}),
    ...(climbed && {memoryAtMs: Math.round(climbed.onsetWallMs)}),
  };
}

export function pressure(c: Circumstances): Answer {
  const {heartbeatAtMs, memoryAtMs} = onsetsOf(c);
  const memory = memoryText(c);
  if (memoryAtMs !== undefined && (heartbeatAtMs === undefined || memoryAtMs < heartbeatAtMs))
    return {
      id: 'pressure',
      verdict: 'memory-first',
      answer: `memory: ${memory}${heartbeatAtMs === undefined ? '; the heartbeat was not silent' : ', before the heartbeat went silent'}`,
      evidence: ['memory', 'heartbeat'],
    };
  if (heartbeatAtMs !== undefined) {
    const silentMs = c.end.at.wallMs - heartbeatAtMs;
    return {
      id: 'pressure',
      verdict: 'timeout-first',
      answer: `timeout: silent for ${(silentMs / 1000).toFixed(1)} s before the end; ${memory}`,
      evidence: ['heartbeat', 'memory'],
    };
  }
  if (!c.silence)
    return {id: 'pressure', verdict: 'unknown', answer: 'unknown: the heartbeat was not readable', evidence: []};
  if (c.timeoutSeconds === undefined)
    return {id: 'pressure', verdict: 'unknown', answer: 'unknown: the timeout setting was not readable', evidence: []};
  if (c.life.trend.length < 2)
    return {
      id: 'pressure',
      verdict: 'unknown',
      answer: 'unknown: it did not live long enough to see memory move',
      evidence: ['heartbeat'],
    };
  return {
    id: 'pressure',
    verdict: 'neither',
    answer: `neither: the heartbeat was fresh; ${memory}`,
    evidence: ['heartbeat', 'memory'],
  };
}

function memoryText(c: Circumstances): string {
  const climbed = climbOf(c.life.trend, c.last?.sample.rssBytes, thresholds);
  if (climbed) return `RSS climbed from ${bytes(climbed.fromBytes)} to ${bytes(climbed.toBytes)}`;
  const rss = c.last?.sample.rssBytes;
  if (rss === undefined) return 'RSS not readable';
  return c.life.trend.length < 2 ? `RSS ${bytes(rss)}, too short to see it move` : `RSS flat at ${bytes(rss)}`;
}
