/**
 * What the threads of one worker wait for, from the line that the kernel shows of its main thread.
 *
 * An answer belongs to its line and is kept as long as the line stays the same. What the worker holds is looked at on
 * demand, and believed only if the line was the same before and after.
 */
import fs from 'node:fs';
import type {Activity, Wait} from '../activity.js';
import {readText} from './files.js';
import {holdFile, page, type HeldFile} from './process-files.js';
import {attempt, type NoReading, type Owner, valueOf} from './reading.js';
import {parseCallLine, type Call} from './syscalls.js';
import {waitOfCall, waitOfFunction, type Found, type Holdings, type WaitContext} from './waits.js';
import {childName, countDescriptors, holdingsOf, targetOf, type ServiceSockets} from './worker-descriptors.js';
import {refusedByYama} from './yama.js';

/** The file that tells: the system call, or the kernel function where the call is refused. */
export type Means = 'syscall' | 'wchan';

export type WaitSources = {
  readonly root: string;
  readonly owner: Owner | undefined;
  /** The sockets of the service, as they were last read. */
  readonly service: () => ServiceSockets;
  /** System calls by number; undefined on an architecture whose numbers we do not know. */
  readonly table: ReadonlyMap<number, Call> | undefined;
};

export type WorkerWaits = {
  /** Reads the line. */
  readonly look: (processState: string) => void;
  /** Whether `answer` would tell more: always, but for a worker that is plainly idle and holds what it held. */
  readonly isOpen: () => boolean;
  /** Looks at what the worker holds and, if asked to, at its other threads. */
  readonly answer: (processState: string, withThreads: boolean) => void;
  readonly activity: () => Activity | undefined;
  /** Which file told something; undefined when none has. */
  readonly means: () => Means | undefined;
  /** What refused the better file, when something did. */
  readonly refusal: () => NoReading | undefined;
  readonly close: () => void;
};

const mostThreads = 64;

/** A thread that runs may be anywhere by the next look, although its line says the same. */
function isRunning(line: string): boolean {
  return line.startsWith('running') || line === '0';
}

export function followWaits(pid: number, {root, owner, service, table}: WaitSources): WorkerWaits {
  let refusal = refusedByYama(pid, root, owner);
  let means: Means = table === undefined || refusal !== undefined ? 'wchan' : 'syscall';
  let file: HeldFile | undefined;
  let line: string | undefined;
  let state = '';
  let found: Found | undefined;
  let holdings: Holdings | undefined;
  let descriptors: number | undefined;
  let threads: readonly Wait[] | undefined;
  let hasTold = false;
  let told: {readonly of: readonly unknown[]; readonly activity: Activity} | undefined;

  const open = (): void => {
    const opened = holdFile(`${root}/${pid}/${means}`, owner);
    file = valueOf(opened);
    if (opened.kind !== 'ok' && opened.kind !== 'gone') refusal = opened;
  };

  const readLine = (): string | undefined => {
    const length = file?.read();
    if (length?.kind === 'denied') refusal = length;
    return length?.kind === 'ok' ? page.toString('latin1', 0, length.value).trimEnd() : undefined;
  };

  const explain = (text: string, processState: string, held: Holdings | undefined): Found | undefined => {
    const context: WaitContext = {
      target: (descriptor) => targetOf(pid, descriptor, service(), root),
      childName: (called) => childName(pid, called, root),
      holdings: held,
    };
    if (means === 'wchan') return waitOfFunction(text, processState, context);

    const call = parseCallLine(text);
    return call === undefined || table === undefined ? undefined : waitOfCall(call, processState, table, context);
  };

  const readThreads = (processState: string, held: Holdings | undefined): readonly Wait[] | undefined => {
    const names = attempt(() => fs.readdirSync(`${root}/${pid}/task`));
    if (names.kind !== 'ok') return undefined;

    const waits: Wait[] = [];
    for (const name of names.value.slice(0, mostThreads)) {
      if (Number(name) === pid) continue;

      const text = readText(`${root}/${pid}/task/${name}/${means}`, 512, owner);
      if (text.kind !== 'ok') continue;

      // One thread's state is not the process's: only a stop holds for all of them.
      const wait = explain(text.value.trimEnd(), processState === 'T' ? 'T' : 'S', held)?.wait;
      if (wait !== undefined) waits.push(wait);
    }

    return waits;
  };

  open();

  return {
    look: (processState) => {
      let text = readLine();
      if (text === undefined && means === 'syscall') {
        // Refused from the start, or since the worker changed its user after the fork.
        file?.close();
        means = 'wchan';
        open();
        text = readLine();
      }

      const same = text !== undefined && text === line && processState === state && !isRunning(text);
      if (same && found !== undefined) return;

      line = text;
      state = processState;
      if (!same) holdings = undefined;
      found = text === undefined ? undefined : explain(text, processState, holdings);
      hasTold ||= found !== undefined;
    },
    isOpen: () => {
      if (found === undefined) return false;

      const isIdle = !found.open && found.wait.kind === 'accept' && holdings?.clients === 0;
      return !isIdle || descriptors === undefined || countDescriptors(pid, root) !== descriptors;
    },
    answer: (processState, withThreads) => {
      const held = holdingsOf(pid, service(), root);
      const count = countDescriptors(pid, root);
      if (line !== undefined && readLine() === line) {
        found = explain(line, processState, held) ?? found;
        holdings = held;
        descriptors = count;
      } else holdings = undefined;

      threads = withThreads ? readThreads(processState, held) : undefined;
    },
    activity: () => {
      if (found === undefined && holdings === undefined && threads === undefined) return undefined;

      // At every tick for every worker: as long as nothing is new it is the same value, which takes no memory.
      const of = [found, threads, holdings];
      if (told?.of.every((part, index) => part === of[index]) === true) return told.activity;

      const activity = {
        ...(found !== undefined && {main: found.wait}),
        ...(threads !== undefined && {threads}),
        ...(holdings !== undefined && {clients: holdings.clients, clientsGone: holdings.clientsGone}),
      };
      told = {of, activity};
      return activity;
    },
    means: () => (hasTold ? means : undefined),
    refusal: () => refusal,
    close: () => file?.close(),
  };
}
