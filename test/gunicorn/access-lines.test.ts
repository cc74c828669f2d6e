import {expect, test} from 'vitest';
import {accessMatcher, carriesPid, parseAccessLine} from '../../source/gunicorn/access-lines.js';

const requestLine = '127.0.0.1 - - [22/Nov/2026:12:27:02 +0000] "GET /raise?a=b HTTP/1.1" 500 0 "-" "curl/8"';

test('the default format of gunicorn is recognised, also behind a unix socket and with a user', () => {
  expect(parseAccessLine(requestLine)).toEqual({});
  expect(parseAccessLine(requestLine.replace('127.0.0.1', ''))).toEqual({});
  expect(parseAccessLine(requestLine.replace('- -', '- anna bell'))).toEqual({});
});

test('the format of uvicorn is recognised', () => {
  expect(parseAccessLine('127.0.0.1:59820 - "GET /raise?x=1 HTTP/1.1" 500')).toEqual({});
  expect(parseAccessLine('INFO:     [::1]:59820 - "POST / HTTP/1.1" 201 Created')).toEqual({});
});

test('other lines are not of the access log', () => {
  for (const line of [
    '',
    '[2026-11-22 10:03:35 +0000] [41] [INFO] Booting worker with pid: 41',
    'Traceback (most recent call last):',
    '  File "a.py", line 1, in f',
    'ValueError: "GET / HTTP/1.1" 500',
  ]) {
    expect(parseAccessLine(line)).toBeUndefined();
  }
});

test('a format with the pid tells who answered', () => {
  const format = '%(h)s %(t)s "%(r)s" %(s)s %(p)s %(D)s';
  const match = accessMatcher(format);

  expect(carriesPid(format)).toBe(true);
  expect(match('127.0.0.1 [22/Nov/2026:12:27:33 +0000] "GET / HTTP/1.1" 200 <14516> 1132')).toEqual({pid: 14_516});
});

test('the pid is found at the start, at the end and inside JSON', () => {
  expect(accessMatcher('%(p)s %(m)s %(U)s')('<77> GET /pay')).toEqual({pid: 77});
  expect(accessMatcher('%(m)s %(U)s %(p)s')('GET /pay <77>')).toEqual({pid: 77});
  expect(accessMatcher('{"pid": "%(p)s", "path": "%(U)s"}')('{"pid": "<77>", "path": "/pay"}')).toEqual({pid: 77});
  expect(accessMatcher('%(h)s pid=%(p)s ms=%(M)s 100%%')('::1 pid=<77> ms=4 100%')).toEqual({pid: 77});
});

test('a client that sends a pid makes the line a request of nobody', () => {
  const match = accessMatcher('%(h)s "%(a)s" %(p)s %(D)s');

  expect(match('10.0.0.9 "curl" <14516> 1132')).toEqual({pid: 14_516});
  expect(match('10.0.0.9 "x" <99> " <14516> 1132')).toEqual({});
});

test('a format without the pid is still recognised when it has text of its own', () => {
  const format = 'access host=%(h)s status=%(s)s';

  expect(carriesPid(format)).toBe(false);
  expect(accessMatcher(format)('access host=::1 status=200')).toEqual({});
  expect(accessMatcher(format)('something else')).toBeUndefined();
});

test('a format of nothing but atoms does not swallow every line', () => {
  expect(accessMatcher('%(h)s %(m)s')('Traceback (most recent call last):')).toBeUndefined();
  expect(accessMatcher('%(h)s %(m)s')(requestLine)).toEqual({});
});

test('a format that prints no pid as an atom carries none', () => {
  expect(carriesPid('%%(p)s')).toBe(false);
  expect(carriesPid('%({p}i)s')).toBe(false);
  expect(carriesPid(undefined)).toBe(false);
});
