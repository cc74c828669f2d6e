/**
 * How long the accept queue of a listener may become.
 *
 * The kernel tells it of a listener in our own network namespace. Elsewhere, and where it cannot be asked, the limit is
 * inferred: gunicorn calls listen(2) with its `backlog`, and the kernel gives no more than `net.core.somaxconn` of the
 * namespace, which is only known of ours.
 */
import type {ListenerSample} from '../machine-sample.js';
import {numberIn, textAt} from './kernel-text.js';
import {isInOurNetwork} from './network.js';
import type {Socket} from './socket-tables.js';

export type BacklogOptions = {
  readonly root?: string;
  /** The accept queue that gunicorn asked for, when known. */
  readonly backlog?: () => number | undefined;
};

type BacklogLimit = Pick<ListenerSample, 'backlogLimit' | 'backlogLimitInferred'>;

/** The limit of each listener of a process. */
export function openBacklogLimits(pid: number, options: BacklogOptions): (listener: Socket) => BacklogLimit {
  const {root = '/proc', backlog = () => undefined} = options;
  const isOurs = isInOurNetwork(pid, root);

  return ({backlogLimit}) => {
    if (backlogLimit !== undefined) return {backlogLimit};

    const asked = backlog();
    const longest = isOurs && asked !== undefined ? numberIn(textAt(`${root}/sys/net/core/somaxconn`)) : undefined;
    return asked === undefined || longest === undefined
      ? {}
      : {backlogLimit: Math.min(asked, longest), backlogLimitInferred: true};
  };
}
