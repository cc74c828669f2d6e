import {expect, test} from 'vitest';
import {accessMatcher} from '../../source/gunicorn/access-lines.js';
import type {LogEvent} from '../../source/gunicorn/log-event.js';
import {feed, flush, noLogRecords, type LogOptions} from '../../source/gunicorn/log-records.js';
import {capturedRun, capturedRuns} from './captured.js';

function read(lines: readonly string[], options: LogOptions = {}) {
  let state = noLogRecords;
  const events: LogEvent[] = [];
  const accessPids: Array<number | undefined> = [];
  for (const line of lines) {
    const fed = feed(state, line, options);
    state = fed.state;
    events.push(...fed.events);
    if (fed.access !== undefined) accessPids.push(fed.access.pid);
  }

  events.push(...flush(state, options).events);
  return {events, accessPids};
}

/** "died-by-signal 42 SIGKILL": enough of an event to read a whole log at a glance. */
function brief(event: LogEvent): string {
  const parts: unknown[] = [event.event];
  if ('pid' in event) parts.push(event.pid);
  if ('code' in event) parts.push(event.code);
  if ('signal' in event) parts.push(event.signal);
  if ('path' in event) parts.push(event.path);
  if ('reason' in event) parts.push(event.reason);
  if (event.traceback?.exception !== undefined) parts.push(event.traceback.exception);
  return parts.join(' ');
}

const header = (pid: number, level: string, message: string): string =>
  `[2026-11-22 10:03:35 +0000] [${pid}] [${level}] ${message}`;

test('the life of a server of gunicorn 21.2 is read as it was printed', () => {
  const {events, accessPids} = read(capturedRun('gunicorn-21.2.0', 'life'));

  expect(events.map((event) => brief(event))).toEqual([
    'starting',
    'listening',
    'using-worker',
    'booting 14086',
    'request-error /raise RuntimeError',
    'died-by-signal 14086 SIGSEGV',
    'booting 14090',
    'exited-with-code 14090 7',
    'exited-with-code 14090 7',
    'booting 14094',
    'worker-exiting 14094',
    'exited-with-code 14094 7',
    'exited-with-code 14094 7',
    'booting 14121',
    'died-by-signal 14121 SIGKILL',
    'booting 14125',
    'handling-signal ttin',
    'booting 14129',
    'handling-signal ttou',
    'worker-exiting 14125',
    'handling-signal hup',
    'hang-up',
    'worker-exiting 14129',
    'booting 14133',
    'died-by-signal 14129 SIGTERM',
    'handling-signal term',
    'worker-exiting 14133',
    'shutting-down',
  ]);
  expect(accessPids).toEqual([undefined, undefined]);
});

const deaths: ReadonlyArray<readonly [string, string, readonly string[]]> = [
  ['gunicorn-19.9.0', 'spin', ['worker-timeout']],
  ['gunicorn-20.1.0', 'spin', ['worker-timeout', 'died-by-signal SIGKILL']],
  ['gunicorn-21.2.0', 'core', ['died-by-signal SIGSEGV core']],
  ['gunicorn-22.0.0', 'slow', ['worker-timeout', 'request-error', 'worker-exiting']],
  ['gunicorn-24.1.1', 'spin', ['worker-timeout', 'died-by-signal SIGKILL hint']],
  ['gunicorn-26.1.0', 'core', ['died-by-signal SIGSEGV']],
  ['uvicorn-worker', 'uvicorn-slow', ['worker-timeout', 'died-by-signal SIGABRT']],
];

for (const [version, run, expected] of deaths) {
  test(`the death in ${version} ${run} is told as that version tells it`, () => {
    const {events} = read(capturedRun(version, run));
    const first = events.find((event) => event.event === 'booting');
    const pid = first?.event === 'booting' ? first.pid : Number.NaN;

    const about = events.filter(
      (event) => event.event !== 'booting' && (('pid' in event && event.pid === pid) || event.emitterPid === pid),
    );

    expect(
      about
        .filter((event) => event.event !== 'booted')
        .map((event) =>
          event.event === 'died-by-signal'
            ? [event.event, event.signal, event.core && 'core', event.outOfMemoryHint && 'hint']
                .filter(Boolean)
                .join(' ')
            : event.event,
        ),
    ).toEqual(expected);
  });
}

test('a worker that fails to boot has its traceback in every version, and the line printed after it is no event', () => {
  for (const version of ['19.9.0', '20.1.0', '21.2.0', '22.0.0', '23.0.0', '24.1.1', '26.1.0']) {
    const {events} = read(capturedRun(`gunicorn-${version}`, 'boom'));
    const failures = events.filter((event) => event.event === 'exception-in-worker');

    expect(failures.length, version).toBeGreaterThan(0);
    for (const failure of failures) {
      expect(failure.traceback?.exception, version).toBe('ValueError');
      expect(failure.traceback?.message, version).toBe('boom at import');
    }

    expect(
      events.some((event) => event.event === 'other'),
      version,
    ).toBe(false);
  }
});

test('a master that ends in a plain traceback is heard', () => {
  const [preload] = read(capturedRun('gunicorn-23.0.0', 'preload')).events;
  const halted = read(capturedRun('gunicorn-20.1.0', 'boom')).events.at(-1);
  const [badConfig] = read(capturedRun('gunicorn-26.1.0', 'badconf')).events;

  expect(preload).toMatchObject({event: 'bare-traceback', text: "ModuleNotFoundError: No module named 'nothing_here'"});
  expect(preload?.traceback?.frames.at(-1)?.file).toBe('/srv/shop/boom.py');
  expect(halted).toMatchObject({event: 'bare-traceback', traceback: {exception: 'gunicorn.errors.HaltServer'}});
  expect(badConfig).toMatchObject({
    event: 'bare-traceback',
    text: 'Failed to read config file: /srv/shop/gunicorn.conf.py',
    traceback: {exception: 'NameError'},
  });
});

test('an exception that was lost in a pool thread is a bare traceback, with what introduces it', () => {
  const {events} = read(capturedRun('gunicorn-23.0.0', 'gthread'));

  expect(events.find((event) => event.event === 'bare-traceback')).toMatchObject({
    text: 'Exception in worker',
    traceback: {exception: 'SystemExit', message: '7'},
  });
});

test('an application that cannot be found is told by its bare message', () => {
  const {events} = read(capturedRun('gunicorn-23.0.0', 'noattr'));

  expect(events.map((event) => brief(event)).slice(3)).toEqual([
    'booting 15105',
    'app-load-error',
    'worker-exiting 15105',
    'exited-with-code 15105 4',
    'shutting-down',
    'halted app-failed-to-load',
  ]);
});

test('the interpreter’s last words come before the death they explain', () => {
  const {events} = read(capturedRun('gunicorn-26.1.0', 'fault'));
  const words = events.findIndex((event) => event.event === 'bare-traceback');

  expect(events[words]).toMatchObject({text: 'Fatal Python error: Segmentation fault'});
  expect(events[words + 1]).toMatchObject({event: 'died-by-signal', signal: 'SIGSEGV'});
});

test('an access log in the same stream is counted by worker and gives no event', () => {
  const format = '%(h)s %(t)s "%(r)s" %(s)s %(p)s %(D)s';
  const {events, accessPids} = read(capturedRun('gunicorn-23.0.0', 'gthread'), {accessMatcher: accessMatcher(format)});

  expect(accessPids).toEqual([15_163, 15_320]);
  expect(events.some((event) => event.event === 'other')).toBe(false);
});

test('every captured run gives only events that are named, and loses no worker', () => {
  for (const version of ['19.9.0', '20.1.0', '21.2.0', '22.0.0', '23.0.0', '24.1.1', '26.1.0']) {
    for (const [run, lines] of capturedRuns(`gunicorn-${version}`)) {
      const {events} = read(lines);
      const booting = lines.filter((line) => line.includes('Booting worker with pid')).length;

      expect(events.filter((event) => event.event === 'other').length, `${version} ${run}`).toBe(0);
      expect(events.filter((event) => event.event === 'booting').length, `${version} ${run}`).toBe(booting);
    }
  }
});

test('an event without a traceback is given out with its own line', () => {
  const fed = feed(noLogRecords, header(41, 'CRITICAL', 'WORKER TIMEOUT (pid:42)'));

  expect(fed.events.map((event) => brief(event))).toEqual(['worker-timeout 42']);
  expect(fed.state.open).toEqual([]);
});

test('an event with a traceback is held until it is complete', () => {
  const first = feed(noLogRecords, header(42, 'ERROR', 'Error handling request GET /pay'));
  const second = feed(first.state, 'Traceback (most recent call last):');
  const third = feed(second.state, header(42, 'INFO', 'Worker exiting (pid: 42)'));

  expect(first.events).toEqual([]);
  expect(second.events).toEqual([]);
  expect(third.events.map((event) => brief(event))).toEqual(['request-error /pay', 'worker-exiting 42']);
});

test('two workers whose tracebacks are torn apart each keep their own', () => {
  const {events} = read([
    header(42, 'ERROR', 'Exception in worker process'),
    'Traceback (most recent call last):',
    '  File "/srv/shop/a.py", line 1, in <module>',
    header(43, 'ERROR', 'Exception in worker process'),
    'Traceback (most recent call last):',
    '  File "/srv/shop/b.py", line 2, in <module>',
    'KeyError: b',
    '  File "/srv/shop/c.py", line 3, in <module>',
    'ValueError: a',
    header(41, 'INFO', 'Handling signal: term'),
  ]);

  const byEmitter = new Map(events.map((event) => [event.emitterPid, event.traceback]));
  expect(byEmitter.get(42)).toMatchObject({exception: 'ValueError', frames: [{line: 1}, {line: 3}]});
  expect(byEmitter.get(43)).toMatchObject({exception: 'KeyError', frames: [{line: 2}]});
});

test('a line of the master inside a worker’s traceback does not end it', () => {
  const {events} = read([
    header(42, 'ERROR', 'Error handling request /pay'),
    header(41, 'CRITICAL', 'WORKER TIMEOUT (pid:43)'),
    'Traceback (most recent call last):',
    '  File "/srv/shop/a.py", line 1, in pay',
    header(41, 'INFO', 'Handling signal: ttin'),
    '    charge()',
    'ValueError: a',
  ]);

  expect(events.map((event) => brief(event))).toEqual([
    'worker-timeout 43',
    'handling-signal ttin',
    'request-error /pay ValueError',
  ]);
});

test('a plain traceback after a message that explains nothing is not swallowed', () => {
  const {events} = read([
    header(41, 'INFO', 'Control socket listening at /run/gunicorn.ctl'),
    'Traceback (most recent call last):',
    '  File "/opt/gunicorn/arbiter.py", line 1, in run',
    "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>",
  ]);

  expect(events.map((event) => brief(event))).toEqual(['bare-traceback gunicorn.errors.HaltServer']);
});

test('a traceback under an application’s own warning belongs to that warning', () => {
  const {events} = read([
    header(42, 'WARNING', 'Exception during worker exit:'),
    'Traceback (most recent call last):',
    '  File "/srv/shop/conf.py", line 1, in worker_exit',
    'ValueError: a',
    header(41, 'INFO', 'Handling signal: term'),
  ]);

  expect(events.map((event) => brief(event))).toEqual(['handling-signal term']);
});

test('a log of unknown format is searched for messages, until a header shows the format', () => {
  const custom = 'ERROR gunicorn.error: Worker (pid:42) was sent SIGKILL! Perhaps out of memory?';
  const before = read([custom]).events;
  const after = read([header(41, 'INFO', 'Handling signal: ttin'), custom]).events;

  expect(before).toMatchObject([{event: 'died-by-signal', pid: 42, loose: true}]);
  expect(after.map((event) => brief(event))).toEqual(['handling-signal ttin']);
});

test('the application’s own JSON does not hide that gunicorn prints another format', () => {
  const {events} = read(['{"message": "paid", "level": "info"}', 'gunicorn.error INFO Worker exiting (pid: 42)']);

  expect(events.map((event) => brief(event))).toEqual(['worker-exiting 42']);
});

test('a JSON record has its traceback inside', () => {
  const record = {
    message: 'Exception in worker process',
    levelname: 'ERROR',
    process: 42,
    exc_info: 'Traceback (most recent call last):\n  File "/srv/a.py", line 1, in <module>\nKeyError: \'DATABASE_URL\'',
  };

  expect(read([JSON.stringify(record)]).events).toMatchObject([
    {event: 'exception-in-worker', emitterPid: 42, traceback: {exception: 'KeyError', message: "'DATABASE_URL'"}},
  ]);
});

test('a client that sends a log line as its user agent is only a line of the access log', () => {
  const forged = `10.0.0.9 - - [22/Nov/2026:10:03:35 +0000] "GET / HTTP/1.1" 200 3 "-" "${header(41, 'CRITICAL', 'WORKER TIMEOUT (pid:42)')}"`;
  const {events, accessPids} = read([forged]);

  expect(events).toEqual([]);
  expect(accessPids).toHaveLength(1);
});
