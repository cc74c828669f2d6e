import {expect, test} from 'vitest';
import {feed, noLogRecords} from '../../source/gunicorn/log-records.js';
import {brief, header, readLog} from './read-log.js';

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
  const {events} = readLog([
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
  const {events} = readLog([
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
  const {events} = readLog([
    header(41, 'INFO', 'Control socket listening at /run/gunicorn.ctl'),
    'Traceback (most recent call last):',
    '  File "/opt/gunicorn/arbiter.py", line 1, in run',
    "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>",
  ]);

  expect(events.map((event) => brief(event))).toEqual(['bare-traceback gunicorn.errors.HaltServer']);
});

test('a traceback under an application’s own warning belongs to that warning', () => {
  const {events} = readLog([
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
  const before = readLog([custom]).events;
  const after = readLog([header(41, 'INFO', 'Handling signal: ttin'), custom]).events;

  expect(before).toMatchObject([{event: 'died-by-signal', pid: 42, loose: true}]);
  expect(after.map((event) => brief(event))).toEqual(['handling-signal ttin']);
});

test('the application’s own JSON does not hide that gunicorn prints another format', () => {
  const {events} = readLog(['{"message": "paid", "level": "info"}', 'gunicorn.error INFO Worker exiting (pid: 42)']);

  expect(events.map((event) => brief(event))).toEqual(['worker-exiting 42']);
});

test('a JSON record has its traceback inside', () => {
  const record = {
    message: 'Exception in worker process',
    levelname: 'ERROR',
    process: 42,
    exc_info: 'Traceback (most recent call last):\n  File "/srv/a.py", line 1, in <module>\nKeyError: \'DATABASE_URL\'',
  };

  expect(readLog([JSON.stringify(record)]).events).toMatchObject([
    {event: 'exception-in-worker', emitterPid: 42, traceback: {exception: 'KeyError', message: "'DATABASE_URL'"}},
  ]);
});

test('a client that sends a log line as its user agent is only a line of the access log', () => {
  const forged = `10.0.0.9 - - [22/Nov/2026:10:03:35 +0000] "GET / HTTP/1.1" 200 3 "-" "${header(41, 'CRITICAL', 'WORKER TIMEOUT (pid:42)')}"`;
  const {events, accessPids} = readLog([forged]);

  expect(events).toEqual([]);
  expect(accessPids).toHaveLength(1);
});
