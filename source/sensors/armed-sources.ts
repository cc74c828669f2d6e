/** Opens every source of one master that is not turned off, and says how each of them stands. */
import {accessMatcher} from '../gunicorn/access-lines.js';
import type {Settings} from '../gunicorn/settings.js';
import {workerClassOf} from '../gunicorn/worker-classes.js';
import type {Moment} from '../observation.js';
import type {SourceId, SourceState} from '../source-state.js';
import {openActivity} from './activity.js';
import {withLog, withObserved} from './attached-settings.js';
import {openChanges} from './changes.js';
import {openBrood, type Brood} from './brood.js';
import {openConnector} from './connector.js';
import {openControlSocket} from './control-socket.js';
import {openCpu, type Cpu} from './cpu.js';
import {openExits} from './exits.js';
import {openHeartbeats} from './heartbeats.js';
import {openJournal} from './journal.js';
import {openKernelEvents, type KernelEvents} from './kernel-events.js';
import {openKernelLog} from './kernel-log.js';
import {readHistory, type LogHistory} from './log-history.js';
import {logBehindJournal, logFromJournal} from './log-state.js';
import {openLogTail, type LogTail} from './log-tail.js';
import type {MasterWatch} from './master-watch.js';
import type {FoundMaster} from './masters.js';
import {readArguments} from './procfs.js';
import {valueOf} from './reading.js';
import {openMemory, type Memory} from './memory.js';
import type {SamplerOptions} from './sampler.js';
import {isTheirs, readOwnSettings} from './settings.js';
import {settingsState} from './settings-state.js';
import type {SideSource} from './side-source.js';
import {openSignals} from './signals.js';
import {openSockets, type Sockets} from './sockets.js';
import {activityState, heartbeatState, offState, sampledSourceIds} from './source-states.js';
import {openTraffic, type Traffic} from './traffic.js';
import {openWorkerUsage} from './worker-usage.js';
import {packagesFolder} from './version.js';

export type ArmedSources = {
  readonly settings: Settings;
  readonly brood: Brood;
  readonly sockets: Sockets;
  /** Undefined when turned off, as the three below. */
  readonly traffic: Traffic | undefined;
  readonly memory: Memory | undefined;
  readonly cpu: Cpu | undefined;
  readonly log: LogTail | undefined;
  /** The log from before the attach, where it was asked for. */
  readonly past: LogHistory | undefined;
  readonly journalReadUntilUs: () => number | undefined;
  /** Those that work beside the ticks. */
  readonly aside: readonly SideSource[];
  readonly kernel: KernelEvents;
  readonly states: () => readonly SourceState[];
  readonly close: () => void;
};

export type ArmOptions = SamplerOptions & {readonly root: string; readonly at: Moment; readonly clock: () => Moment};

function openLog(master: FoundMaster, read: Settings, options: ArmOptions): LogTail {
  const {root, at, historyBytes, after} = options;
  return openLogTail(master.id.pid, {
    root,
    ...(master.uid !== undefined && {owner: {uid: master.uid}}),
    ...(historyBytes !== undefined && {historyBytes}),
    ...(read.accessLogFormat !== undefined && {accessLogFormat: read.accessLogFormat.value}),
    ...(after?.logPositions !== undefined && {resumeFrom: after.logPositions()}),
    nowWallMs: at.wallMs,
  });
}

export function armSources(master: FoundMaster, watch: MasterWatch, options: ArmOptions): ArmedSources {
  const {root, clock, without = new Set<SourceId>()} = options;
  const {pid} = master.id;
  const owner = master.uid === undefined ? {} : {uid: master.uid};
  const ifOn = <T>(id: SourceId, open: () => T): T | undefined => (without.has(id) ? undefined : open());

  const read = ifOn('settings', () => readOwnSettings(pid, root)) ?? {};
  const log = ifOn('log', () => openLog(master, read, options));
  const settings = withObserved(withLog(read, log?.history ?? [], watch.nsPid ?? pid), master.workers.length);
  const hasPool = workerClassOf(settings.workerClass?.value, settings.threads?.value)?.threadPool;

  const sockets = openSockets(pid, root);
  const traffic = openTraffic({
    masterPid: pid,
    root,
    owner,
    sockets,
    bind: () => settings.bind?.value,
    backlog: () => settings.backlog?.value,
    someWorker: () => brood.pids('worker')[0],
  });
  const activity = ifOn('activity', () =>
    openActivity({
      root,
      owner,
      service: () => ({sockets, listeners: traffic.listeners(), inherited: traffic.inherited()}),
      hasPool: () => hasPool,
    }),
  );
  const heartbeats = ifOn('heartbeat', () => openHeartbeats(pid, root, owner));
  const memory = ifOn('memory', () => openMemory(pid, root));
  const cpu = ifOn('cpu', () => openCpu(pid, root));
  const usage = openWorkerUsage({root, cpu: cpu !== undefined, memory: memory !== undefined});
  const connector = ifOn('connector', () =>
    openConnector(pid, (child) => brood.has(child) || kernel.knows(child), root),
  );
  const exits = ifOn('exits', () => options.exits ?? openExits({mayRace: connector?.state.state !== 'ok'}));
  const kernelLog = ifOn('kernel-log', () => openKernelLog('/dev/kmsg', root));
  const signals = ifOn('signals', () => openSignals(root));
  const brood = openBrood({root, clock, master: watch.known, heartbeats, activity, exits, connector, usage});
  const kernel = openKernelEvents({
    masterPid: pid,
    root,
    sources: {'kernel-log': kernelLog, signals},
    connector,
  });
  const settingsRead = settingsState(pid, root, owner);
  const changes = ifOn('changes', () =>
    openChanges(master.id, {
      root,
      owner,
      at: options.at,
      packages: packagesFolder(pid, valueOf(readArguments(pid, root)) ?? [], root),
    }),
  );
  const controlSocket = ifOn('control-socket', () =>
    openControlSocket(master.id, {
      root,
      owner,
      sockets,
      nsPid: watch.nsPid,
      version: settings.version?.value,
      at: options.at,
    }),
  );
  const journal = ifOn('journal', () =>
    // It is another way to the log, and no log without it.
    ifOn('log', () =>
      openJournal(master.id, {
        root,
        owner,
        at: options.at,
        readUntilUs: options.after?.journalReadUntilUs?.(),
        accessMatcher: accessMatcher(settings.accessLogFormat?.value),
      }),
    ),
  );
  const past =
    log && options.history === true
      ? readHistory(log.files, {rootFolder: `${root}/${pid}/root`, isTheirs: (path) => isTheirs(path, master.uid)})
      : undefined;
  const aside = [changes, controlSocket, journal].filter((source) => source !== undefined);

  const states: Readonly<Record<(typeof sampledSourceIds)[number], () => SourceState | undefined>> = {
    processes: () => ({id: 'processes', state: 'ok'}),
    heartbeat: () => heartbeats && heartbeatState(heartbeats, brood.pids('worker')),
    log: () => {
      if (journal?.isRead()) return logFromJournal;
      const state = log?.state();
      return state && journal ? logBehindJournal(state, journal.state()) : state;
    },
    exits: () => exits?.state(),
    connector: () => connector?.state,
    'kernel-log': () => kernelLog?.state(),
    signals: () => signals?.state(),
    activity: () => activity && activityState(activity),
    memory: () => memory?.state(),
    cpu: () => cpu?.state(),
    traffic: () => traffic.state(),
    settings: () => settingsRead,
    changes: () => changes?.state(),
    'control-socket': () => controlSocket?.state(),
    journal: () => journal?.state(),
  };

  return {
    settings,
    brood,
    sockets,
    traffic: without.has('traffic') ? undefined : traffic,
    memory,
    cpu,
    log,
    past,
    journalReadUntilUs: () => journal?.readUntilUs(),
    aside,
    kernel,
    states: () => sampledSourceIds.map((id) => (without.has(id) ? undefined : states[id]()) ?? offState(id)),
    close: () => {
      brood.close();
      heartbeats?.close();
      activity?.close();
      exits?.closeAll();
      connector?.close();
      kernelLog?.close();
      signals?.close();
      sockets.close();
      log?.close();
      past?.close();
      for (const source of aside) source.close();
    },
  };
}
