import type {Restart, Snapshot} from '../../snapshot.js';
import {formatBytes, formatRate, unknownText} from '../format.js';
import {cutLine, span, type Line, type Span} from '../line.js';
import {scaleFromZero, sparkline} from '../sparkline.js';
import type {Picture} from './picture.js';

/** A backlog of this many connections reaches the top of its strip, so that one waiting client stays small. */
const backlogTop = 10;
/** What the strip of restarts stands for, however wide it is. */
const windowSeconds = 600;
const widest = 24;
/** Under this width a curve says nothing, and its room goes to the restarts. */
const narrowest = 6;

/** One line: how the accept queue, the memory and the restarts moved. Three curves share what the words leave. */
export function stripLine({snapshot, nowMs}: Picture, width: number): Line {
  const {traffic, memory} = snapshot;
  const backlog = {label: 'backlog', value: backlogText(traffic), values: traffic.backlogTrend, least: backlogTop};
  const used = {label: 'memory', value: memoryText(memory), values: memory.trend, least: memory.limitBytes ?? 0};
  const perSecond = traffic.requestsPerSecond;
  const requests = perSecond === undefined || width < 100 ? '' : `${formatRate(perSecond)}/s`;
  const words = [
    ` backlog ${backlog.value}   memory ${used.value}   restarts  10m `,
    ...(requests === '' ? [] : [`   requests ${requests}`]),
  ].join('');
  const room = width - words.length;
  const curve = Math.min(widest, Math.floor((room - 2) / 3));
  const marks = curve < narrowest ? Math.min(widest, room) : curve;
  return cutLine(
    [
      span(' '),
      ...curveSpans(backlog, curve),
      ...curveSpans(used, curve),
      span('restarts ', 'quiet'),
      ...restartMarks(snapshot.restarts, nowMs, Math.max(1, marks)),
      span(' 10m', 'quiet'),
      ...(requests === '' ? [] : [span('   requests ', 'quiet'), span(requests)]),
    ],
    width,
  );
}

type Curve = {
  readonly label: string;
  readonly value: string;
  readonly values: readonly number[];
  readonly least: number;
};

function curveSpans({label, value, values, least}: Curve, width: number): readonly Span[] {
  const drawn = width < narrowest || values.length === 0 ? '' : sparkline(values, width, scaleFromZero(values, least));
  return [
    span(`${label} `, 'quiet'),
    ...(drawn === '' ? [] : [span(`${drawn.padStart(width)} `, 'curve')]),
    span(`${value}   `),
  ];
}

function backlogText({backlog, backlogLimit}: Snapshot['traffic']): string {
  if (backlog === undefined) {
    return unknownText;
  }
  return backlogLimit === undefined ? String(backlog) : `${backlog}/${backlogLimit}`;
}

/** Use against the limit; without a readable limit the workers' sum, named as such, for it counts shared pages often. */
function memoryText({usedBytes, limitBytes, workersRssBytes}: Snapshot['memory']): string {
  if (usedBytes !== undefined) {
    return limitBytes === undefined ? formatBytes(usedBytes) : `${formatBytes(usedBytes)}/${formatBytes(limitBytes)}`;
  }
  return workersRssBytes === undefined ? unknownText : `${formatBytes(workersRssBytes)} RSS`;
}

/** The last ten minutes, newest at the right: `x` a fault, `r` an expected restart, `?` one that cannot be told, `·` none. */
export function restartMarks(restarts: readonly Restart[], nowMs: number, width: number): readonly Span[] {
  const marks: Span[] = Array.from({length: width}, () => span('·', 'quiet'));
  const markMs = (windowSeconds * 1000) / width;
  // Oldest first, so that within one mark the newest fault, or else the newest restart, is what stays.
  for (const restart of restarts.toReversed()) {
    const place = width - 1 - Math.floor((nowMs - restart.atMs) / markMs);
    if (place < 0 || place >= width || marks[place]?.text === 'x') {
      continue;
    }
    marks[place] = markOf(restart.expected);
  }
  return marks;
}

function markOf(expected: boolean | undefined): Span {
  if (expected === undefined) {
    return span('?', 'warn');
  }
  return expected ? span('r') : span('x', 'bad');
}
