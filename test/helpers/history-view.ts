import {isAtLeast} from '../../source/gunicorn/versions.js';
import {feed, flush, noLogRecords} from '../../source/gunicorn/log-records.js';
import type {LogEvent} from '../../source/gunicorn/log-event.js';
import type {Heartbeat} from '../../source/heartbeat.js';
import type {Attached, Moment, Observation, Sample, WorkerPeek, WorkerSample} from '../../source/observation.js';
import type {Sender} from '../../source/sender.js';
import type {SourceId} from '../../source/source-state.js';
import {lastBeatSeconds, type Person, type Story, type StoryMaster, type StorySignal} from './history.js';
import {attached, moment, settingsOf, sourceStates, worker} from './observations.js';

/** How a story is looked at. */
export type View = {
  /** 250 when absent. */
  readonly intervalMs?: number;
  /** How long after the attach the first tick is; less than the interval. */
  readonly phaseMs?: number;
  /** How long after the log the processes of the same tick are read. 2 when absent. */
  readonly readMs?: number;
  /** What cannot be read. */
  readonly without?: readonly SourceId[];
  /** What can be read beyond the usual: the memory of the workers, who sent a signal. */
  readonly more?: readonly SourceId[];
  /** Ticks that do not run, as on a machine that is overloaded. */
  readonly skipped?: readonly number[];
  /** Between the log and the processes of the tick that runs at this time, it stands still for so long. */
  readonly stall?: {readonly atSeconds: number; readonly ms: number};
  /** For how long the looking goes on after the story's end. */
  readonly afterSeconds?: number;
};

/** What another user sees of a worker: that it is there, its state, its memory. */
export const asOtherUser: readonly SourceId[] = ['heartbeat', 'activity', 'exits'];

/** The observations that a session makes of a story: for each tick what the log said, then the sample. */
export function seenBy(story: Story, view: View = {}): readonly Observation[] {
  const {
    intervalMs = 250,
    phaseMs = 0,
    readMs = 2,
    without = [],
    more = [],
    skipped = [],
    stall,
    afterSeconds = 0,
  } = view;
  const observations: Observation[] = [];
  const reader = logReader(story, without);
  const seenDead = new Set<Person>();
  const told = new Set<StoryMaster>();
  const extra = more.filter((id) => !without.includes(id));
  let tracedUntil = 0;
  const endMs = (story.endSeconds + afterSeconds) * 1000;
  let tick = 0;
  let busyUntilMs = 0;
  for (let atMs = phaseMs; atMs <= endMs; atMs += intervalMs, tick++) {
    if ((tick > 0 && skipped.includes(tick)) || atMs < busyUntilMs) continue;
    const seconds = atMs / 1000;
    const isStalled =
      stall !== undefined && atMs <= stall.atSeconds * 1000 && atMs + intervalMs > stall.atSeconds * 1000;
    const tookMs = readMs + (isStalled ? stall.ms : 0);
    busyUntilMs = atMs + tookMs;
    for (const master of story.masters.filter((other) => !told.has(other) && other.attachedSeconds <= seconds)) {
      told.add(master);
      observations.push(attachedTo(story, master, {without, extra}, moment(seconds)));
      if (told.size === 1) reader.skip(seconds);
    }
    observations.push(...reader.read(seconds));
    const master = [...told].at(-1)!;
    observations.push(sampleAt(story, master, {seconds, readMs: tookMs, tick, without, seenDead}));
    if (extra.includes('peek') && tick % 2 === 0) observations.push(...peekAt(story, master, seconds));
    const readUntil = seconds + tookMs / 1000;
    if (extra.includes('signals')) observations.push(...tracedBetween(story, tracedUntil, readUntil, moment(seconds)));
    tracedUntil = readUntil;
  }
  return observations;
}

function logReader(
  {lines}: Story,
  without: readonly SourceId[],
): {readonly skip: (seconds: number) => void; readonly read: (seconds: number) => readonly Observation[]} {
  let state = noLogRecords;
  let next = 0;
  const untilLine = (seconds: number): readonly string[] => {
    const first = next;
    while (next < lines.length && lines[next]!.seconds <= seconds) next++;
    return lines.slice(first, next).map(({text}) => text);
  };
  return {
    skip: (seconds) => void untilLine(seconds - 0.001),
    read(seconds) {
      if (without.includes('log')) return [];
      const events: LogEvent[] = [];
      const fresh = untilLine(seconds);
      for (const line of fresh) {
        const fed = feed(state, line);
        state = fed.state;
        events.push(...fed.events);
      }
      if (fresh.length === 0) {
        const flushed = flush(state);
        state = flushed.state;
        events.push(...flushed.events);
      }
      return events.map((event) => ({kind: 'log', at: moment(seconds), event}));
    },
  };
}

function attachedTo(
  {setup}: Story,
  master: StoryMaster,
  {without, extra}: {readonly without: readonly SourceId[]; readonly extra: readonly SourceId[]},
  at: Moment,
): Attached {
  const {workers: _workers, nsPidOffset, ...settings} = setup;
  const {id, parentPid} = master;
  return {
    ...attached(
      {
        id,
        parentPid,
        startedWallMs: at.wallMs - (at.monotonicMs - id.startTicks * 10),
        settings: settingsOf(without.includes('settings') ? {} : settings),
        ...(nsPidOffset && {nsPid: id.pid - nsPidOffset}),
      },
      at,
    ),
    sources: [...sourceStates(without), ...(extra.includes('signals') ? [{id: 'signals', state: 'ok'} as const] : [])],
  };
}

/** What memory shows of the workers at a moment; of a master that is gone, nothing. */
function peekAt({setup, people}: Story, master: StoryMaster, seconds: number): readonly Observation[] {
  if ((master.goneSeconds ?? Infinity) <= seconds) return [];
  const own = people.filter((person) => person.master === master.id.pid && person.bornSeconds <= seconds);
  const workers = own
    .filter(({died}) => (died?.seconds ?? Infinity) > seconds)
    .map((person) => peekOf(person, setup, seconds));
  return [{kind: 'peek', at: moment(seconds), master: {id: master.id, workersSpawned: own.length}, workers}];
}

function peekOf(person: Person, {maxRequests}: Story['setup'], seconds: number): WorkerPeek {
  const {id, deeds, counted, spawnReason} = person;
  const isCounted = counted !== undefined && counted.seconds <= seconds;
  const begun = deeds.filter(
    (deed) => deed.does === 'work' && deed.seconds <= seconds && !(isCounted && deed.seconds <= counted.seconds),
  );
  const deed = deeds.findLast((other) => other.seconds <= seconds) ?? deeds[0]!;
  const isWorking = (deed.activity.clients ?? 0) > 0;
  const request = {method: 'GET', path: '/work', startedWallMs: moment(deed.seconds).wallMs};
  return {
    id,
    requestsBegun: (isCounted ? counted.count : 0) + begun.length,
    ...(maxRequests !== undefined && maxRequests > 0 && {maxRequests}),
    ...(spawnReason && {spawnReason}),
    ...(deed.does !== 'boot' && {requests: isWorking ? [request] : []}),
  };
}

/** The signals that were sent in a time, as the kernel's trace tells them. */
function tracedBetween({signals}: Story, from: number, to: number, at: Moment): readonly Observation[] {
  const events = signals
    .filter(({seconds}) => seconds > from && seconds <= to)
    .map(({seconds, pid, signal, by}) => ({
      kind: 'signal' as const,
      at: moment(seconds),
      pid,
      signal,
      sender: senders[by],
    }));
  return events.length > 0 ? [{kind: 'kernel', at, source: 'signals', events}] : [];
}

const senders: Readonly<Record<StorySignal['by'], Sender>> = {
  master: {pid: 812, name: 'gunicorn'},
  kernel: {pid: 0, isKernel: true},
  outside: {pid: 3293, name: 'bash', user: 'deploy'},
};

type Look = {
  readonly seconds: number;
  readonly readMs: number;
  readonly tick: number;
  readonly without: readonly SourceId[];
  readonly seenDead: Set<Person>;
};

function sampleAt(story: Story, master: StoryMaster, look: Look): Sample {
  const seconds = look.seconds + look.readMs / 1000;
  const isAlive = (master.goneSeconds ?? Infinity) > seconds;
  const workers = story.people
    .filter((person) => person.master === master.id.pid && person.bornSeconds <= seconds)
    .flatMap((person) => workerAt(story, person, isAlive ? master.id.pid : 1, seconds, look));
  const kills = story.oomKills.filter((kill) => kill.seconds <= seconds);
  const readsMemory = look.tick % 4 === 0 && !look.without.includes('memory');
  return {
    kind: 'sample',
    at: moment(look.seconds),
    tookMs: look.readMs,
    lateMs: 0,
    ...(isAlive && {master: {id: master.id, processState: 'S', deadChildrenMinorFaults: 0}}),
    workers,
    ...(readsMemory && {
      memory: {oomKills: kills.length, cgroupOomKills: kills.filter(({scope}) => scope === 'cgroup').length},
    }),
  };
}

function workerAt(
  {setup}: Story,
  person: Person,
  parentPid: number,
  seconds: number,
  {without, seenDead}: Look,
): readonly WorkerSample[] {
  const isDead = (person.died?.seconds ?? Infinity) <= seconds;
  if (isDead && seenDead.has(person)) return [];
  const deed = person.deeds.findLast((other) => other.seconds <= seconds) ?? person.deeds[0]!;
  const rssBytes = person.deeds.findLast((other) => other.seconds <= seconds && other.rssBytes !== undefined)?.rssBytes;
  const heartbeat = without.includes('heartbeat') ? undefined : heartbeatAt(person, setup, seconds);
  const exit = isDead && !without.includes('exits') ? person.died?.exit : undefined;
  const kind = person.kinds.findLast((other) => other.seconds <= seconds)?.kind ?? 'worker';
  if (isDead) {
    seenDead.add(person);
    if (!exit && !heartbeat) return [];
  }
  return [
    worker(person.id, {
      kind,
      parentPid,
      processState: isDead ? 'X' : deed.processState,
      cpuMs: cpuMsAt(person, seconds),
      ...(rssBytes !== undefined && {rssBytes}),
      ...(isDead && {rssBytes: 0}),
      ...(setup.nsPidOffset && {nsPid: person.id.pid - setup.nsPidOffset}),
      ...(heartbeat && {heartbeat}),
      ...(!isDead && !without.includes('activity') && {activity: deed.activity}),
      ...(exit && {exit}),
    }),
  ];
}

function heartbeatAt(person: Person, setup: Story['setup'], seconds: number): Heartbeat {
  const last = lastBeatSeconds(person, setup, Math.min(seconds, person.died?.seconds ?? Infinity));
  if (last === undefined) return {changedWallMs: moment(person.bornSeconds).wallMs, notified: false};
  const at = moment(last);
  const isMonotonic = isAtLeast(setup.version, '22.0') !== false;
  return {changedWallMs: at.wallMs, notified: true, ...(isMonotonic && {beatMonotonicMs: at.monotonicMs})};
}

function cpuMsAt({deeds}: Person, seconds: number): number {
  return deeds.reduce((total, deed, index) => {
    const untilSeconds = Math.min(deeds[index + 1]?.seconds ?? Infinity, seconds);
    const share = deed.activity.main?.kind === 'cpu' ? 1 : 0.01;
    return total + Math.max(0, untilSeconds - deed.seconds) * 1000 * share;
  }, 0);
}
