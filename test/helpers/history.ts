/**
 * A history of one gunicorn, told as a story: what its processes did and what they printed, second by second.
 *
 * The story knows everything. What an observer sees of it depends on when it looks and on what it may read: `seenBy`
 * (history-view.ts) makes the observations.
 */
import {workerClassOf} from '../../source/gunicorn/worker-classes.js';
import type {Activity, Wait} from '../../source/activity.js';
import type {ChildKind, ExitStatus, ProcessId, SpawnReason} from '../../source/observation.js';
import {moment, processId} from './observations.js';

/** The gunicorn of a story; absent settings are those that could not be read. */
export type Setup = {
  readonly version?: string;
  readonly workerClass?: string;
  readonly timeoutSeconds?: number;
  readonly gracefulTimeoutSeconds?: number;
  readonly maxRequests?: number;
  readonly reload?: boolean;
  /** Workers that are there at the attach, oldest first, a minute old and idle. */
  readonly workers: readonly number[];
  /** How far the pids in the log are from those on the host, for a gunicorn in a container. */
  readonly nsPidOffset?: number;
};

/** What a worker does from a moment on. */
export type Deed = {
  readonly seconds: number;
  readonly does: 'boot' | 'rest' | 'work' | 'hang' | 'stop';
  readonly processState: string;
  readonly activity: Activity;
  readonly rssBytes?: number;
};

export type Person = {
  readonly id: ProcessId;
  /** What it is taken for, from a moment on. */
  readonly kinds: ReadonlyArray<{readonly seconds: number; readonly kind: ChildKind}>;
  readonly master: number;
  readonly bornSeconds: number;
  readonly deeds: readonly Deed[];
  readonly died?: {readonly seconds: number; readonly exit: ExitStatus};
  /** Why it was forked, where the story says so. */
  readonly spawnReason?: SpawnReason;
  /** Requests begun before the story, or beside what it tells, from a moment on. */
  readonly counted?: {readonly seconds: number; readonly count: number};
};

/** A signal that somebody sent: the master, the kernel, or somebody from outside. */
export type StorySignal = {
  readonly seconds: number;
  readonly pid: number;
  readonly signal: string;
  readonly by: 'master' | 'kernel' | 'outside';
};

export type StoryMaster = {
  readonly id: ProcessId;
  readonly attachedSeconds: number;
  readonly parentPid: number;
  readonly goneSeconds?: number;
};

export type Story = {
  readonly setup: Setup;
  readonly people: readonly Person[];
  readonly masters: readonly StoryMaster[];
  readonly lines: ReadonlyArray<{readonly seconds: number; readonly text: string}>;
  readonly signals: readonly StorySignal[];
  readonly oomKills: ReadonlyArray<{readonly seconds: number; readonly scope: 'cgroup' | 'machine'}>;
  readonly endSeconds: number;
};

export const waiting: Activity = {main: {kind: 'accept', via: 'pselect6'}, clients: 0};
export const database: Wait = {kind: 'peer', what: '10.0.3.7:5432', via: 'recvfrom'};
export const onCpu: Wait = {kind: 'cpu'};
export const silentClient: Wait = {kind: 'client', via: 'recvfrom'};

/** The teller: every step happens now, and `wait` lets time pass. */
export type Teller = {
  readonly wait: (seconds: number) => Teller;
  /** Lines of the log. "[812] [INFO] text" gets its time stamp; any other line is written as it is. */
  readonly log: (...lines: readonly string[]) => Teller;
  readonly born: (pid: number, kind?: ChildKind, spawnReason?: SpawnReason) => Teller;
  readonly boots: (pid: number) => Teller;
  /** Handles a request, waiting for this; a class that beats beside its requests goes on doing so. */
  readonly works: (pid: number, main?: Wait) => Teller;
  /** Its heartbeat stops, whatever the class. */
  readonly hangs: (pid: number, main?: Wait, processState?: string) => Teller;
  readonly rests: (pid: number) => Teller;
  /** Sleeps on its way out, with no client. */
  readonly leaves: (pid: number) => Teller;
  readonly stops: (pid: number) => Teller;
  readonly weighs: (pid: number, rssBytes: number) => Teller;
  readonly dies: (pid: number, exit: ExitStatus | string | number) => Teller;
  readonly signal: (pid: number, signal: string, by: StorySignal['by']) => Teller;
  /** It has begun so many requests by now. */
  readonly counts: (pid: number, count: number) => Teller;
  /** The kernel's counter of OOM kills rises. */
  readonly oomKill: (scope?: 'cgroup' | 'machine') => Teller;
  readonly becomes: (pid: number, kind: ChildKind) => Teller;
  readonly masterDies: () => Teller;
  /** Another master is attached to; its workers are told with `born`. */
  readonly attach: (pid: number, parentPid?: number) => Teller;
  readonly story: () => Story;
};

/** Starts with the attach to master 812, and its workers idle. */
export function history(setup: Setup): Teller {
  let now = 0;
  let people: Person[] = setup.workers.map((pid, index) => ({
    id: processId(pid, -60 + index * 0.1),
    kinds: [{seconds: -60, kind: 'worker'}],
    master: 812,
    bornSeconds: -60,
    deeds: [{seconds: -59, does: 'rest', processState: 'S', activity: waiting}],
  }));
  let masters: StoryMaster[] = [{id: processId(812, -900), attachedSeconds: 0, parentPid: 1}];
  const lines: Array<Story['lines'][number]> = [];
  const signals: StorySignal[] = [];
  const oomKills: Array<Story['oomKills'][number]> = [];

  const change = (pid: number, how: (person: Person) => Person): void => {
    const index = people.findLastIndex((person) => person.id.pid === pid);
    if (index === -1) throw new Error(`nobody has the pid ${pid}`);
    people = people.with(index, how(people[index]!));
  };
  const act = (pid: number, deed: Omit<Deed, 'seconds'>): Teller => {
    change(pid, (person) => ({...person, deeds: [...person.deeds, {...deed, seconds: now}]}));
    return teller;
  };
  const master = (): StoryMaster => masters.at(-1)!;

  const teller: Teller = {
    wait(seconds) {
      now += seconds;
      return teller;
    },
    log(...texts) {
      lines.push(...texts.map((text) => ({seconds: now, text: withTimeStamp(text, now)})));
      return teller;
    },
    born(pid, kind = 'worker', spawnReason?: SpawnReason) {
      const id = processId(pid, now);
      const boot: Deed = {seconds: now, does: 'boot', processState: 'R', activity: {main: onCpu, clients: 0}};
      people = [
        ...people,
        {
          id,
          kinds: [{seconds: now, kind}],
          master: master().id.pid,
          bornSeconds: now,
          deeds: [boot],
          ...(spawnReason && {spawnReason}),
        },
      ];
      return teller;
    },
    boots: (pid) => act(pid, {does: 'rest', processState: 'S', activity: waiting}),
    rests: (pid) => act(pid, {does: 'rest', processState: 'S', activity: waiting}),
    works: (pid, main = database) => act(pid, {does: 'work', processState: 'S', activity: {main, clients: 1}}),
    hangs: (pid, main = database, processState = 'S') =>
      act(pid, {does: 'hang', processState, activity: {main, clients: 1}}),
    leaves: (pid) =>
      act(pid, {
        does: 'stop',
        processState: 'S',
        activity: {main: {kind: 'sleep', via: 'clock_nanosleep'}, clients: 0},
      }),
    stops: (pid) => act(pid, {does: 'stop', processState: 'T', activity: {clients: 0}}),
    weighs(pid, rssBytes) {
      change(pid, (person) => ({
        ...person,
        deeds: [...person.deeds, {...person.deeds.at(-1)!, seconds: now, rssBytes}],
      }));
      return teller;
    },
    dies(pid, exit) {
      change(pid, (person) => ({...person, died: {seconds: now, exit: exitOf(exit)}}));
      return teller;
    },
    signal(pid, signal, by) {
      signals.push({seconds: now, pid, signal, by});
      return teller;
    },
    counts(pid, count) {
      change(pid, (person) => ({...person, counted: {seconds: now, count}}));
      return teller;
    },
    oomKill(scope = 'cgroup') {
      oomKills.push({seconds: now, scope});
      return teller;
    },
    becomes(pid, kind) {
      change(pid, (person) => ({...person, kinds: [...person.kinds, {seconds: now, kind}]}));
      return teller;
    },
    masterDies() {
      masters = [...masters.slice(0, -1), {...master(), goneSeconds: now}];
      return teller;
    },
    attach(pid, parentPid = 1) {
      masters = [...masters, {id: processId(pid, now - 0.5), attachedSeconds: now, parentPid}];
      return teller;
    },
    story: () => ({setup, people, masters, lines, signals, oomKills, endSeconds: now}),
  };
  return teller;
}

function withTimeStamp(text: string, seconds: number): string {
  if (!/^\[\d+\] \[[A-Z]+\] /.test(text)) return text;
  const stamp = new Date(moment(seconds).wallMs).toISOString();
  return `[${stamp.slice(0, 10)} ${stamp.slice(11, 19)} +0000] ${text}`;
}

/** 7 is an exit code, "SIGKILL" a signal. */
function exitOf(exit: ExitStatus | string | number): ExitStatus {
  if (typeof exit === 'number') return {code: exit};
  return typeof exit === 'string' ? {signal: exit, core: false} : exit;
}

/** When a worker beat last, seconds from the beginning; undefined while it boots. */
export function lastBeatSeconds({deeds}: Person, setup: Setup, nowSeconds: number): number | undefined {
  const workerClass = workerClassOf(setup.workerClass ?? 'sync');
  const intervalSeconds =
    workerClass && workerClass.beats !== 'every-second' ? Math.max(0.5, (setup.timeoutSeconds ?? 30) / 2) : 1;
  const isQuiet = ({does}: Deed): boolean =>
    does === 'hang' || does === 'stop' || (does === 'work' && workerClass?.silentInLongRequest === true);
  let last: number | undefined;
  for (const [index, deed] of deeds.entries()) {
    if (deed.does === 'boot' || deed.seconds > nowSeconds) continue;
    const untilSeconds = Math.min(deeds[index + 1]?.seconds ?? Infinity, nowSeconds);
    // A request starts with a beat, and so does the wait for the next; only what hangs or is stopped does not.
    const isSame = index > 0 && deeds[index - 1]?.does === deed.does;
    const first = deed.does === 'stop' || deed.does === 'hang' || isSame ? (last ?? deed.seconds) : deed.seconds;
    last = isQuiet(deed) ? first : first + Math.floor((untilSeconds - first) / intervalSeconds) * intervalSeconds;
  }
  return last;
}
