/** The worker classes that faults are caused in, and what it takes to start gunicorn with each of them. */
export const faultClasses = ['sync', 'gthread', 'gevent', 'asgi', 'uvicorn'] as const;

export type FaultClass = (typeof faultClasses)[number];

/** The fault app as the class serves it, and the flags that choose the class. */
export function classArguments(workerClass: FaultClass): readonly string[] {
  switch (workerClass) {
    case 'sync':
      return ['fault_app:app'];
    case 'gthread':
      return ['fault_app:app', '--worker-class', 'gthread', '--threads', '4'];
    case 'gevent':
      return ['fault_app:app', '--worker-class', 'gevent'];
    case 'asgi':
      return ['fault_asgi:app', '--worker-class', 'asgi'];
    case 'uvicorn':
      return ['fault_asgi:app', '--worker-class', 'uvicorn_worker.UvicornWorker'];
  }
}

/** What the class needs beside gunicorn, as pip names it. */
export function classPackages(workerClass: FaultClass): readonly string[] {
  if (workerClass === 'uvicorn') return ['uvicorn', 'uvicorn-worker'];
  // gunicorn asks `packaging` for gevent's version, and does not bring it.
  return workerClass === 'gevent' ? ['gevent', 'packaging'] : [];
}
