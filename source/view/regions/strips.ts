/**
 * How traffic, accept queue, memory, CPU and restarts moved over the last minutes: one above the other on one axis of
 * time where there is room, so that the eye sees which rose first, else side by side on one line.
 */
import type {Snapshot} from '../../snapshot.js';
import {formatBytes, formatCount, formatPercent, formatRate, unknownText} from '../format.js';
import {cutLine, span, type Line} from '../line.js';
import {scaleFromZero, scaleOfGrowth, sparkline, type Scale} from '../sparkline.js';
import {axisReaching, columnTops, timeAxis, type AxisSeconds, type TimeAxis} from '../time-axis.js';
import type {Picture} from './picture.js';
import {marksText, restartMarks} from './restart-marks.js';

type Strip = {
  readonly label: string;
  /** The newest value, with its limit where there is one. */
  readonly value: string;
  /** One a second, oldest first. */
  readonly values: readonly number[];
  readonly scale: Scale;
};

/** So high is the top at least: one waiting client, one request and a tenth of a core stay small. */
const least = {backlog: 10, requests: 10, cpuPercent: 100};

function strips({traffic, memory, cpu}: Snapshot): readonly Strip[] {
  const {backlogTrend} = traffic;
  const {trend, limitBytes} = memory;
  return [
    trafficStrip(traffic),
    {
      label: 'backlog',
      value: backlogText(traffic),
      values: backlogTrend,
      scale: scaleFromZero(backlogTrend, least.backlog),
    },
    {
      label: 'memory',
      value: memoryText(memory),
      values: trend,
      scale: limitBytes === undefined ? scaleOfGrowth(trend) : scaleFromZero(trend, limitBytes),
    },
    {label: 'cpu', value: cpuText(cpu), values: cpu.trend, scale: scaleFromZero(cpu.trend, least.cpuPercent)},
  ];
}

/** Requests; where nothing counts them the connections that came in, called so, for one may carry many requests. */
function trafficStrip({requestsPerSecond, requestsTrend, ...traffic}: Snapshot['traffic']): Strip {
  const {connectionsPerSecond, connectionsAreOwn, connectionsTrend} = traffic;
  if (requestsPerSecond === undefined && connectionsPerSecond !== undefined) {
    const whose = connectionsAreOwn === true ? '' : ', all of this host';
    return {
      label: 'connects',
      value: `${formatRate(connectionsPerSecond)}/s${whose}`,
      values: connectionsTrend,
      scale: scaleFromZero(connectionsTrend, least.requests),
    };
  }
  return {
    label: 'requests',
    value: requestsPerSecond === undefined ? unknownText : `${formatRate(requestsPerSecond)}/s`,
    values: requestsTrend,
    scale: scaleFromZero(requestsTrend, least.requests),
  };
}

/** As long as there is something to draw: the curves, and the restarts, of which the log may tell older ones. */
function watchedSeconds({traffic, memory, cpu, restarts}: Snapshot, nowMs: number): AxisSeconds {
  const curves = [traffic.backlogTrend, traffic.requestsTrend, traffic.connectionsTrend, memory.trend, cpu.trend];
  const drawn = Math.max(...curves.map(({length}) => length));
  const ages = restarts.map(({atMs}) => (nowMs - atMs) / 1000).filter((age) => age <= axisReaching(Infinity));
  return axisReaching(Math.max(drawn, ...ages));
}

/** The strips on one line, or, where `height` is more than that, one above the other on five. */
export function stripLines(picture: Picture, width: number, height: number): readonly Line[] {
  return height > 1 ? stacked(picture, width) : [sideBySide(picture, width)];
}

const labelWidth = ' requests '.length;
/** What "1.6G/2.0G" and its like take, and the counts of the restarts where there is room. */
const leastValueWidth = 12;
const wideValueWidth = 40;

function stacked({snapshot, nowMs}: Picture, width: number): readonly Line[] {
  const valueWidth = width >= 110 ? wideValueWidth : leastValueWidth;
  const axis = timeAxis(nowMs, width - labelWidth - valueWidth, watchedSeconds(snapshot, nowMs));
  const {restarts, requestsUnknownBecause: why} = snapshot;
  const lines = strips(snapshot).map((strip): Line => {
    const label = span(` ${strip.label.padEnd(labelWidth - 1)}`, 'quiet');
    if (strip.label === 'requests' && strip.value === unknownText && why !== undefined) {
      return [label, span(`${unknownText} not known: ${why}`, 'quiet')];
    }
    return [label, span(curve(strip, snapshot.at.wallMs, axis), 'curve'), span(` ${strip.value}`)];
  });
  const counts = marksText(restarts, axis);
  return [
    ...lines,
    [
      span(` ${'restarts'.padEnd(labelWidth - 1)}`, 'quiet'),
      ...restartMarks(restarts, axis),
      span(` ${axis.seconds / 60} min`, 'quiet'),
      span(counts === '' ? '' : `: ${counts}`),
    ],
  ].map((line) => cutLine(line, width));
}

/** Under this width a curve says nothing, and its room goes to the restarts. */
const narrowest = 6;
const widest = 24;

function sideBySide({snapshot, nowMs}: Picture, width: number): Line {
  const drawn = strips(snapshot).filter(
    ({label, values}) => values.length > 0 || label === 'backlog' || label === 'memory',
  );
  const chosen = width >= 100 ? drawn : drawn.filter(({label}) => label === 'backlog' || label === 'memory');
  const seconds = watchedSeconds(snapshot, nowMs);
  const words = [...chosen.map(({label, value}) => ` ${label}  ${value}  `), ` restarts  ${seconds / 60}m`].join('');
  const room = Math.floor((width - words.length) / (chosen.length + 1));
  const curveWidth = Math.min(widest, room);
  const axis = timeAxis(nowMs, curveWidth, seconds);
  const marksAxis =
    curveWidth < narrowest ? timeAxis(nowMs, Math.max(1, Math.min(widest, width - words.length)), seconds) : axis;
  return cutLine(
    [
      ...chosen.flatMap((strip) => [
        span(` ${strip.label} `, 'quiet'),
        ...(curveWidth < narrowest ? [] : [span(`${curve(strip, snapshot.at.wallMs, axis)} `, 'curve')]),
        span(`${strip.value}  `),
      ]),
      span(' restarts ', 'quiet'),
      ...restartMarks(snapshot.restarts, marksAxis),
      span(` ${seconds / 60}m`, 'quiet'),
    ],
    width,
  );
}

function curve({values, scale}: Strip, endMs: number, axis: TimeAxis): string {
  return sparkline(columnTops(values, endMs, axis), axis.columns, scale);
}

function backlogText({backlog, backlogLimit, drops, dropsAreOwn}: Snapshot['traffic']): string {
  if (backlog === undefined) {
    return unknownText;
  }
  const dropped = drops !== undefined && drops > 0 && dropsAreOwn === true ? `, ${formatCount(drops)} dropped` : '';
  return `${backlog}${backlogLimit === undefined ? '' : `/${backlogLimit}`}${dropped}`;
}

/** "108%", with what held the workers back: a quota, or the hypervisor. */
function cpuText({percent, throttledPercent = 0, stolenPercent = 0}: Snapshot['cpu']): string {
  const held = throttledPercent >= 1 ? `, ${formatPercent(throttledPercent)} held back by its quota` : '';
  const stolen = stolenPercent >= 1 ? `, ${formatPercent(stolenPercent)} stolen` : '';
  return `${formatPercent(percent)}${held}${stolen}`;
}

/** Use against the limit; without a readable limit the workers' sum, named as such, for it counts shared pages often. */
function memoryText({usedBytes, limitBytes, workersRssBytes}: Snapshot['memory']): string {
  if (usedBytes !== undefined) {
    return limitBytes === undefined
      ? `${formatBytes(usedBytes)} cgroup`
      : `${formatBytes(usedBytes)}/${formatBytes(limitBytes)}`;
  }
  return workersRssBytes === undefined ? unknownText : `${formatBytes(workersRssBytes)} RSS`;
}
