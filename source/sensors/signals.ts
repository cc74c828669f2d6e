/**
 * Who sent which signal to whom, and whom the OOM killer chose, from the kernel's trace: for root only.
 *
 * It is the one source that tells an administrator's kill from a timeout, and a deploy from a crash. The trace is
 * switched on in a buffer of our own; `--without signals` leaves tracing alone altogether.
 */
import fs from 'node:fs';
import os from 'node:os';
import type {Sender} from '../sender.js';
import type {KernelEvent, Moment} from '../observation.js';
import type {SourceState} from '../source-state.js';
import {isInFirstNamespace, momentOf, silentSource, type KernelNews, type KernelSource} from './kernel-source.js';
import {userName} from './machine.js';
import {readText} from './files.js';
import {meaningOf, valueOf} from './reading.js';
import {stateOf} from './source-states.js';
import {parseTraceLine, type TracedSignal} from './trace-lines.js';
import {openInstance, tracingFolder, type TracingInstance} from './tracing-instance.js';

const id = 'signals';

/** Signals that end, stop or command a process. Timers and profilers send others by the thousand. */
const traced = [
  ...['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGSEGV'],
  ...['SIGUSR2', 'SIGTERM', 'SIGCONT', 'SIGSTOP', 'SIGTTIN', 'SIGTTOU', 'SIGXCPU', 'SIGXFSZ', 'SIGWINCH', 'SIGSYS'],
] as const;

/** So many senders are asked for their user at one tick, and each of them once. */
const sendersAtOnce = 30;

const chunk = Buffer.allocUnsafe(65_536);
/** Some 8000 lines at one tick; what is left then is read at the next. */
const chunksAtOnce = 16;

/** These are told only when kill(2) or sigqueue(3) sent them: profilers send them to threads of their own, by the thousand. */
const tracedFromOutside = ['SIGALRM', 'SIGVTALRM', 'SIGPROF'] as const;

function filter(): string {
  return [
    ...traced.map((name) => `sig==${os.constants.signals[name]}`),
    ...tracedFromOutside.map((name) => `(sig==${os.constants.signals[name]}&&(code==0||code==-1))`),
  ].join('||');
}

/** Whom a pid belongs to, as long as it still has the name that it had when it sent. */
function userOf({pid, name}: TracedSignal['sender'], root: string): string | undefined {
  const status = valueOf(readText(`${root}/${pid}/status`, 65_536)) ?? '';
  const uid = /^Uid:\t(\d+)/m.exec(status)?.[1];
  const isSame = name !== undefined && /^Name:\t(.*)$/m.exec(status)?.[1] === name;
  return uid === undefined || !isSame ? undefined : (userName(Number(uid)) ?? uid);
}

function senderOf(sender: TracedSignal['sender'], root: string): Sender {
  const user = sender.isKernel ? undefined : userOf(sender, root);
  return {...sender, ...(user !== undefined && {user})};
}

function linesFrom(pipe: number, before: string): {readonly text: string; readonly isFailed: boolean} {
  let text = before;
  for (let count = 0; count < chunksAtOnce; count++) {
    try {
      const length = fs.readSync(pipe, chunk, 0, chunk.length, null);
      if (length === 0) break;

      text += chunk.toString('utf8', 0, length);
    } catch (error) {
      return {text, isFailed: (error as NodeJS.ErrnoException).code !== 'EAGAIN'};
    }
  }

  return {text, isFailed: false};
}

function unavailable(root: string): SourceState | undefined {
  if (process.platform !== 'linux') return {id, state: 'unsupported', why: 'not on this platform'};
  if (!isInFirstNamespace('pid', root)) {
    const why = "the kernel's trace names processes by other pids than this container does";
    return {id, state: 'unsupported', why, unlock: 'run gunspect on the host'};
  }

  return undefined;
}

const needsRoot: SourceState = {
  id,
  state: 'denied',
  why: "the kernel's trace, which tells who sent a signal, is open to root only",
  unlock: 'run gunspect as root',
};

/** Never fails: what stands in the way is in its state. */
export function openSignals(root = '/proc'): KernelSource {
  const missing = unavailable(root);
  if (missing !== undefined) return silentSource(missing);

  const tracing = tracingFolder(root);
  if (tracing === undefined) {
    if (process.geteuid?.() !== 0) return silentSource(needsRoot);
    const unlock = 'mount -t tracefs tracefs /sys/kernel/tracing';
    return silentSource({id, state: 'unsupported', why: "the kernel's trace is not mounted", unlock});
  }

  let instance: TracingInstance;
  try {
    instance = openInstance(tracing, {'signal/signal_generate': filter(), 'oom/mark_victim': ''}, root);
  } catch (error) {
    const reading = meaningOf(error);
    if (reading.kind !== 'denied') return silentSource(stateOf(id, reading));

    const why = "this kernel's lockdown, or a security module, closes its trace";
    return silentSource(process.geteuid?.() === 0 ? {id, state: 'denied', why} : needsRoot);
  }

  let state: SourceState = {id, state: 'ok'};
  let rest = '';

  const read = (now: Moment): KernelNews => {
    const {text, isFailed} = linesFrom(instance.pipe, rest);
    if (isFailed) state = {id, state: 'failed', why: "the kernel's trace could not be read any more"};
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    let hasGap = false;
    const senders = new Map<string, Sender>();
    const withUser = (sender: TracedSignal['sender']): Sender => {
      const key = `${sender.pid} ${sender.name ?? ''} ${sender.isKernel === true}`;
      const known = senders.get(key) ?? (senders.size < sendersAtOnce ? senderOf(sender, root) : sender);
      senders.set(key, known);
      return known;
    };
    const events = lines.flatMap((line): readonly KernelEvent[] => {
      const told = parseTraceLine(line);
      if (told?.kind === 'lost') hasGap = true;
      if (told === undefined || told.kind === 'lost') return [];

      const at = momentOf(told.monotonicMs, now);
      const {kind, target: pid} = told;
      if (kind === 'signal') {
        return [{kind, at, pid, signal: told.signal, sender: withUser(told.sender)}];
      }

      const {anonymousBytes} = told;
      return [{kind, at, pid, ...(anonymousBytes !== undefined && {anonymousBytes})}];
    });
    return {events, hasGap};
  };

  return {state: () => state, read, close: instance.close};
}
