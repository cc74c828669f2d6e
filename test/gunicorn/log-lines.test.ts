import {expect, test} from 'vitest';
import type {LogEvent} from '../../source/gunicorn/log-event.js';
import {parseHeader} from '../../source/gunicorn/log-header.js';
import {readBareLine, readHeaderLine, readLooseLine} from '../../source/gunicorn/log-lines.js';

function said(message: string, level = 'ERROR'): Partial<LogEvent> | undefined {
  const read = readHeaderLine(parseHeader(`[2026-11-22 10:03:35 +0000] [41] [${level}] ${message}`));
  if (read === undefined) return undefined;

  const {wallMs: _wallMs, emitterPid: _emitterPid, level: _level, text: _text, ...rest} = read.event;
  return rest;
}

const lines: ReadonlyArray<readonly [string, Partial<LogEvent>]> = [
  ['Starting gunicorn 23.0.0', {event: 'starting', version: '23.0.0'}],
  [
    'Listening at: http://127.0.0.1:8000,unix:/run/shop.sock (41)',
    {event: 'listening', addresses: ['http://127.0.0.1:8000', 'unix:/run/shop.sock']},
  ],
  ['Listening at: http://[::1]:8000', {event: 'listening', addresses: ['http://[::1]:8000']}],
  [
    'Using worker: uvicorn.workers.UvicornWorker',
    {event: 'using-worker', workerClass: 'uvicorn.workers.UvicornWorker'},
  ],
  ['Booting worker with pid: 42', {event: 'booting', pid: 42}],
  ['Worker exiting (pid: 42)', {event: 'worker-exiting', pid: 42}],
  ['WORKER TIMEOUT (pid:42)', {event: 'worker-timeout', pid: 42}],
  ['DIRTY WORKER TIMEOUT (pid:42)', {event: 'dirty-worker-timeout', pid: 42}],
  ['Worker (pid:42) exited with code 3', {event: 'exited-with-code', pid: 42, code: 3}],
  ['Worker (pid:42) exited with code 255.', {event: 'exited-with-code', pid: 42, code: 255}],
  [
    'Worker (pid:42) was sent SIGKILL! Perhaps out of memory?',
    {event: 'died-by-signal', pid: 42, signal: 'SIGKILL', core: false, outOfMemoryHint: true},
  ],
  [
    'Worker (pid:42) was sent SIGSEGV!',
    {event: 'died-by-signal', pid: 42, signal: 'SIGSEGV', core: false, outOfMemoryHint: false},
  ],
  [
    'Worker (pid:42) was sent code 139!',
    {event: 'died-by-signal', pid: 42, signal: 'SIGSEGV', core: true, outOfMemoryHint: false},
  ],
  [
    'Worker (pid:42) was sent signal 35!',
    {event: 'died-by-signal', pid: 42, signal: 'SIGRTMIN+1', core: false, outOfMemoryHint: false},
  ],
  [
    'Worker with pid 42 was terminated due to signal 9',
    {event: 'died-by-signal', pid: 42, signal: 'SIGKILL', core: false, outOfMemoryHint: false},
  ],
  ['Autorestarting worker after current request.', {event: 'autorestarting'}],
  ['Maximum request limit of 1032 exceeded. Terminating process.', {event: 'autorestarting'}],
  ['Worker reloading: /srv/shop/my views.py modified', {event: 'code-changed', file: '/srv/shop/my views.py'}],
  ['Parent changed, shutting down: <Worker 42>', {event: 'parent-changed', pid: 42}],
  ['Handling signal: ttou', {event: 'handling-signal', signal: 'ttou'}],
  ['Hang up: Master.2', {event: 'hang-up'}],
  ['Shutting down: Master', {event: 'shutting-down'}],
  ['Reason: Worker failed to boot.', {event: 'halted', reason: 'worker-failed-to-boot'}],
  ['Reason: App failed to load.', {event: 'halted', reason: 'app-failed-to-load'}],
  ['Master has been promoted.', {event: 'promoted'}],
  ['Worker graceful timeout (pid:42)', {event: 'graceful-timeout', pid: 42}],
  ['Error handling request /pay?card=1', {event: 'request-error', path: '/pay', noRequestRead: false}],
  ['Error handling request POST /pay', {event: 'request-error', method: 'POST', path: '/pay', noRequestRead: false}],
  ['Error handling request OPTIONS *', {event: 'request-error', method: 'OPTIONS', path: '*', noRequestRead: false}],
  ['Error handling request (no URI read)', {event: 'request-error', noRequestRead: true}],
  ['Error handling request', {event: 'request-error', noRequestRead: false}],
  ['Error in ASGI application', {event: 'request-error', noRequestRead: false}],
  ['Exception in worker process', {event: 'exception-in-worker'}],
  ['ASGI lifespan startup failed: no database', {event: 'lifespan-failed', message: 'no database'}],
  ['Application startup failed. Exiting.', {event: 'lifespan-failed'}],
  ['Application startup complete.', {event: 'booted'}],
  ['ASGI server listening on http://127.0.0.1:8000', {event: 'booted'}],
  ["Connection in use: ('0.0.0.0', 8000)", {event: 'other'}],
];

for (const [message, event] of lines) {
  test(`"${message}" is read`, () => {
    expect(said(message)).toEqual(event);
  });
}

test('a message that tells nothing of a worker is no event below ERROR', () => {
  expect(said('Control socket listening at /run/gunicorn.ctl', 'INFO')).toBeUndefined();
  expect(said('Handling signal: chld', 'DEBUG')).toBeUndefined();
  expect(said('Reaped unknown child process (pid:7, status:0)', 'DEBUG')).toBeUndefined();
});

test('a message with more around it is not the message', () => {
  expect(said('my app says: Worker exiting (pid: 42)', 'INFO')).toBeUndefined();
  expect(said('Worker exiting (pid: 42) soon', 'INFO')).toBeUndefined();
  expect(said('Worker (pid:42) was sent code 300!', 'INFO')).toBeUndefined();
});

test('an event carries its emitter, time, level and its text without secrets', () => {
  const read = readHeaderLine(
    parseHeader('[2026-11-22 10:03:35 +0000] [41] [ERROR] cannot reach redis://:pw@cache:6379'),
  );

  expect(read?.event).toEqual({
    event: 'other',
    wallMs: Date.UTC(2026, 10, 22, 10, 3, 35),
    emitterPid: 41,
    level: 'ERROR',
    text: 'cannot reach redis://***@cache:6379',
  });
});

test('the messages of an application that cannot be found are recognised bare', () => {
  for (const message of [
    "Failed to find attribute 'nope' in 'shop'.",
    "Failed to find application object 'nope' in 'shop'",
    "Failed to find application object: 'create_app()'",
    'Application object must be callable.',
    "Failed to parse 'a b' as an attribute name or function call.",
    "TypeError: create_app() missing 1 required positional argument: 'env'",
  ]) {
    expect(readBareLine(message)).toEqual({event: 'app-load-error', message, text: message});
  }

  expect(readBareLine('Failed to find the car keys')).toBeUndefined();
});

test('a telling message inside an unknown format is found and marked as loose', () => {
  const loose = readLooseLine(parseHeader('INFO 2026-11-22 10:03:35,123 gunicorn.error Worker exiting (pid: 42)'));

  expect(loose).toMatchObject({event: 'worker-exiting', pid: 42, loose: true});
  expect(readLooseLine(parseHeader('level=error msg="WORKER TIMEOUT (pid:42)"'))).toMatchObject({
    event: 'worker-timeout',
    pid: 42,
  });
  expect(readLooseLine(parseHeader('x DIRTY WORKER TIMEOUT (pid:42)'))).toMatchObject({event: 'dirty-worker-timeout'});
  expect(readLooseLine(parseHeader('level=info msg="Application startup complete."'))).toBeUndefined();
});
