/**
 * Turns a blocked system call, or the kernel function behind it, into what a thread waits for.
 *
 * A call on one descriptor says exactly whom it waits for. Where only the kind of the call is known (select, poll, or
 * a kernel function instead of the call) the sockets and children that the worker has are weighed: a single
 * possibility is the answer, several are named together, and none is preferred.
 */
import type {Wait} from '../activity.js';
import {functionKind} from './kernel-functions.js';
import type {Call, CallLine} from './syscalls.js';

/** Where a descriptor of a worker leads. */
export type DescriptorTarget =
  | {readonly kind: 'client' | 'listener' | 'pipe'}
  | {readonly kind: 'peer' | 'file'; readonly what: string}
  /** It could not be told yet; the tables of sockets are older than it. */
  | {readonly kind: 'unknown'};

/** What a worker holds besides its listeners. */
export type Holdings = {
  /** Connections accepted from the master's listeners. */
  readonly clients: number;
  readonly clientsGone: number;
  /** Remote addresses of the connections it opened. */
  readonly peers: readonly string[];
  /** Names of its child processes. */
  readonly children: readonly string[];
};

export type WaitContext = {
  readonly target: (descriptor: number) => DescriptorTarget;
  /** Name of the child process with this pid; undefined when there is none. */
  readonly childName: (pid: number) => string | undefined;
  /** Undefined as long as nobody looked. */
  readonly holdings: Holdings | undefined;
};

/** `open` when the answer would be better with the holdings or newer tables. */
export type Found = {readonly wait: Wait; readonly open: boolean};

const settled = (wait: Wait): Found => ({wait, open: false});

/** "a or b": what an unspecific wait may be for. */
function oneOf(names: readonly string[]): {readonly what?: string} {
  return names.length === 0 ? {} : {what: [...new Set(names)].join(' or ')};
}

/**
 * A wait on several descriptors at once, which are not told. Without a client in hand it is the wait for work, unless
 * it is a poll, which no class of gunicorn waits for work in.
 */
function several(via: string, holdings: Holdings | undefined, forWork: boolean): Found {
  if (holdings === undefined) return {wait: {kind: 'accept', via}, open: true};

  const {clients, peers, children} = holdings;
  if (clients === 0 && (forWork || peers.length + children.length === 0)) return settled({kind: 'accept', via});
  if (peers.length === 1 && children.length === 0) return settled({kind: 'peer', via, ...oneOf(peers)});
  if (peers.length === 0 && children.length > 0) return settled({kind: 'child', via, ...oneOf(children)});
  if (peers.length === 0) return settled({kind: 'client', via});

  return settled({kind: 'other', via, ...oneOf([...peers, ...children])});
}

/** A read or write on one socket that is not told: the client is as likely as any peer. */
function someSocket(via: string, holdings: Holdings | undefined): Found {
  if (holdings === undefined) return {wait: {kind: 'other', via}, open: true};

  const {clients, peers} = holdings;
  if (clients > 0 && peers.length === 0) return settled({kind: 'client', via});
  if (clients === 0 && peers.length === 1) return settled({kind: 'peer', via, ...oneOf(peers)});

  return settled({kind: 'other', via, ...oneOf([...(clients > 0 ? ['client'] : []), ...peers])});
}

function pipe(via: string, holdings: Holdings | undefined): Found {
  if (holdings === undefined) return {wait: {kind: 'other', what: 'pipe', via}, open: true};

  const {children} = holdings;
  return settled(children.length > 0 ? {kind: 'child', via, ...oneOf(children)} : {kind: 'other', what: 'pipe', via});
}

function onDescriptor(via: string, target: DescriptorTarget, holdings: Holdings | undefined): Found {
  switch (target.kind) {
    case 'client':
      return settled({kind: 'client', via});
    case 'listener':
      return settled({kind: 'accept', via});
    case 'peer':
    case 'file':
      return settled({kind: target.kind, what: target.what, via});
    case 'pipe':
      return pipe(via, holdings);
    case 'unknown':
      return {wait: {kind: 'other', via}, open: true};
  }
}

function onCall(call: Call, line: Extract<CallLine, {readonly kind: 'call'}>, context: WaitContext): Found {
  const via = call.name;
  switch (call.kind) {
    case 'descriptor':
      return onDescriptor(via, context.target(line.first), context.holdings);
    case 'select':
      return line.first === 0 ? settled({kind: 'sleep', via}) : several(via, context.holdings, true);
    case 'poll':
      return line.second === 0 ? settled({kind: 'sleep', via}) : several(via, context.holdings, false);
    case 'epoll':
    case 'accept':
      return settled({kind: 'accept', via});
    case 'sleep':
    case 'lock':
      return settled({kind: call.kind, via});
    case 'child': {
      const name = context.childName(line.first);
      return settled({kind: 'child', via, ...(name !== undefined && {what: name})});
    }
    case 'file-lock': {
      const target = context.target(line.first);
      return settled({kind: 'file', via, ...(target.kind === 'file' && {what: target.what})});
    }
    case 'path':
      return settled({kind: 'file', via});
  }
}

/** In state D only a disk, or a file system that stands for one, is waited for. */
function onDisk(found: Found): Found {
  const {what, via} = found.wait;
  return settled({kind: 'disk', ...(what !== undefined && {what}), ...(via !== undefined && {via})});
}

const stoppedStates = new Set(['T', 't']);

/** From a line of `/proc/<pid>/syscall`. */
export function waitOfCall(
  line: CallLine,
  processState: string,
  table: ReadonlyMap<number, Call>,
  context: WaitContext,
): Found {
  if (stoppedStates.has(processState)) return settled({kind: 'other', what: 'stopped'});

  switch (line.kind) {
    case 'running':
      return settled({kind: 'cpu'});
    case 'no-call':
      return settled({kind: processState === 'D' ? 'disk' : 'other'});
    case 'call': {
      const call = table.get(line.number);
      const found =
        call === undefined ? settled({kind: 'other', via: `system call ${line.number}`}) : onCall(call, line, context);
      return processState === 'D' ? onDisk(found) : found;
    }
  }
}

/** From `/proc/<pid>/wchan`. Undefined when it tells nothing, which for a sleeping process means that it is refused. */
export function waitOfFunction(name: string, processState: string, context: WaitContext): Found | undefined {
  if (stoppedStates.has(processState)) return settled({kind: 'other', what: 'stopped'});
  if (processState === 'R') return settled({kind: 'cpu'});
  if (name === '0' || name === '') return undefined;
  if (processState === 'D') return settled({kind: 'disk', via: name});

  const kind = functionKind(name);
  switch (kind) {
    case 'select':
      return several(name, context.holdings, true);
    case 'epoll':
    case 'accept':
      return settled({kind: 'accept', via: name});
    case 'sleep':
    case 'lock':
      return settled({kind, via: name});
    case 'child':
      return {
        wait: {kind, via: name, ...oneOf(context.holdings?.children ?? [])},
        open: context.holdings === undefined,
      };
    case 'file-lock':
      return settled({kind: 'file', via: name});
    case 'socket':
      return someSocket(name, context.holdings);
    case 'pipe':
      return pipe(name, context.holdings);
    case undefined:
      return settled({kind: 'other', via: name});
  }
}
