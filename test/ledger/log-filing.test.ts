import {expect, test} from 'vitest';
import {attached, logged, moment, processId, sample, sourceStates, worker} from '../helpers/observations.js';
import {endedLife, fold, livingLife} from './fold.js';

const first = processId(9101, -60);
const line = (text: string) => `[2026-11-22 14:00:00 +0000] ${text}`;
const booting = (pid: number) => line(`[${pid}] [INFO] Booting worker with pid: ${pid}`);
const exiting = (pid: number) => line(`[${pid}] [INFO] Worker exiting (pid: ${pid})`);
/** The same, printed forty seconds later. */
const later = (text: string) => text.replace('14:00:00', '14:00:40');
const kinds = (log: ReadonlyArray<{readonly event: {readonly event: string}}>) => log.map(({event}) => event.event);

test('records that were read before their worker was seen wait for it', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    ...logged(moment(0.25), booting(9102), line('[9102] [INFO] Autorestarting worker after current request.')),
    sample(moment(0.25), [worker(first)]),
    sample(moment(0.5), [worker(first), worker(processId(9102, 0.2))]),
  ]);

  expect(kinds(livingLife(ledger, 9102).log)).toEqual(['booting', 'autorestarting']);
  expect(livingLife(ledger, 9102).booted).toBe(true);
  expect(ledger.unclaimed).toEqual([]);
});

test('records that are read after the death of their worker are its own', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    sample(moment(0.25), []),
    ...logged(moment(0.5), line('[812] [ERROR] Worker (pid:9101) was sent SIGSEGV!')),
  ]);

  expect(kinds(endedLife(ledger, 9101).log)).toEqual(['died-by-signal']);
});

test('a pid that comes back takes the new records', () => {
  const again = processId(9101, 40.1);

  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    sample(moment(40), [worker(first)]),
    // The old process ended and the new one began since the last sample.
    ...logged(moment(40.25), later(exiting(9101)), later(booting(9101))),
    sample(moment(40.25), [worker(again)]),
    ...logged(moment(40.5), line('[9101] [INFO] Autorestarting worker after current request.')),
  ]);

  expect(kinds(endedLife(ledger, 9101).log)).toEqual(['worker-exiting']);
  expect(kinds(livingLife(ledger, 9101).log)).toEqual(['booting', 'autorestarting']);
});

test('a worker whose process no sample showed is an unseen life with all that was said of it', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    ...logged(moment(0.25), booting(9102), exiting(9102)),
    ...logged(moment(0.5), line('[812] [ERROR] Worker (pid:9102) exited with code 1.')),
    sample(moment(1.5), [worker(first)]),
    sample(moment(1.75), [worker(first)]),
  ]);

  expect(ledger.unseen.map(({pid, log}) => [pid, kinds(log)])).toEqual([
    [9102, ['booting', 'worker-exiting', 'exited-with-code']],
  ]);
  expect(ledger.unclaimed).toEqual([]);
});

test('the workers of a USR2 successor, which print to the same file, are no unseen lives', () => {
  const successor = worker(processId(940, 0.3), {kind: 'successor'});

  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    ...logged(moment(0.5), line('[940] [INFO] Starting gunicorn 23.0.0'), booting(941), booting(942)),
    sample(moment(0.5), [worker(first), successor]),
    ...logged(moment(0.75), line('[940] [ERROR] Worker (pid:941) exited with code 3.')),
    sample(moment(3), [worker(first), successor]),
  ]);

  expect(ledger.unseen).toEqual([]);
});

test('only the own master speaks of a worker and is told what to do', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    ...logged(
      moment(0.25),
      line('[940] [CRITICAL] WORKER TIMEOUT (pid:9101)'),
      line('[940] [INFO] Handling signal: hup'),
      line('[940] [INFO] Hang up: Master.2'),
      line('[940] [INFO] Handling signal: term'),
    ),
  ]);

  expect(livingLife(ledger, 9101)).toMatchObject({log: [], generation: 1});
  expect(livingLife(ledger, 9101).order).toBeUndefined();
  expect(ledger.masters.at(-1)?.generation).toBe(1);
});

test('in a container the pids of the log are the inner ones', () => {
  const inner = worker(processId(40101, -60), {nsPid: 8});

  const ledger = fold([
    attached({nsPid: 1}),
    sample(moment(0), [inner, worker(processId(8, -70))]),
    ...logged(moment(0.25), line('[1] [CRITICAL] WORKER TIMEOUT (pid:8)'), line('[1] [INFO] Handling signal: term')),
    sample(moment(0.25), [inner, worker(processId(8, -70), {nsPid: 9})]),
  ]);

  expect(kinds(livingLife(ledger, 40101).log)).toEqual(['worker-timeout']);
  expect(livingLife(ledger, 40101).order?.reason).toBe('shutdown');
  expect(livingLife(ledger, 8).log).toEqual([]);
});

test('the bare line of an application that cannot be loaded belongs to the worker that leaves next, or has just left', () => {
  const failed = "Failed to find attribute 'app' in 'shop'.";
  const start = [
    attached(),
    sample(moment(0), [worker(processId(9102, -0.2)), worker(first, {heartbeat: beatenAt(0)})]),
  ];

  const before = fold([...start, ...logged(moment(0.25), failed, exiting(9102))]);
  const after = fold([...start, ...logged(moment(0.25), exiting(9102)), ...logged(moment(0.25), failed)]);
  const nobody = fold([
    ...start,
    ...logged(moment(0.25), failed),
    sample(moment(3), []),
    ...logged(moment(3.1), exiting(9102)),
  ]);

  expect(kinds(livingLife(before, 9102).log)).toEqual(['app-load-error', 'worker-exiting']);
  expect(kinds(livingLife(after, 9102).log)).toEqual(['worker-exiting', 'app-load-error']);
  expect(kinds(endedLife(nobody, 9102).log)).toEqual(['worker-exiting']);
  expect(livingLife(before, 9101).log).toEqual([]);
});

function beatenAt(seconds: number) {
  return {changedWallMs: moment(seconds).wallMs, notified: true};
}

test('what a log is worth by its silence begins when it is read, and ends with a gap', () => {
  const since = (...observations: Parameters<typeof fold>[0]) => fold([attached(), ...observations]).log;
  const source = (state: 'ok' | 'partly' | 'denied', seconds: number) =>
    ({kind: 'source', at: moment(seconds), source: {id: 'log', state}}) as const;

  expect(since()).toEqual({since: moment(0), showsInfo: false});
  expect(since(...logged(moment(1), exiting(9101)))).toEqual({since: moment(0), showsInfo: true});
  expect(since(...logged(moment(1), line('[812] [CRITICAL] WORKER TIMEOUT (pid:9101)')))).toMatchObject({
    showsInfo: false,
  });
  expect(since(source('partly', 2))).toEqual({showsInfo: false});
  expect(since(source('denied', 2), source('ok', 9))).toEqual({since: moment(9), showsInfo: false});
  expect(since(source('ok', 9))).toMatchObject({since: moment(0)});
});

test('a log that cannot be read from the start is worth nothing', () => {
  const {log} = fold([{...attached(), sources: sourceStates(['log'])}]);

  expect(log).toEqual({showsInfo: false});
});

test('after a HUP the log level has to be seen anew', () => {
  const hup = [line('[812] [INFO] Handling signal: hup'), line('[812] [INFO] Hang up: Master')];

  expect(fold([attached(), ...logged(moment(1), ...hup)]).log.showsInfo).toBe(false);
  expect(fold([attached(), ...logged(moment(1), ...hup, booting(9102))]).log.showsInfo).toBe(true);
});

test("tracebacks of the application push none of the master's words out", () => {
  const traceback = [
    'Traceback (most recent call last):',
    '  File "/srv/shop/views.py", line 3, in view',
    'KeyError: 1',
  ];

  const ledger = fold([
    attached(),
    ...logged(moment(1), line('[812] [INFO] Handling signal: ttin')),
    ...Array.from({length: 500}, (_, index) => logged(moment(2 + index), ...traceback)).flat(),
  ]);

  expect(kinds(ledger.masterLog)).toEqual(['handling-signal']);
});

test("settings that could not be read are learned from the master's own start lines", () => {
  const ledger = fold([
    attached({settings: {}}),
    ...logged(
      moment(0.25),
      line('[812] [INFO] Starting gunicorn 21.2.0'),
      line('[812] [INFO] Listening at: http://127.0.0.1:8000 (812)'),
      line('[812] [INFO] Using worker: gthread'),
      line('[940] [INFO] Starting gunicorn 26.1.0'),
    ),
  ]);

  expect(ledger.masters.at(-1)?.settings).toEqual({
    version: {value: '21.2.0', source: 'log'},
    bind: {value: ['http://127.0.0.1:8000'], source: 'log'},
    workerClass: {value: 'gthread', source: 'log'},
  });
});

test('requests of the access log are counted for the worker that answered', () => {
  const access = (count: number) => ({kind: 'access', at: moment(1), requests: [{pid: 9101, count}]}) as const;

  const ledger = fold([attached(), sample(moment(0), [worker(first)]), access(3), access(4)]);

  expect(livingLife(ledger, 9101).accessCount).toBe(7);
});

// A reload on Debian 12 on a machine that was overloaded: the journal's lines of it were read seconds later.
test('a "Booting worker" that is read late is about the worker that was seen when it was printed', () => {
  const ledger = fold([
    attached(),
    sample(moment(0), [worker(first)]),
    sample(moment(0.8), [worker(first), worker(processId(9102, 0.5))]),
    ...logged(
      moment(3),
      line('[812] [INFO] Handling signal: hup'),
      line('[812] [INFO] Hang up: Master'),
      booting(9102),
    ),
  ]);

  expect(livingLife(ledger, 9101).order).toMatchObject({reason: 'reload'});
  expect(livingLife(ledger, 9102).order).toBeUndefined();
  expect(livingLife(ledger, 9102).generation).toBe(2);
});
