/**
 * The curves of pictures that were. Each picture has ten minutes of them, a value a second, and a picture a second
 * later has all of those but one: kept whole, they would be most of what the past takes up. So only the newest picture
 * and one every few minutes keep theirs, and those of the others are cut out of them when they are asked for.
 */
import type {Snapshot} from '../snapshot.js';

const curves = ['backlog', 'requests', 'connections', 'memory', 'cpu'] as const;
type Curves = Readonly<Record<(typeof curves)[number], readonly number[]>>;

/** What every curve has at most, one value a second. */
const longest = 600;

function curvesOf({traffic, memory, cpu}: Snapshot): Curves {
  return {
    backlog: traffic.backlogTrend,
    requests: traffic.requestsTrend,
    connections: traffic.connectionsTrend,
    memory: memory.trend,
    cpu: cpu.trend,
  };
}

function withCurves(snapshot: Snapshot, {backlog, requests, connections, memory, cpu}: Curves): Snapshot {
  return {
    ...snapshot,
    traffic: {...snapshot.traffic, backlogTrend: backlog, requestsTrend: requests, connectionsTrend: connections},
    memory: {...snapshot.memory, trend: memory},
    cpu: {...snapshot.cpu, trend: cpu},
  };
}

const none: readonly number[] = [];

export function withoutCurves(snapshot: Snapshot): Snapshot {
  return withCurves(snapshot, {backlog: none, requests: none, connections: none, memory: none, cpu: none});
}

/** The snapshot with its curves, from those of one `before` it and one `after` it that have theirs. */
export function withCurvesFrom(snapshot: Snapshot, before: Snapshot | undefined, after: Snapshot): Snapshot {
  const later = curvesOf(after);
  const earlier = before && curvesOf(before);
  const back = secondsBetween(snapshot, after);
  const apart = before === undefined ? 0 : secondsBetween(before, after);
  const cutOut = (curve: (typeof curves)[number]) => {
    const whole = later[curve].slice(0, Math.max(0, later[curve].length - back));
    const since = apart - back;
    // One that does not reach back to the earlier picture has a gap in it, and begins there.
    const isJoined = before !== undefined && whole.length >= since;
    return isJoined ? [...(earlier?.[curve] ?? none), ...whole.slice(whole.length - since)].slice(-longest) : whole;
  };
  return withCurves(snapshot, {
    backlog: cutOut('backlog'),
    requests: cutOut('requests'),
    connections: cutOut('connections'),
    memory: cutOut('memory'),
    cpu: cutOut('cpu'),
  });
}

function secondsBetween(earlier: Snapshot, later: Snapshot): number {
  return Math.max(0, Math.round((later.at.monotonicMs - earlier.at.monotonicMs) / 1000));
}
