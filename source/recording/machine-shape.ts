/** The shapes of what surrounds the workers: listeners, network, memory and processors. */
import type {CpuSample, ListenerSample, MemorySample, NetworkSample} from '../machine-sample.js';
import {exactly, listOf, number, object, optional, text} from './shape.js';

export const listener = object<ListenerSample>({
  address: text,
  backlog: optional(number),
  backlogLimit: optional(number),
  backlogLimitInferred: optional(exactly(true)),
  drops: optional(number),
});

export const network = object<NetworkSample>({
  passiveOpens: optional(number),
  listenOverflows: optional(number),
  listenDrops: optional(number),
  otherListeners: optional(number),
});

export const memory = object<MemorySample>({
  oomKills: optional(number),
  cgroupOomKills: optional(number),
  usedBytes: optional(number),
  limitBytes: optional(number),
  peakBytes: optional(number),
  limitHits: optional(number),
  groupPressureMs: optional(number),
  pressureMs: optional(number),
  availableBytes: optional(number),
  machineBytes: optional(number),
  oomDaemons: optional(listOf(text)),
});

export const cpu = object<CpuSample>({
  processors: optional(number),
  totalMs: optional(number),
  busyMs: optional(number),
  stolenMs: optional(number),
  pressureMs: optional(number),
  groupPressureMs: optional(number),
  quotaProcessors: optional(number),
  periods: optional(number),
  throttledPeriods: optional(number),
  throttledMs: optional(number),
});
