/**
 * What each of gunicorn's worker classes promises about its heartbeat, and how long it may be silent while healthy.
 *
 * Sources are the classes themselves (workers/*.py of 19.9 to 26.1, uvicorn_worker 0.4.0).
 */

export type WorkerClassName = 'sync' | 'gthread' | 'gevent' | 'eventlet' | 'tornado' | 'gaiohttp' | 'asgi' | 'uvicorn';

export type WorkerClass = {
  readonly name: WorkerClassName;
  /** When a healthy worker beats: between two requests and waits, once a second, or once in half of `timeout`. */
  readonly beats: 'between-requests' | 'every-second' | 'every-half-timeout';
  /** Whether one long request alone silences the heartbeat. Where it does not, silence means that the loop is blocked. */
  readonly silentInLongRequest: boolean;
  /** The longest silence of a healthy worker, seconds, for a `timeout` in seconds. */
  readonly longestHealthyGapSeconds: (timeoutSeconds: number) => number;
  /** Whether requests run in a pool of threads beside the main thread. */
  readonly threadPool: boolean;
  /** Whether many connections are served by turns on one thread, so that a held one says nothing about work. */
  readonly cooperative: boolean;
  /** Whether it ends by itself when its master is gone; eventlet and uvicorn serve on as orphans. */
  readonly noticesLostMaster: boolean;
};

const halfTimeout = (timeoutSeconds: number): number => timeoutSeconds / 2;
const oneSecond = (): number => 1;

const everySecond = {
  beats: 'every-second',
  silentInLongRequest: false,
  longestHealthyGapSeconds: oneSecond,
  threadPool: false,
  cooperative: true,
  noticesLostMaster: true,
} as const;

/** The classes by name. */
export const workerClasses: Readonly<Record<WorkerClassName, WorkerClass>> = {
  sync: {
    name: 'sync',
    beats: 'between-requests',
    silentInLongRequest: true,
    longestHealthyGapSeconds: halfTimeout,
    threadPool: false,
    cooperative: false,
    noticesLostMaster: true,
  },
  gthread: {...everySecond, name: 'gthread', threadPool: true, cooperative: false},
  gevent: {...everySecond, name: 'gevent'},
  eventlet: {...everySecond, name: 'eventlet', noticesLostMaster: false},
  // A WSGI application runs inside tornado's loop, so its long request stops the heartbeat too.
  tornado: {...everySecond, name: 'tornado', silentInLongRequest: true},
  gaiohttp: {...everySecond, name: 'gaiohttp'},
  asgi: {...everySecond, name: 'asgi'},
  uvicorn: {
    ...everySecond,
    name: 'uvicorn',
    beats: 'every-half-timeout',
    // The beat is due every timeout/2 and looked at once a second.
    longestHealthyGapSeconds: (timeoutSeconds) => timeoutSeconds / 2 + 1,
    noticesLostMaster: false,
  },
};

/** Words that name a class inside a dotted path or an alias; the first that occurs decides. */
const marks: ReadonlyArray<readonly [RegExp, WorkerClassName]> = [
  [/uvicorn/, 'uvicorn'],
  [/gaiohttp|aiohttp/, 'gaiohttp'],
  [/gevent/, 'gevent'],
  [/eventlet/, 'eventlet'],
  [/tornado/, 'tornado'],
  [/gthread|threadworker/, 'gthread'],
  [/gasgi|asgiworker|(?:^|#)asgi$/, 'asgi'],
  [/(?:^|#)sync$|workers\.sync\b|\.syncworker$/, 'sync'],
];

/**
 * The class behind any way of writing it: "sync", "egg:gunicorn#gevent", "gunicorn.workers.sync.SyncWorker",
 * "<class 'gunicorn.workers.gthread.ThreadWorker'>", "uvicorn_worker.UvicornWorker". `sync` with more than one thread
 * is run as gthread (config.py, worker_class_str). Undefined for a class of somebody's own.
 */
export function workerClassNamed(written: string | undefined, threads?: number): WorkerClassName | undefined {
  if (written === undefined) return undefined;

  const bare = /^<class '([^']{1,200})'>$/.exec(written.trim())?.[1] ?? written.trim();
  const lower = bare.slice(0, 200).toLowerCase();
  const name = marks.find(([mark]) => mark.test(lower))?.[1];
  return name === 'sync' && threads !== undefined && threads > 1 ? 'gthread' : name;
}

/** The same, with its promises. */
export function workerClassOf(written: string | undefined, threads?: number): WorkerClass | undefined {
  const name = workerClassNamed(written, threads);
  return name === undefined ? undefined : workerClasses[name];
}

/**
 * The heartbeat age, in seconds, from which a worker is called stuck: the longest healthy gap of its class plus one
 * second or a quarter of `timeout`, whichever is larger. Undefined when `timeout` is 0, which switches it off. A class
 * that is not known gets the longest gap of all, so that no healthy worker is accused.
 */
export function stuckAfterSeconds(workerClass: string | undefined, timeoutSeconds: number): number | undefined {
  if (!Number.isFinite(timeoutSeconds) || timeoutSeconds <= 0) return undefined;

  const {longestHealthyGapSeconds} = workerClassOf(workerClass) ?? workerClasses.uvicorn;
  return longestHealthyGapSeconds(timeoutSeconds) + Math.max(1, timeoutSeconds / 4);
}
