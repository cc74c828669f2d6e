import {expect, test} from 'vitest';
import {
  stuckAfterSeconds,
  workerClasses,
  workerClassNamed,
  workerClassOf,
} from '../../source/gunicorn/worker-classes.js';

const written: ReadonlyArray<readonly [string, string | undefined]> = [
  ['sync', 'sync'],
  ['egg:gunicorn#sync', 'sync'],
  ['gunicorn.workers.sync.SyncWorker', 'sync'],
  ["<class 'gunicorn.workers.sync.SyncWorker'>", 'sync'],
  ["<class 'gunicorn.workers.gthread.ThreadWorker'>", 'gthread'],
  ['gthread', 'gthread'],
  ['gevent', 'gevent'],
  ['gevent_pywsgi', 'gevent'],
  ['gunicorn.workers.ggevent.GeventWorker', 'gevent'],
  ['eventlet', 'eventlet'],
  ['gunicorn.workers.gtornado.TornadoWorker', 'tornado'],
  ['aiohttp.GunicornWebWorker', 'gaiohttp'],
  ['asgi', 'asgi'],
  ['gunicorn.workers.gasgi.ASGIWorker', 'asgi'],
  ['uvicorn.workers.UvicornWorker', 'uvicorn'],
  ['uvicorn_worker.UvicornH11Worker', 'uvicorn'],
  ['shop.workers.OurSyncWorkerWithTracing', undefined],
  ['', undefined],
];

for (const [text, name] of written) {
  test(`"${text}" is ${name ?? 'a class of somebody’s own'}`, () => {
    expect(workerClassNamed(text)).toBe(name);
  });
}

test('sync with threads is run as gthread', () => {
  expect(workerClassNamed('sync', 4)).toBe('gthread');
  expect(workerClassNamed('sync', 1)).toBe('sync');
  expect(workerClassNamed('gevent', 4)).toBe('gevent');
});

test('a worker is stuck past its longest healthy gap and a margin', () => {
  expect(stuckAfterSeconds('sync', 30)).toBe(22.5);
  expect(stuckAfterSeconds('gthread', 30)).toBe(8.5);
  expect(stuckAfterSeconds('uvicorn.workers.UvicornWorker', 30)).toBe(23.5);
  expect(stuckAfterSeconds('sync', 2)).toBe(2);
  expect(stuckAfterSeconds('gevent', 2)).toBe(2);
});

test('without a timeout nobody is stuck', () => {
  expect(stuckAfterSeconds('sync', 0)).toBeUndefined();
  expect(stuckAfterSeconds('sync', -1)).toBeUndefined();
  expect(stuckAfterSeconds('sync', Number.NaN)).toBeUndefined();
});

test('a class that is not known is given the longest gap of all', () => {
  const longest = Math.max(...Object.values(workerClasses).map((one) => stuckAfterSeconds(one.name, 30) ?? 0));

  expect(stuckAfterSeconds('shop.Worker', 30)).toBe(longest);
  expect(stuckAfterSeconds(undefined, 30)).toBe(longest);
});

test('eventlet and uvicorn do not notice a lost master', () => {
  expect(workerClassOf('eventlet')?.noticesLostMaster).toBe(false);
  expect(workerClassOf('uvicorn')?.noticesLostMaster).toBe(false);
  expect(workerClassOf('sync')?.noticesLostMaster).toBe(true);
});
