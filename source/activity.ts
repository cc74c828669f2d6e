/** What the threads of a worker wait for, and what it holds open meanwhile. */

/** What one thread of a worker waits for, as the kernel tells it. */
export type Wait = {
  readonly kind:
    | 'client' // reading from or writing to a connection accepted from one of the master's listeners
    | 'accept' // select, poll or epoll with nothing to do, or accept itself
    | 'peer' // a connection the worker opened; `what` is its remote address
    | 'file' // `what` is the path
    | 'child' // `what` is the child's name
    | 'lock'
    | 'sleep'
    | 'cpu'
    | 'disk'
    | 'other';
  readonly what?: string;
  /** System call name, or kernel function where the call is not readable. */
  readonly via?: string;
};

export type Activity = {
  /** The main thread's wait. Absent when neither the system call nor the kernel function is readable. */
  readonly main?: Wait;
  /** The other threads' waits, for threaded classes; read only while the class has a pool. */
  readonly threads?: readonly Wait[];
  /** Connections accepted from the master's listeners and held open now; undefined when descriptors are unreadable. */
  readonly clients?: number;
  /** Those of them whose peer has already closed (CLOSE_WAIT): the client has given up. */
  readonly clientsGone?: number;
};
