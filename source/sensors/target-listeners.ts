/** Which master listens on an address. */
import type {FoundMaster} from './masters.js';
import {readOwnSettings} from './settings.js';
import {portOf, type Socket} from './socket-tables.js';
import {openSockets} from './sockets.js';
import {openTraffic} from './traffic.js';

/** Whether a listening socket serves this address: ":8000", "127.0.0.1:8000", "localhost:8000", or the path of a socket. */
export function serves(socket: Socket, address: string): boolean {
  if (socket.kind === 'unix') return socket.local === address;

  const port = /:(\d+)$/.exec(address)?.[1];
  if (socket.kind !== 'tcp' || port === undefined || portOf(socket.local) !== Number(port)) return false;

  const host = address.slice(0, address.lastIndexOf(':')).toLowerCase();
  const local = socket.local.slice(0, socket.local.lastIndexOf(':'));
  if (host === '' || host === '*' || host === local) return true;
  if (local === '0.0.0.0' || local === '[::]') return true;

  return host === 'localhost' && (local.startsWith('127.') || local === '[::1]');
}

/** Whether this master, or its workers for it, listens on the address. In its own network namespace. */
export function listensOn(master: FoundMaster, address: string, root = '/proc'): boolean {
  const sockets = openSockets(master.id.pid, root);
  try {
    const {listeners} = openTraffic({
      masterPid: master.id.pid,
      root,
      ...(master.uid !== undefined && {owner: {uid: master.uid}}),
      sockets,
      bind: () => readOwnSettings(master.id.pid, root).bind?.value,
      someWorker: () => master.workers[0],
    });
    return listeners().some((socket) => serves(socket, address));
  } finally {
    sockets.close();
  }
}

/** Whether anything at all listens on the address in our own network namespace. */
export function isListenedOnByOthers(address: string, root = '/proc'): boolean {
  const sockets = openSockets(process.pid, root);
  try {
    return sockets.listening().some((socket) => serves(socket, address));
  } finally {
    sockets.close();
  }
}
