/**
 * The arbiter of a master: the object that knows every worker.
 *
 * It is found as `self` of a frame in gunicorn/arbiter.py on any of the master's threads. Its `WORKERS` leads from pids
 * to worker objects, and because workers are forked, each of these lies at the same address in its own process.
 */
import type {Settings} from '../gunicorn/settings.js';
import {agreedCount} from './agreed-count.js';
import {attribute, attributes, classAttribute, moduleDict} from './attributes.js';
import {memorySettings, readConfig, type Config} from './config.js';
import {dictEntries, namedEntries} from './dicts.js';
import type {Heap} from './heap.js';
import {localValue} from './locals.js';
import type {Program, Threads} from './program.js';
import type {StableFrame} from './thread-stack.js';
import {Unreadable, walk} from './unreadable.js';
import {readInt, readStr} from './values.js';

/** A worker as the master knows it. */
export type KnownWorker = {
  /** Where the worker object lies, in the master and in the worker. */
  readonly object: number;
  /** The address of its class. */
  readonly type: number;
};

export type ArbiterState = {
  readonly workersSpawned?: number;
  /** By the pid in the master's own pid namespace. */
  readonly workers: ReadonlyMap<number, KnownWorker>;
};

const arbiterFile = /(?:^|\/)gunicorn\/arbiter\.py$/;

/** Whether a frame runs the master's own code. */
export function isArbiterFrame({runs}: StableFrame): boolean {
  return arbiterFile.test(runs.file);
}

/** The address of the arbiter; undefined when no thread that stood still runs its code. */
export function findArbiter({heap}: Program, threads: Threads): number | undefined {
  for (const {stack} of threads.list) {
    for (const frame of stack?.stable ?? []) {
      const self = isArbiterFrame(frame) ? walk(() => localValue(heap, frame, 'self')) : undefined;
      if (self !== undefined) return self;
    }
  }

  return undefined;
}

/** `WORKERS` is an attribute of the class in every release so far; an instance's own would go before it. */
function workersDict(heap: Heap, arbiter: number): number | undefined {
  return attributes(heap, arbiter, ['WORKERS']).get('WORKERS') ?? classAttribute(heap, heap.typeOf(arbiter), 'WORKERS');
}

/** The arbiter's counter and its workers. Throws `Unreadable`. */
export function readArbiter(heap: Heap, arbiter: number): ArbiterState {
  const dict = workersDict(heap, arbiter);
  if (dict === undefined) throw new Unreadable('the arbiter has no WORKERS');

  const workers = new Map<number, KnownWorker>();
  for (const {key, value} of dictEntries(heap, dict)) {
    const type = heap.typeOf(value).address;
    workers.set(readInt(heap, key), {object: value, type});
  }

  const workersSpawned = agreedCount(() => countOf(heap, arbiter, 'worker_age'));
  return {workers, ...(workersSpawned !== undefined && {workersSpawned})};
}

/** A number that is an attribute of an object, read so that the slot held the same object before and after. */
export function countOf(heap: Heap, object: number, name: string): number | undefined {
  const slot = (): number | undefined => walk(() => attributes(heap, object, [name]).get(name));
  const held = slot();
  const count = held === undefined ? undefined : walk(() => readInt(heap, held));
  return count !== undefined && count >= 0 && slot() === held ? count : undefined;
}

/** The arbiter's configuration. Throws `Unreadable`. */
export function configOf(heap: Heap, arbiter: number): Config {
  const config = attributes(heap, arbiter, ['cfg']).get('cfg');
  if (config === undefined) throw new Unreadable('the arbiter has no configuration');

  const values = readConfig(heap, config);
  if (attributes(heap, arbiter, ['cfg']).get('cfg') !== config) throw new Unreadable('the configuration was replaced');
  return values;
}

function appOf(heap: Heap, arbiter: number): string | undefined {
  return walk(() => {
    const app = attributes(heap, arbiter, ['app']).get('app');
    const uri = app === undefined ? undefined : attribute(heap, app, 'app_uri');
    return uri === undefined ? undefined : readStr(heap, uri, 500);
  });
}

/** The version of the gunicorn that runs, whatever lies on disk by now. */
export function gunicornVersion({heap, runtime}: Program): string | undefined {
  return walk(() => {
    const dict = moduleDict(heap, runtime.interpreter, 'gunicorn');
    const version = dict === undefined ? undefined : namedEntries(heap, dict, ['__version__']).get('__version__');
    const text = version === undefined ? undefined : readStr(heap, version, 40);
    return text !== undefined && /^\d+(?:\.\w+)*$/.test(text) ? text : undefined;
  });
}

/** The effective settings as they stand now. Throws `Unreadable`. */
export function settingsOf(heap: Heap, arbiter: number, version: string | undefined): Settings {
  const config = configOf(heap, arbiter);
  const workers = countOf(heap, arbiter, '_num_workers');
  const app = appOf(heap, arbiter);
  return memorySettings(config, {
    ...(app !== undefined && {app}),
    ...(version !== undefined && {version}),
    ...(workers !== undefined && {workers}),
  });
}
