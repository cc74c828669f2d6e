import {setTimeout as pause} from 'node:timers/promises';
import {startLightTraffic} from '../../source/demo/light-traffic.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {classPackages} from '../helpers/worker-class.js';
import {startWatch, type WatchLine} from '../helpers/watch-stream.js';
import {startServer} from '../sensors/real-server.js';

/** A gunicorn that nothing happens to, and what gunspect says of it: anything beyond that it attached is a false alarm. */
export type HealthyServer = {
  readonly workerClass: 'sync' | 'gthread' | 'gevent' | 'asgi' | 'uvicorn';
  readonly load: 'idle' | 'loaded';
  readonly timeoutSeconds: number;
};

const workers = 3;
/** Two of three workers are busy at times: a few requests wait, as on any server. */
const requestsPerSecond = 4;
const pages = ['/quick', '/slow', '/compute', '/slower'];

const classArguments: Readonly<Record<HealthyServer['workerClass'], readonly string[]>> = {
  sync: ['healthy_app:app'],
  gthread: ['-k', 'gthread', '--threads', '4', 'healthy_app:app'],
  gevent: ['-k', 'gevent', 'healthy_app:app'],
  asgi: ['-k', 'asgi', 'healthy_app:asgi'],
  uvicorn: ['-k', 'uvicorn_worker.UvicornWorker', 'healthy_app:asgi'],
};

/** "sync, idle, -t 30". */
export function nameOf({workerClass, load, timeoutSeconds}: HealthyServer): string {
  return `${workerClass}, ${load}, -t ${timeoutSeconds}`;
}

export type Watched = {readonly samples: number; readonly answered: number; readonly alarms: readonly string[]};

/** Runs the server and watches it for so long. The server itself must stay healthy, too, or this throws with its log. */
export async function watchHealthy(healthy: HealthyServer, minutes: number): Promise<Watched> {
  const {workerClass, load, timeoutSeconds} = healthy;
  const environment =
    workerClass === 'uvicorn'
      ? await gunicornEnvironment('23.0.0', ['uvicorn==0.35.0', 'uvicorn-worker==0.3.0'])
      : await gunicornEnvironment('newest', classPackages(workerClass));
  const options = ['-w', String(workers), '-b', '127.0.0.1:PORT', '-t', String(timeoutSeconds)];
  const server = await startServer({
    command: [environment.gunicorn, ...options, '--error-logfile', 'error.log', ...classArguments[workerClass]],
    files: {'healthy_app.py': new URL('healthy-app.py', import.meta.url)},
  });
  try {
    const before = await server.waitForWorkers(workers);
    const watch = await startWatch(server.pid, '--samples');
    const addresses = pages.map((page) => `http://127.0.0.1:${server.port}${page}`);
    const traffic = load === 'loaded' ? startLightTraffic(addresses, requestsPerSecond) : undefined;
    await pause(minutes * 60_000);
    const {answered = 0, broken = 0} = traffic?.count() ?? {};
    traffic?.stop();
    const end = await watch.stop();
    const after = server.workers();
    if (broken > 0 || before.some((pid) => !after.includes(pid)) || /CRITICAL|ERROR/.test(server.log()))
      throw new Error(`the server was not healthy, ${broken} answers missing:\n${server.log()}`);
    return {
      samples: watch.lines().filter(({value}) => value?.type === 'sample').length,
      answered,
      alarms: [
        ...new Set(watch.lines().flatMap((line) => alarmsOf(line))),
        ...(end.code === 0 ? [] : [`watch ended with ${end.code ?? end.signal}`]),
        ...(watch.standardError() === '' ? [] : [watch.standardError()]),
      ],
    };
  } finally {
    await server.stop();
  }
}

/** None at all is no alarm: the first samples do not tell it yet. */
const healthyStates: readonly (string | undefined)[] = ['idle', 'busy', undefined];

function alarmsOf({text, value}: WatchLine): readonly string[] {
  if (value?.type === 'attached' || value?.type === 'detached') return [];
  if (value?.type !== 'sample') return [text];
  return value.workers
    .filter(({state}) => !healthyStates.includes(state))
    .map(({pid, state}) => `a sample says that ${pid} is ${state}`);
}
