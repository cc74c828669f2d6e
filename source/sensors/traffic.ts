/**
 * The listeners of a master and the connections that wait in their accept queues.
 *
 * Listeners are told by the master's descriptors, and where those are refused, by the addresses of its settings: the
 * tables of sockets are readable for everyone.
 */
import type {ListenerSample, NetworkSample} from '../machine-sample.js';
import type {SourceState} from '../source-state.js';
import {openBacklogLimits} from './backlog-limits.js';
import {readNetwork} from './network.js';
import {readDescriptors} from './procfs.js';
import {unlockOf, type NoReading, type Owner} from './reading.js';
import {portOf, type Socket} from './socket-tables.js';
import {socketInode, type Sockets} from './sockets.js';

export type TrafficOptions = {
  readonly masterPid: number;
  readonly root?: string;
  readonly owner?: Owner;
  readonly sockets: Sockets;
  /** The addresses gunicorn was told to bind, when known. */
  readonly bind: () => readonly string[] | undefined;
  /** The accept queue that gunicorn asked for, when known. */
  readonly backlog?: () => number | undefined;
  /** A pid of some worker: with `reuse_port` the workers hold the listeners and the master none. */
  readonly someWorker: () => number | undefined;
};

export type Traffic = {
  /** The sockets the service listens on, as they were last found. */
  readonly listeners: () => readonly Socket[];
  /** Inodes of all sockets the master has: what a worker inherited is no connection of its own. */
  readonly inherited: () => ReadonlySet<number>;
  /** Reads the queues; to be called at most once a second, after the sockets were refreshed. Undefined when unknown. */
  readonly read: () => readonly ListenerSample[] | undefined;
  /** The counters of the namespace, read in the same second as the queues; undefined without a TCP listener. */
  readonly network: () => NetworkSample | undefined;
  readonly state: () => SourceState;
};

// gunicorn's own control socket (25.1 and newer) is no listener for clients.
const controlSocket = /\.ctl$/;

function socketsHeldBy(pid: number, {root, owner}: TrafficOptions): readonly number[] | NoReading {
  const descriptors = readDescriptors(pid, root, owner);
  if (descriptors.kind !== 'ok') return descriptors;

  return descriptors.value.map(({link}) => socketInode(link)).filter((inode) => inode !== undefined);
}

function listenersAmong(inodes: readonly number[], sockets: Sockets): readonly Socket[] {
  const held = new Set(inodes);
  return sockets.listening().filter(({inode, local}) => held.has(inode) && !controlSocket.test(local));
}

/** Whether a listening socket is the one behind an address as settings write it. */
function isBoundTo(socket: Socket, address: string, uid: number | undefined): boolean {
  const path = /^unix:(?:\/\/)?(.+)$/.exec(address)?.[1];
  if (path !== undefined) return socket.kind === 'unix' && socket.local === path;

  const sameOwner = uid === undefined || socket.uid === uid || socket.uid === 0;
  return socket.kind === 'tcp' && sameOwner && portOf(socket.local) === (portOf(address) ?? 8000);
}

export function openTraffic(options: TrafficOptions): Traffic {
  const {masterPid, sockets, bind, someWorker, owner} = options;
  let found: readonly Socket[] = [];
  let inherited: ReadonlySet<number> = new Set();
  let refusal: NoReading | undefined;
  const limitOf = openBacklogLimits(masterPid, options);

  const byAddress = (): readonly Socket[] => {
    const addresses = bind() ?? [];
    return sockets.listening().filter((socket) => addresses.some((address) => isBoundTo(socket, address, owner?.uid)));
  };

  const find = (): void => {
    const held = socketsHeldBy(masterPid, options);
    refusal = 'kind' in held ? held : undefined;
    if (!('kind' in held)) {
      inherited = new Set(held);
      found = listenersAmong(held, sockets);
      if (found.length > 0) return;
    }

    const worker = someWorker();
    const theirs = worker === undefined ? [] : socketsHeldBy(worker, options);
    const listeners = 'kind' in theirs ? [] : listenersAmong(theirs, sockets);
    found = listeners.length > 0 ? listeners : byAddress();
  };

  const current = (socket: Socket): Socket | undefined =>
    sockets.listening().find(({kind, inode}) => kind === socket.kind && inode === socket.inode);

  return {
    listeners: () => {
      if (found.length === 0) find();
      return found;
    },
    inherited: () => inherited,
    read: () => {
      const still = found.map(current).filter((socket) => socket !== undefined);
      // A reload may have bound other addresses.
      if (found.length === 0 || still.length < found.length) find();
      else found = still;
      if (found.length === 0) return undefined;

      return found.map((socket) => ({
        address: socket.kind === 'unix' ? `unix:${socket.local}` : socket.local,
        backlog: socket.queued,
        ...limitOf(socket),
        ...(socket.drops !== undefined && {drops: socket.drops}),
      }));
    },
    network: () => {
      const own = found.filter(({kind}) => kind === 'tcp').map(({inode}) => inode);
      if (own.length === 0) return undefined;

      const all = sockets.listening().filter(({kind}) => kind === 'tcp');
      const otherListeners = all.filter(({inode}) => !own.includes(inode)).length;
      return {...readNetwork(masterPid, options.root), otherListeners};
    },
    state: () => {
      if (found.length > 0) return {id: 'traffic', state: 'ok'};

      const why =
        refusal?.kind === 'denied'
          ? `the listeners cannot be told: ${refusal.by}`
          : 'no listening socket of this master was found';
      const unlock = refusal?.kind === 'denied' ? unlockOf(refusal) : undefined;
      return {
        id: 'traffic',
        state: refusal?.kind === 'denied' ? 'denied' : 'failed',
        why,
        ...(unlock !== undefined && {unlock}),
      };
    },
  };
}
