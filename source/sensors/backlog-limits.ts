/**
 * How long the accept queue of a listener may become, and how many connections the kernel dropped there.
 *
 * The kernel tells both over netlink, to everyone, for the network namespace of the asker. Where that cannot be asked
 * the limit is inferred: gunicorn calls listen(2) with its `backlog`, and the kernel gives no more than
 * `net.core.somaxconn` of the namespace.
 */
import fs from 'node:fs';
import type {ListenerSample} from '../machine-sample.js';
import {numberIn, textAt} from './kernel-text.js';
import {attempt, valueOf} from './reading.js';
import {openSocketDiagnosis, type SocketDiagnosis} from './socket-diagnosis.js';
import type {Socket} from './socket-tables.js';

export type BacklogLimits = {
  /** Asks the kernel anew; at most once a second. */
  readonly refresh: () => void;
  readonly of: (socket: Socket) => Pick<ListenerSample, 'backlogLimit' | 'backlogLimitInferred' | 'drops'>;
};

export type BacklogOptions = {
  readonly root?: string;
  /** The accept queue that gunicorn asked for, when known. */
  readonly backlog?: () => number | undefined;
  /** Opened when first needed; another one in tests. */
  readonly diagnosis?: () => SocketDiagnosis;
};

/** Whether the process lives in our own network namespace; false also where that cannot be seen. */
function isInOurNetwork(pid: number, root: string): boolean {
  const namespaceOf = (who: string): string | undefined =>
    valueOf(attempt(() => fs.readlinkSync(`${root}/${who}/ns/net`)));
  const theirs = namespaceOf(String(pid));
  return theirs !== undefined && theirs === namespaceOf('self');
}

export function openBacklogLimits(pid: number, options: BacklogOptions): BacklogLimits {
  const {root = '/proc', backlog = () => undefined, diagnosis = openSocketDiagnosis} = options;
  const isOurs = isInOurNetwork(pid, root);
  // A socket's inode is its own in all namespaces: what the kernel tells of one is never told of another.
  const kernel = root === '/proc' ? diagnosis() : undefined;
  let told: ReturnType<SocketDiagnosis['listeners']>;
  let longest: number | undefined;

  return {
    refresh: () => {
      told = kernel?.listeners();
      longest = isOurs ? numberIn(textAt(`${root}/sys/net/core/somaxconn`)) : undefined;
    },
    of: ({kind, inode}) => {
      const listener = kind === 'udp' ? undefined : told?.get(`${kind}:${inode}`);
      if (listener !== undefined) return listener;

      const asked = backlog();
      return asked === undefined || longest === undefined
        ? {}
        : {backlogLimit: Math.min(asked, longest), backlogLimitInferred: true};
    },
  };
}
