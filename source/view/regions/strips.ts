/**
 * How traffic, accept queue, memory, CPU and restarts moved over the last minutes: one above the other on one axis of
 * time where there is room, so that the eye sees which rose first, else in columns or side by side on one line.
 */
import type {Snapshot} from '../../snapshot.js';
import {unknownText} from '../format.js';
import {cutLine, fitLine, lineWidth, span, type Line} from '../line.js';
import {sparkline} from '../sparkline.js';
import {axisReaching, columnTops, timeAxis, type AxisSeconds, type TimeAxis} from '../time-axis.js';
import type {Picture} from './picture.js';
import {marksText, restartMarks} from './restart-marks.js';
import {strips, type Strip} from './strip-values.js';

/** As long as there is something to draw: the curves, and the restarts, of which the log may tell older ones. */
function watchedSeconds({traffic, memory, cpu, restarts}: Snapshot, nowMs: number): AxisSeconds {
  const curves = [traffic.backlogTrend, traffic.requestsTrend, traffic.connectionsTrend, memory.trend, cpu.trend];
  const drawn = Math.max(...curves.map(({length}) => length));
  const ages = restarts.map(({atMs}) => (nowMs - atMs) / 1000).filter((age) => age <= axisReaching(Infinity));
  return axisReaching(Math.max(drawn, ...ages));
}

/** The strips one above the other on five lines, in columns on two, or on one: by `height`. */
export function stripLines(picture: Picture, width: number, height: number): readonly Line[] {
  if (height > 2) return stacked(picture, width);
  return height === 2 ? inColumns(picture, width) : [sideBySide(picture, width)];
}

const labelWidth = ' requests '.length;
/** What "1.6G/2.0G" and its like take, and the counts of the restarts where there is room. */
const leastValueWidth = 12;
const wideValueWidth = 40;

function stacked({snapshot, nowMs}: Picture, width: number): readonly Line[] {
  const valueWidth = width >= 110 ? wideValueWidth : leastValueWidth;
  const axis = timeAxis(nowMs, width - labelWidth - valueWidth, watchedSeconds(snapshot, nowMs));
  const {requestsUnknownBecause: why} = snapshot;
  const lines = strips(snapshot).map((strip): Line => {
    const label = span(` ${strip.label.padEnd(labelWidth - 1)}`, 'quiet');
    if (strip.label === 'requests' && strip.value === unknownText && why !== undefined) {
      return [label, span(`${unknownText} not known: ${why}`, 'quiet')];
    }
    return [label, span(curve(strip, snapshot.at.wallMs, axis), 'curve'), span(` ${strip.value}`)];
  });
  return [...lines, restartsLine({snapshot}, axis, true)].map((line) => cutLine(line, width));
}

/** From here on there is room for a third column, and for what the letters of the restarts stand for. */
const threeColumnsFrom = 100;

/** Two lines of columns as wide as each other, so that what stands below each other happened at the same time. */
function inColumns(picture: Picture, width: number): readonly Line[] {
  const {snapshot, nowMs} = picture;
  const [traffic, backlog, memory, cpu] = strips(snapshot);
  const columns = width >= threeColumnsFrom ? 3 : 2;
  const cellWidth = Math.floor(width / columns);
  const axis = timeAxis(nowMs, cellWidth - labelWidth - leastValueWidth, watchedSeconds(snapshot, nowMs));
  const cell = ({label, value, values, scale}: Strip): Line => {
    const name = span(` ${label.padEnd(labelWidth - 1)}`, 'quiet');
    if (values.length === 0) return fitLine([name, span(value)], cellWidth);
    // A long value takes its room from the oldest end of the curve.
    const room = Math.max(1, Math.min(axis.columns, cellWidth - labelWidth - value.length - 2));
    const drawn = curve({label, value, values, scale}, snapshot.at.wallMs, axis).slice(-room);
    return fitLine([name, span(drawn, 'curve'), span(` ${value}`)], cellWidth);
  };
  const unknown = traffic.value === unknownText && snapshot.requestsUnknownBecause !== undefined;
  const requests = unknown ? {...traffic, value: `${unknownText} not known, e says why`, values: []} : traffic;
  return [
    [requests, backlog, ...(columns === 3 ? [cpu] : [])].flatMap(cell),
    cutLine([...cell(memory), ...restartsLine(picture, axis, columns === 3)], width),
  ];
}

function restartsLine(
  {snapshot: {restarts, missed}}: Pick<Picture, 'snapshot'>,
  axis: TimeAxis,
  hasCounts: boolean,
): Line {
  const counts = hasCounts ? marksText(restarts, axis, missed.length > 0) : '';
  return [
    span(` ${'restarts'.padEnd(labelWidth - 1)}`, 'quiet'),
    ...restartMarks(restarts, axis),
    span(` ${axis.seconds / 60} min`, 'quiet'),
    span(counts === '' ? '' : `: ${counts}`),
  ];
}

/** Of one line the restarts get what the figures of backlog and memory leave: a curve would have no room. */
function sideBySide(picture: Picture, width: number): Line {
  const {snapshot, nowMs} = picture;
  const [, backlog, memory] = strips(snapshot);
  const seconds = watchedSeconds(snapshot, nowMs);
  const figures = [backlog, memory].flatMap(({label, value, figure = value}): Line => [
    span(` ${label} `, 'quiet'),
    span(`${figure}  `),
  ]);
  const label = span(' restarts ', 'quiet');
  const end = span(` ${seconds / 60}m`, 'quiet');
  const room = width - lineWidth([...figures, label, end]);
  const marks = restartMarks(snapshot.restarts, timeAxis(nowMs, Math.max(1, Math.min(mostMarks, room)), seconds));
  return cutLine([...figures, label, ...marks, end], width);
}

/** More columns than this make a restart of a short time no easier to find. */
const mostMarks = 24;

function curve({values, scale}: Strip, endMs: number, axis: TimeAxis): string {
  return sparkline(columnTops(values, endMs, axis), axis.columns, scale);
}
