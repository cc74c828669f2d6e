/**
 * The door of this room: reads what a gunicorn master and its workers hold in memory, from outside.
 *
 * Everything goes through positioned reads of `/proc/<pid>/mem`: nothing is stopped, traced, signalled or executed. A
 * read can block while the target's memory is locked or swapped in, so this belongs in a thread of its own. What could
 * not be verified is left out, never guessed.
 */
import {hrtime} from 'node:process';
import type {Settings} from '../gunicorn/settings.js';
import type {Moment, Peeked, ProcessId, Reading, WorkerPeek} from '../observation.js';
import type {NoReading} from '../sensors/reading.js';
import {gunicornVersion, readArbiter, settingsOf} from './arbiter.js';
import {attachMaster, type AttachedMaster} from './attach-master.js';
import {moduleDict} from './attributes.js';
import {zoneOf} from './local-time.js';
import {openProgram, type Program} from './program.js';
import {safely, walk} from './unreadable.js';
import {checkWorker, openWorker, readWorker, type WorkerReader} from './worker.js';

export type PeekOptions = {
  /** Where procfs is mounted; `/proc` when absent. */
  readonly root?: string;
  /** Keeps the query of a request's path, as the user asked with `--show-query`. */
  readonly showQuery?: boolean;
  /** What time it is; the clocks of this process when absent. */
  readonly now?: () => Moment;
};

/** What one read of the master's memory told. */
export type MasterPeek = NonNullable<Peeked['master']>;

export type WorkerPeekOptions = {
  /** Reads the stack of every thread, the requests in flight and the reason of the spawn too; else only the counters. */
  readonly stack: boolean;
};

export type PeekReader = {
  /** The interpreter in words, "CPython 3.11.7". */
  readonly interpreter: string;
  /** The arbiter's counter and its effective settings, as they stand now; the same object while they do not change. */
  readonly readMaster: () => Reading<MasterPeek>;
  /** One worker; where nothing could be read, `why` says what stands in the way. */
  readonly readWorker: (id: ProcessId, options: WorkerPeekOptions) => WorkerPeek;
  /** Lets go of a worker that has ended: its descriptor and what was remembered of it. */
  readonly forgetWorker: (id: ProcessId) => void;
  /** Closes every descriptor; nothing may be read afterwards. */
  readonly close: () => void;
};

/**
 * Opens the master's memory, recognises the interpreter and finds the arbiter, each with its self-checks. Every reason
 * not to read, from a missing permission to an unknown Python, comes back in words; then nothing stays open.
 */
export function openPeekReader(masterPid: number, options: PeekOptions = {}): Reading<PeekReader> {
  const attached = attachMaster(masterPid, options.root ?? '/proc');
  return attached.kind === 'ok' ? {kind: 'ok', value: readerOf(attached.value, options)} : attached;
}

/** For a master with thousands of workers; a usual look takes some hundreds. */
const mostReads = 100_000;

/** The second one is CLOCK_MONOTONIC, in which asgi workers keep when a request began. */
const systemClocks = (): Moment => ({wallMs: Date.now(), monotonicMs: Number(hrtime.bigint()) / 1e6});

function readerOf(master: AttachedMaster, options: PeekOptions): PeekReader {
  const {showQuery = false, now = systemClocks} = options;
  const {program, arbiter} = master;
  const settings = settingsReader(master);
  const workers = workerReaders(master, options.root ?? '/proc');

  return {
    interpreter: program.runtime.name,
    readMaster: () =>
      safely(() => {
        const {monotonicMs} = now();
        program.heap.turn(monotonicMs);
        program.heap.memory.allow(mostReads);
        const {workersSpawned} = readArbiter(program.heap, arbiter);
        const current = settings(monotonicMs);
        return {
          kind: 'ok',
          value: {
            id: program.id,
            ...(current !== undefined && {settings: current}),
            ...(workersSpawned !== undefined && {workersSpawned}),
          },
        };
      }),
    readWorker: (id, {stack}) => {
      const opened = workers.of(id);
      const peek: Reading<WorkerPeek> =
        opened.kind === 'ok'
          ? safely(() => ({kind: 'ok', value: readWorker(opened.value, {stack, showQuery, now: now()})}))
          : opened;
      if (peek.kind === 'ok') return peek.value;
      if (peek.kind === 'gone') workers.forget(id);
      return {id, why: inWords(peek)};
    },
    forgetWorker: workers.forget,
    close: () => {
      workers.close();
      program.close();
    },
  };
}

/** Settings change only on a signal to the master, and hundreds of reads tell all of them; they are looked at anew this often. */
const settingsAgeMs = 5000;

function settingsReader({program, arbiter}: AttachedMaster): (nowMs: number) => Settings | undefined {
  const version = gunicornVersion(program);
  let known: {readonly value: Settings; readonly atMs: number} | undefined;

  return (nowMs) => {
    if (known !== undefined && nowMs - known.atMs < settingsAgeMs) return known.value;

    const fresh = walk(() => settingsOf(program.heap, arbiter, version));
    if (fresh !== undefined) {
      const isSame = known !== undefined && JSON.stringify(known.value) === JSON.stringify(fresh);
      known = {value: isSame && known !== undefined ? known.value : fresh, atMs: nowMs};
    }
    return known?.value;
  };
}

type WorkerReaders = {
  /** The reader of a worker, opened and checked at the first call. */
  readonly of: (id: ProcessId) => Reading<WorkerReader>;
  readonly forget: (id: ProcessId) => void;
  readonly close: () => void;
};

function workerReaders(master: AttachedMaster, root: string): WorkerReaders {
  const {runtime, stacks, heap} = master.program;
  // The module was loaded before any fork, so its dict lies at the same address in every worker.
  const timeModule = walk(() => moduleDict(heap, runtime.interpreter, 'time'));
  const open = new Map<string, WorkerReader>();
  const keyOf = ({pid, startTicks}: ProcessId): string => `${pid}@${startTicks}`;

  const check = (program: Program): Reading<WorkerReader> => {
    const known = safely(() => ({kind: 'ok', value: readArbiter(heap, master.arbiter).workers}));
    if (known.kind === 'gone') return {kind: 'failed', why: 'its master is gone'};
    if (known.kind !== 'ok') return known;

    const worker = known.value.get(program.ownPid);
    if (worker === undefined) return {kind: 'failed', why: 'the master does not count it among its workers'};

    const wrong = checkWorker(program, worker);
    const zone = timeModule === undefined ? undefined : zoneOf(program.heap, timeModule);
    return wrong === undefined ? {kind: 'ok', value: openWorker(program, worker, zone)} : {kind: 'failed', why: wrong};
  };

  return {
    of: (id) => {
      const known = open.get(keyOf(id));
      if (known !== undefined) return {kind: 'ok', value: known};

      const program = openProgram(id.pid, runtime, stacks.buffers, root, id);
      if (program.kind !== 'ok') return program;

      const checked = safely(() => check(program.value));
      if (checked.kind === 'ok') open.set(keyOf(id), checked.value);
      else program.value.close();
      return checked;
    },
    forget: (id) => {
      open.get(keyOf(id))?.program.close();
      open.delete(keyOf(id));
    },
    close: () => {
      for (const {program} of open.values()) program.close();
      open.clear();
    },
  };
}

/** Why there is nothing to read. */
function inWords(reading: NoReading): string {
  switch (reading.kind) {
    case 'gone':
      return 'the process is gone';
    case 'denied':
      return `closed to us by ${reading.by}`;
    case 'unsupported':
    case 'failed':
      return reading.why;
  }
}
