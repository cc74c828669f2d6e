/** What the strips show: how traffic, accept queue, memory and CPU moved, each with its newest value in words. */
import type {Snapshot} from '../../snapshot.js';
import {formatBytes, formatCount, formatPercent, formatRate, unknownText} from '../format.js';
import {scaleFromZero, scaleOfGrowth, type Scale} from '../sparkline.js';

/** One thing that moved: its name, its newest value and its curve. */
export type Strip = {
  readonly label: string;
  /** The newest value, with its limit where there is one. */
  readonly value: string;
  /** Less of it, where there is little room. */
  readonly figure?: string;
  /** One a second, oldest first. */
  readonly values: readonly number[];
  readonly scale: Scale;
};

/** So high is the top at least: one waiting client, one request and a tenth of a core stay small. */
const least = {backlog: 10, requests: 10, cpuPercent: 100};

/** Traffic, accept queue, memory and processor, in this order. */
export function strips({
  traffic,
  memory,
  cpu,
}: Snapshot): readonly [traffic: Strip, backlog: Strip, memory: Strip, cpu: Strip] {
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
      ...(memory.usedBytes !== undefined && limitBytes === undefined && {figure: formatBytes(memory.usedBytes)}),
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

/** Use against the limit, or that none is to be seen from here; where the group cannot be seen the workers' sum, which counts shared pages often. */
function memoryText({usedBytes, limitBytes, workersRssBytes}: Snapshot['memory']): string {
  if (usedBytes !== undefined) {
    return limitBytes === undefined
      ? `${formatBytes(usedBytes)}, no limit seen`
      : `${formatBytes(usedBytes)}/${formatBytes(limitBytes)}`;
  }
  return workersRssBytes === undefined ? unknownText : `${formatBytes(workersRssBytes)} RSS`;
}
