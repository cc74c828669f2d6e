/**
 * The last minute of a worker on one time axis: how old its heartbeat was, its memory, CPU and requests, so that the
 * eye sees which of them moved first. A second that was not seen is blank.
 */
import type {Restart} from '../../snapshot.js';
import {formatBytes, formatClock, formatCount, formatPercent, formatSeconds} from '../format.js';
import {cutLine, span, type Line} from '../line.js';
import {scaleOfGrowth, sparkline, type Scale} from '../sparkline.js';

type Trail = NonNullable<Restart['trail']>;
type Context = {readonly timeoutSeconds: number | undefined; readonly offsetMinutes: number};

const labelWidth = 14;
const valueWidth = 20;
const axisSeconds = 60;
/** A point counts for so long: ticks are late at times, and a curve has no holes for it. */
const holdsForMs = 2500;

export function trailLines({trail, atMs}: Restart, context: Context, width: number): readonly Line[] {
  if (trail === undefined || trail.length < 2) {
    return [];
  }
  const columns = Math.max(10, Math.min(axisSeconds, width - labelWidth - valueWidth - 3));
  const rows = curvesOf(trail, context).map(({label, values, scale, text}): Line => {
    const drawn = columnValues(trail, values, atMs, columns).map((value) =>
      value === undefined ? ' ' : sparkline([value], 1, scale),
    );
    return [span(` ${label.padEnd(labelWidth)}`, 'quiet'), span(drawn.join(''), 'curve'), span(` ${text}`)];
  });
  const from = formatClock(atMs - axisSeconds * 1000, context.offsetMinutes);
  const to = formatClock(atMs, context.offsetMinutes);
  const axis = `${' '.repeat(labelWidth + 1)}${from}${to.padStart(columns - from.length)} death`;
  return [...rows, [span(axis, 'quiet')]].map((line) => cutLine(line, width));
}

type Curve = {
  readonly label: string;
  readonly values: ReadonlyArray<number | undefined>;
  readonly scale: Scale;
  readonly text: string;
};

function curvesOf(trail: Trail, {timeoutSeconds}: Context): readonly Curve[] {
  const ages = trail.map(({heartbeatAgeSeconds}) => heartbeatAgeSeconds);
  const sizes = trail.map(({rssBytes}) => rssBytes);
  const shares = trail.map(({cpuPercent}) => cpuPercent);
  const counts = trail.map(({requests}, index) => {
    const before = trail[index - 1]?.requests;
    return requests === undefined || before === undefined ? undefined : requests - before;
  });
  const oldest = Math.max(...known(ages), 1);
  const begun = known(counts).reduce((sum, count) => sum + count, 0);
  const limit = timeoutSeconds ? ` of ${timeoutSeconds} s` : '';
  const curves: readonly Curve[] = [
    {
      label: 'heartbeat age',
      values: ages,
      scale: {low: 0, high: timeoutSeconds || oldest},
      text: `${formatSeconds(ages.findLast(isKnown))}${limit}`,
    },
    {
      label: 'RSS',
      values: sizes,
      scale: scaleOfGrowth(known(sizes)),
      text: `${formatBytes(sizes.find(isKnown))} → ${formatBytes(sizes.findLast(isKnown))}`,
    },
    {
      label: 'CPU',
      values: shares,
      scale: {low: 0, high: Math.max(100, ...known(shares))},
      text: formatPercent(shares.findLast(isKnown)),
    },
    {
      label: 'requests',
      values: counts,
      scale: {low: 0, high: Math.max(1, ...known(counts))},
      text: `${formatCount(begun)} seen`,
    },
  ];
  return curves.filter(({values}) => values.some(isKnown));
}

function isKnown(value: number | undefined): value is number {
  return value !== undefined;
}

function known(values: ReadonlyArray<number | undefined>): readonly number[] {
  return values.filter(isKnown);
}

/** For each column the largest value of its time, or the one before it while that still holds. */
function columnValues(
  trail: Trail,
  values: ReadonlyArray<number | undefined>,
  endMs: number,
  columns: number,
): ReadonlyArray<number | undefined> {
  const columnMs = (axisSeconds * 1000) / columns;
  return Array.from({length: columns}, (_, column) => {
    const toMs = endMs - (columns - 1 - column) * columnMs;
    const within = values.filter((_value, index) => isWithin(trail[index]?.atMs, toMs - columnMs, toMs));
    if (within.some(isKnown)) {
      return Math.max(...known(within));
    }
    const before = trail.findLastIndex(({atMs}) => atMs <= toMs);
    const age = toMs - (trail[before]?.atMs ?? Number.NEGATIVE_INFINITY);
    return age <= holdsForMs ? values[before] : undefined;
  });
}

function isWithin(atMs: number | undefined, fromMs: number, toMs: number): boolean {
  return atMs !== undefined && atMs > fromMs && atMs <= toMs;
}
