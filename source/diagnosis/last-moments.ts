/** The last minute of an ended life, as it is shown beside its verdict: its numbers second by second, and its log lines. */
import type {Life} from '../ledger/life.js';
import type {TrailPoint} from '../ledger/trail.js';

/** One second of the last minute. What was not readable is absent. */
export type TrailMoment = {
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  readonly heartbeatAgeSeconds?: number;
  readonly rssBytes?: number;
  /** Since the moment before; 100 = one full core. */
  readonly cpuPercent?: number;
  /** Counted so far. */
  readonly requests?: number;
};

/** One record of the error log, stripped and masked, with the time it was printed: wall clock, milliseconds. */
export type LogLine = {readonly atMs: number; readonly text: string};

/** The newest of them: what led to the end, and not what was printed an hour before. */
const linesKept = 12;

/** `death`: when it was, and how long the heartbeat had been silent then, for the last second is the one that counts. */
export function lastMomentsOf(
  {trail, log}: Pick<Life, 'trail' | 'log'>,
  death: {readonly atMs: number; readonly silentMs?: number},
): {
  readonly trail?: readonly TrailMoment[];
  readonly log?: readonly LogLine[];
} {
  const lines = log.slice(-linesKept).map(({at, event}) => ({atMs: event.wallMs ?? at.wallMs, text: event.text}));
  return {
    ...(trail.length > 1 && {
      trail: [...trail.map((point, index) => momentOf(point, trail[index - 1])), ...deathMoment(death)],
    }),
    ...(lines.length > 0 && {log: lines}),
  };
}

function momentOf(
  {wallMs, monotonicMs, heartbeatAgeMs, rssBytes, cpuMs, requests}: TrailPoint,
  before: TrailPoint | undefined,
): TrailMoment {
  return {
    atMs: wallMs,
    ...(heartbeatAgeMs !== undefined && {heartbeatAgeSeconds: heartbeatAgeMs / 1000}),
    ...(rssBytes !== undefined && {rssBytes}),
    ...(before && {
      cpuPercent: Math.max(0, Math.round(((cpuMs - before.cpuMs) / (monotonicMs - before.monotonicMs)) * 100)),
    }),
    ...(requests !== undefined && {requests}),
  };
}

function deathMoment({atMs, silentMs}: {readonly atMs: number; readonly silentMs?: number}): readonly TrailMoment[] {
  return silentMs === undefined ? [] : [{atMs: Math.round(atMs), heartbeatAgeSeconds: Math.round(silentMs) / 1000}];
}
