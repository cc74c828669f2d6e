/** The sampler over procfs. */
import {workerClassOf} from '../gunicorn/worker-classes.js';
import type {
  Attached,
  ListenerSample,
  MemorySample,
  Moment,
  Observation,
  Sample,
  SourceId,
  SourceState,
} from '../observation.js';
import {openActivity} from './activity.js';
import {withLog, withObserved} from './attached-settings.js';
import {openBrood} from './brood.js';
import {openChildren} from './children.js';
import {openExits} from './exits.js';
import {openHeartbeats} from './heartbeats.js';
import {openLogTail} from './log-tail.js';
import {startedWallMs} from './machine.js';
import type {FoundMaster} from './masters.js';
import {openMemory} from './memory.js';
import {openProcessFiles} from './process-files.js';
import type {ProcessStat} from './process-stat.js';
import {readArguments} from './procfs.js';
import {valueOf} from './reading.js';
import type {Sampler, SamplerOptions} from './sampler.js';
import {readSettings} from './settings.js';
import {settingsState} from './settings-state.js';
import {openSockets} from './sockets.js';
import {activityState, heartbeatState, offState, sourceIds} from './source-states.js';
import {openTraffic} from './traffic.js';

/** A second less the jitter of a timer. */
const slowEveryMs = 975;

const skippingShownMs = 60_000;

const emptyStat: ProcessStat = {
  state: 'X',
  parentPid: 0,
  deadChildrenMinorFaults: 0,
  cpuTicks: 0,
  threads: 0,
  startTicks: 0,
  rssPages: 0,
  argumentsAt: 0,
  exitCode: 0,
};

export type ProcSamplerOptions = SamplerOptions & {readonly root: string; readonly at: Moment};

export function openProcSampler(master: FoundMaster, options: ProcSamplerOptions): Sampler {
  const {root, without = new Set<SourceId>(), historyBytes, after, exits: givenExits, at: openedAt} = options;
  const {pid} = master.id;
  const owner = master.uid === undefined ? {} : {uid: master.uid};
  const isOn = (id: SourceId): boolean => !without.has(id);

  const opened = openProcessFiles(pid, root);
  const files = opened.kind === 'ok' && opened.value.startTicks === master.id.startTicks ? opened.value : undefined;
  if (files === undefined && opened.kind === 'ok') opened.value.close();
  const nsPid = files === undefined ? undefined : valueOf(files.status())?.nsPid;
  const argv = valueOf(readArguments(pid, root)) ?? [];
  let masterStat = (files === undefined ? undefined : valueOf(files.stat())) ?? emptyStat;
  let isGone = files === undefined;

  const read = isOn('settings') ? readSettings(pid, root) : {};
  const log = isOn('log')
    ? openLogTail(pid, {
        root,
        owner,
        ...(historyBytes !== undefined && {historyBytes}),
        ...(read.accessLogFormat !== undefined && {accessLogFormat: read.accessLogFormat.value}),
        ...(after?.logPositions !== undefined && {resumeFrom: after.logPositions()}),
        nowWallMs: openedAt.wallMs,
      })
    : undefined;
  const settings = withObserved(withLog(read, log?.history ?? [], nsPid ?? pid), master.workers.length);
  const workerClass = workerClassOf(settings.workerClass?.value, settings.threads?.value);

  const sockets = openSockets(pid, root);
  const traffic = openTraffic({
    masterPid: pid,
    root,
    owner,
    sockets,
    bind: () => settings.bind?.value,
    someWorker: () => brood.pids('worker')[0],
  });
  const activity = isOn('activity')
    ? openActivity({root, owner, sockets, listeners: traffic.listeners, hasPool: () => workerClass?.threadPool})
    : undefined;
  const heartbeats = isOn('heartbeat') ? openHeartbeats(pid, root, owner) : undefined;
  const exits = isOn('exits') ? (givenExits ?? openExits()) : undefined;
  const memory = isOn('memory') ? openMemory(pid, root) : undefined;
  const settingsKnown = settingsState(pid, root, owner);
  const children = openChildren(pid, root);
  const brood = openBrood({root, master: () => ({pid, stat: masterStat, argv}), heartbeats, activity, exits});

  let slowAtMs = Number.NEGATIVE_INFINITY;
  let skipped: {readonly bytes: number; readonly atMs: number} | undefined;
  let shown: readonly SourceState[] = [];

  const readMaster = (): void => {
    if (isGone || files === undefined) return;

    const stat = files.stat();
    if (stat.kind === 'ok' && stat.value.state !== 'Z' && stat.value.state !== 'X') masterStat = stat.value;
    else isGone = true;
  };

  const sample = (at: Moment, lateMs: number): Sample => {
    const isSlow = at.monotonicMs - slowAtMs >= slowEveryMs;
    if (isSlow) {
      slowAtMs = at.monotonicMs;
      sockets.refresh();
    }

    readMaster();
    const workers = brood.read(isGone ? [] : children.read(isSlow), at, isSlow, isGone);
    const listeners: readonly ListenerSample[] | undefined = isSlow && isOn('traffic') ? traffic.read() : undefined;
    const memorySample: MemorySample | undefined = isSlow ? memory?.read() : undefined;
    return {
      kind: 'sample',
      at,
      lateMs,
      ...(!isGone && {
        master: {
          id: master.id,
          processState: masterStat.state,
          deadChildrenMinorFaults: masterStat.deadChildrenMinorFaults,
        },
      }),
      workers,
      ...(listeners !== undefined && {listeners}),
      ...(memorySample !== undefined && {memory: memorySample}),
    };
  };

  const logState = (at: Moment): SourceState => {
    if (log === undefined) return offState('log');

    const state = log.state();
    if (state.state !== 'ok' || skipped === undefined || at.monotonicMs - skipped.atMs > skippingShownMs) return state;

    const megabytes = (skipped.bytes / 1e6).toFixed(1);
    return {
      id: 'log',
      state: 'partly',
      why: `${megabytes} MB of the log were passed over: it grows faster than it is read`,
    };
  };

  const stateBy: Readonly<Record<SourceId, (at: Moment) => SourceState>> = {
    processes: () => ({id: 'processes', state: 'ok'}),
    heartbeat: () =>
      heartbeats === undefined ? offState('heartbeat') : heartbeatState(heartbeats, brood.pids('worker')),
    log: logState,
    exits: () => exits?.state ?? offState('exits'),
    activity: () => (activity === undefined ? offState('activity') : activityState(activity)),
    memory: () => memory?.state() ?? offState('memory'),
    traffic: () => (isOn('traffic') ? traffic.state() : offState('traffic')),
    settings: () => (isOn('settings') ? settingsKnown : offState('settings')),
  };
  const sourcesAt = (at: Moment): readonly SourceState[] => sourceIds.map((id) => stateBy[id](at));

  const changes = (at: Moment): readonly Observation[] => {
    const before = shown;
    shown = sourcesAt(at);
    return shown
      .filter((source, index) => source.state !== before[index]?.state || source.why !== before[index]?.why)
      .map((source) => ({kind: 'source', at, source}));
  };

  const readLog = (at: Moment): readonly Observation[] => {
    const said = log?.read();
    if (said === undefined) return [];
    if (said.skippedBytes > 0) skipped = {bytes: said.skippedBytes, atMs: at.monotonicMs};

    const events: Observation[] = said.events.map((event) => ({kind: 'log', at, event}));
    if (said.requests.length > 0) events.push({kind: 'access', at, requests: said.requests});
    return events;
  };

  // One look at everything, so that the states below are those of sources that were tried.
  sample(openedAt, 0);
  slowAtMs = Number.NEGATIVE_INFINITY;
  shown = sourcesAt(openedAt);

  return {
    attached: (target, at): Attached => ({
      kind: 'attached',
      at,
      target,
      master: {
        id: master.id,
        startedWallMs: valueOf(startedWallMs(master.id.startTicks, at.wallMs, root)) ?? at.wallMs,
        ...(nsPid !== undefined && {nsPid}),
        parentPid: masterStat.parentPid || master.parentPid,
        ...(master.user !== undefined && {user: master.user}),
        settings,
      },
      sources: shown,
    }),
    sources: () => shown,
    history: log?.history ?? [],
    sample,
    observe: (at, lateMs) => {
      const wasGone = isGone;
      const isSlow = at.monotonicMs - slowAtMs >= slowEveryMs;
      const said = readLog(at);
      const taken = sample(at, lateMs);
      if (isSlow) log?.rescan();
      return [
        ...(isSlow ? changes(at) : []),
        ...said,
        taken,
        ...(isGone && !wasGone ? [{kind: 'master-gone' as const, at, id: master.id}] : []),
      ];
    },
    masterIsGone: () => isGone,
    watched: () => brood.size() + (isGone ? 0 : 1),
    logPositions: () => log?.positions() ?? new Map(),
    closeAll: () => {
      brood.close();
      heartbeats?.close();
      activity?.close();
      exits?.closeAll();
      sockets.close();
      children.close();
      log?.close();
      files?.close();
    },
  };
}
