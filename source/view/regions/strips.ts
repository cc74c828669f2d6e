import type {Restart, Snapshot} from '../../snapshot.js';
import {formatBytes, formatCount, formatRate, unknownText} from '../format.js';
import {cutLine, span, type Line, type Span} from '../line.js';
import {scaleFromZero, sparkline} from '../sparkline.js';
import type {Picture} from './picture.js';

/** A backlog of this many connections reaches the top of its strip, so that one waiting client stays small. */
const backlogTop = 10;
/** What one mark of the restart strip stands for. */
const markSeconds = 30;
const widestStrip = 24;

/** One line: how the accept queue, the memory and the restarts moved. The strips share what the words leave. */
export function stripLine({snapshot, nowMs}: Picture, width: number): Line {
  const {traffic, memory} = snapshot;
  const strips = [
    {label: 'backlog', value: backlogText(traffic), values: traffic.backlogTrend, least: backlogTop},
    {label: 'memory', value: memoryText(memory), values: memory.trend, least: memory.limitBytes ?? 0},
  ];
  const requests =
    traffic.requestsPerSecond === undefined ? '' : `   requests ${formatRate(traffic.requestsPerSecond)}/s`;
  const words = [...strips.map(({label, value}) => `${label}  ${value}   `), 'restarts  last 10m '].join('');
  const room = Math.floor((width - 2 - words.length - requests.length) / 3);
  const stripWidth = Math.max(4, Math.min(widestStrip, room));
  const line: Span[] = [span(' ')];
  for (const {label, value, values, least} of strips) {
    const picture = sparkline(values, stripWidth, scaleFromZero(values, least));
    line.push(span(`${label} `, 'quiet'));
    line.push(...(picture === '' ? [] : [span(`${picture.padStart(stripWidth, ' ')} `, 'info')]));
    line.push(span(`${value}   `));
  }
  line.push(span('restarts ', 'quiet'), ...restartMarks(snapshot.restarts, nowMs, stripWidth));
  line.push(span(` last ${windowText(stripWidth)}`, 'quiet'));
  return cutLine(requests === '' ? line : [...line, span('   requests ', 'quiet'), span(requests.slice(12))], width);
}

function backlogText({backlog, backlogLimit}: Snapshot['traffic']): string {
  if (backlog === undefined) {
    return unknownText;
  }
  return backlogLimit === undefined ? formatCount(backlog) : `${formatCount(backlog)}/${formatCount(backlogLimit)}`;
}

/** Use against the limit; without a readable limit the workers' sum, named as such, for it counts shared pages often. */
function memoryText({usedBytes, limitBytes, workersRssBytes}: Snapshot['memory']): string {
  if (usedBytes !== undefined) {
    return limitBytes === undefined ? formatBytes(usedBytes) : `${formatBytes(usedBytes)}/${formatBytes(limitBytes)}`;
  }
  return workersRssBytes === undefined ? unknownText : `${formatBytes(workersRssBytes)} RSS`;
}

function windowText(marks: number): string {
  const seconds = marks * markSeconds;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

/** One mark for half a minute, newest at the right: `x` a fault, `r` an expected restart, `?` one that cannot be told, `·` none. */
export function restartMarks(restarts: readonly Restart[], nowMs: number, width: number): readonly Span[] {
  const marks: Span[] = Array.from({length: width}, () => span('·', 'quiet'));
  // Oldest first, so that within one mark the newest fault, or else the newest restart, is what stays.
  for (const restart of restarts.toReversed()) {
    const place = width - 1 - Math.floor((nowMs - restart.atMs) / (markSeconds * 1000));
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
