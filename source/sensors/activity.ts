/**
 * What the threads of each worker wait for.
 *
 * At every tick only one line is read of each worker: the system call of its main thread, or the kernel function where
 * the call is refused. An answer is kept as long as the line stays the same. Descriptors and socket tables are only
 * looked at once a second, for workers that are not plainly idle.
 */
import fs from 'node:fs';
import type {Activity, Wait} from '../observation.js';
import {holdFile, page, type HeldFile} from './process-files.js';
import {readText} from './files.js';
import {attempt, type NoReading, type Owner, valueOf} from './reading.js';
import {callTable, parseCallLine} from './syscalls.js';
import {waitOfCall, waitOfFunction, type Found, type Holdings, type WaitContext} from './waits.js';
import {childName, countDescriptors, holdingsOf, targetOf, type ServiceSockets} from './worker-descriptors.js';

export type ActivityOptions = {
  readonly root?: string;
  readonly owner?: Owner;
  /** The sockets of the service, as they were last read. */
  readonly service: () => ServiceSockets;
  /** Whether requests run in threads beside the main one; undefined when the class is not known. */
  readonly hasPool: () => boolean | undefined;
  readonly architecture?: string;
};

export type ActivityReader = {
  /** Reads the line of one worker. To be called at every tick. */
  readonly look: (pid: number, processState: string) => void;
  /** Whether `answer` has a question left. */
  readonly isOpen: (pid: number) => boolean;
  /** Looks at what a worker holds, and at its other threads. At most once a second, after the sockets were refreshed. */
  readonly answer: (pid: number, processState: string, threads: number) => void;
  /** What is known of it; undefined when neither the call nor the function is readable, nor anything else. */
  readonly of: (pid: number) => Activity | undefined;
  /** By which file waits are told, or what refused it; undefined before any worker was looked at. */
  readonly means: () => 'syscall' | 'wchan' | NoReading | undefined;
  readonly drop: (pid: number) => void;
  readonly close: () => void;
};

type Means = 'syscall' | 'wchan';

type Followed = {
  readonly file: HeldFile | undefined;
  readonly means: Means;
  readonly line: string;
  readonly state: string;
  readonly found: Found | undefined;
  /** What it held when the line was the same. */
  readonly holdings: Holdings | undefined;
  readonly descriptors: number | undefined;
  readonly threads: readonly Wait[] | undefined;
};

const mostThreads = 64;

export function openActivity(options: ActivityOptions): ActivityReader {
  const {root = '/proc', owner, service, hasPool, architecture} = options;
  const table = callTable(architecture);
  const workers = new Map<number, Followed>();
  let means: Means | undefined;
  let refusal: NoReading | undefined;

  const contextOf = (pid: number, holdings: Holdings | undefined): WaitContext => ({
    target: (descriptor) => targetOf(pid, descriptor, service(), root),
    childName: (called) => childName(pid, called, root),
    holdings,
  });

  const explain = (
    pid: number,
    by: Means,
    line: string,
    state: string,
    holdings: Holdings | undefined,
  ): Found | undefined => {
    const context = contextOf(pid, holdings);
    if (by === 'wchan') return waitOfFunction(line, state, context);

    const call = parseCallLine(line);
    return call === undefined || table === undefined ? undefined : waitOfCall(call, state, table, context);
  };

  const open = (pid: number, by: Means): Followed => {
    const file = holdFile(`${root}/${pid}/${by}`, owner);
    if (file.kind !== 'ok' && file.kind !== 'gone') refusal = file;
    if (file.kind !== 'ok' && by === 'syscall') return open(pid, 'wchan');

    return {
      file: valueOf(file),
      means: by,
      line: '',
      state: '',
      found: undefined,
      holdings: undefined,
      descriptors: undefined,
      threads: undefined,
    };
  };

  const readLine = (followed: Followed): string | undefined => {
    const length = followed.file?.read();
    if (length?.kind === 'denied') refusal = length;
    return length?.kind === 'ok' ? page.toString('latin1', 0, length.value).trimEnd() : undefined;
  };

  const look = (pid: number, state: string): void => {
    let followed = workers.get(pid) ?? open(pid, table === undefined ? 'wchan' : 'syscall');
    let line = readLine(followed);
    if (line === undefined && followed.means === 'syscall') {
      // A worker that changes its user after the fork closes this file to us while it is open.
      followed.file?.close();
      followed = open(pid, 'wchan');
      line = readLine(followed);
    }

    if (line === undefined) {
      workers.set(pid, {...followed, line: '', found: undefined, holdings: undefined});
      return;
    }

    // A thread that runs may be anywhere by now: what it held when it was seen running before tells nothing.
    const isRunning = line.startsWith('running') || line === '0';
    const same = line === followed.line && state === followed.state && !isRunning;
    if (same && followed.found !== undefined) return;

    const holdings = same ? followed.holdings : undefined;
    const found = explain(pid, followed.means, line, state, holdings);
    if (found !== undefined) means = followed.means;
    workers.set(pid, {...followed, line, state, found, holdings});
  };

  const isOpen = (pid: number): boolean => {
    const followed = workers.get(pid);
    if (followed?.found === undefined) return false;

    const {found, holdings, descriptors} = followed;
    const idle = !found.open && found.wait.kind === 'accept' && holdings?.clients === 0;
    return !idle || descriptors === undefined || countDescriptors(pid, root) !== descriptors;
  };

  const readThreads = (pid: number, state: string, holdings: Holdings | undefined): readonly Wait[] | undefined => {
    const names = attempt(() => fs.readdirSync(`${root}/${pid}/task`));
    const followed = workers.get(pid);
    if (names.kind !== 'ok' || followed === undefined) return undefined;

    const waits: Wait[] = [];
    for (const name of names.value.slice(0, mostThreads)) {
      if (Number(name) === pid) continue;

      const line = readText(`${root}/${pid}/task/${name}/${followed.means}`, 512, owner);
      if (line.kind !== 'ok') continue;

      // One thread's state is not the process's: only a stop holds for all of them.
      const found = explain(pid, followed.means, line.value.trimEnd(), state === 'T' ? 'T' : 'S', holdings);
      if (found !== undefined) waits.push(found.wait);
    }

    return waits;
  };

  return {
    look,
    isOpen,
    answer: (pid, state, threadCount) => {
      const before = workers.get(pid);
      if (before === undefined) return;

      const holdings = holdingsOf(pid, service(), root);
      const descriptors = countDescriptors(pid, root);
      // What was found belongs to this wait only if the worker is still in it.
      const same = before.line !== '' && readLine(before) === before.line;
      const found = same ? (explain(pid, before.means, before.line, state, holdings) ?? before.found) : before.found;
      const threads = threadCount > 1 && hasPool() !== false ? readThreads(pid, state, holdings) : undefined;
      workers.set(pid, {
        ...before,
        found,
        holdings: same ? holdings : undefined,
        descriptors: same ? descriptors : undefined,
        threads,
      });
    },
    of: (pid) => {
      const followed = workers.get(pid);
      if (followed === undefined) return undefined;

      const {found, holdings, threads} = followed;
      if (found === undefined && holdings === undefined && threads === undefined) return undefined;

      return {
        ...(found !== undefined && {main: found.wait}),
        ...(threads !== undefined && {threads}),
        ...(holdings !== undefined && {clients: holdings.clients, clientsGone: holdings.clientsGone}),
      };
    },
    means: () => means ?? refusal,
    drop: (pid) => {
      workers.get(pid)?.file?.close();
      workers.delete(pid);
    },
    close: () => {
      for (const followed of workers.values()) followed.file?.close();
      workers.clear();
    },
  };
}
