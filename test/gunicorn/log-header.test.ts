import {expect, test} from 'vitest';
import {parseHeader} from '../../source/gunicorn/log-header.js';

const line = '[2026-11-22 10:03:35 +0000] [27106] [INFO] Booting worker with pid: 27106';
const parsed = {
  format: 'gunicorn',
  wallMs: Date.UTC(2026, 10, 22, 10, 3, 35),
  emitterPid: 27_106,
  level: 'INFO',
  message: 'Booting worker with pid: 27106',
};

const carriers: ReadonlyArray<readonly [string, string]> = [
  ['nothing', line],
  ['journald', `Nov 22 10:03:35 web1 wsgi.sh[3579811]: ${line}`],
  ['journald in its ISO form', `2026-11-22T10:03:35+0000 web1 gunicorn[828]: ${line}`],
  ['compose', `svc_1     | ${line}`],
  ['compose of today', `app-1  | ${line}`],
  ['honcho', `10:03:35 web.1  | ${line}`],
  ['docker logs -t', `2026-11-22T10:03:36.472541603Z ${line}`],
  ['compose with time stamps', `app-1  | 2026-11-22T10:03:36.472541603Z ${line}`],
  ['kubectl with the pod', `[pod/shop-5d9f/web] ${line}`],
  ['a container runtime', `2026-11-22T10:03:36.472541603Z stderr F ${line}`],
  ['a container runtime with a zone', `2026-11-22T10:03:36.472541603+01:00 stdout F ${line}`],
  ['docker', JSON.stringify({log: `${line}\n`, stream: 'stderr', time: '2026-11-22T10:03:36.1Z'})],
  ['journalctl -o json', JSON.stringify({MESSAGE: line, _PID: '1', __REALTIME_TIMESTAMP: '1795341815000000'})],
  ['an unknown prefix', `some agent 4711: ${line}`],
  ['colours', `\u001B[36mapp-1  |\u001B[0m ${line}`],
];

for (const [carrier, text] of carriers) {
  test(`the header is found behind the prefix of ${carrier}`, () => {
    expect(parseHeader(text)).toEqual(parsed);
  });
}

test('the time is that of the line, in its own zone', () => {
  const header = parseHeader('[2026-11-22 10:03:35 +0530] [1] [CRITICAL] WORKER TIMEOUT (pid:9)');

  expect(header.wallMs).toBe(Date.UTC(2026, 10, 22, 4, 33, 35));
});

test('a continuation keeps its indentation and takes the time of its carrier', () => {
  expect(parseHeader('2026-11-22T10:03:36.4Z   File "/srv/x.py", line 3, in f')).toEqual({
    format: 'none',
    message: '  File "/srv/x.py", line 3, in f',
    wallMs: Date.UTC(2026, 10, 22, 10, 3, 36, 400),
  });
  expect(parseHeader('app-1  |   File "x.py", line 3, in f').message).toBe('  File "x.py", line 3, in f');
});

test('the syslog format has a pid and a message', () => {
  expect(parseHeader('Nov 22 10:03:35 web1 gunicorn.shop.wsgi:app.error: [123] Worker exiting (pid: 123)')).toEqual({
    format: 'syslog',
    emitterPid: 123,
    message: 'Worker exiting (pid: 123)',
  });
});

test('a traceback that syslog escaped comes apart into lines', () => {
  const header = parseHeader(
    'Nov 22 10:03:35 web1 gunicorn.shop.error: [123] Exception in worker process#012Traceback (most recent call last):#012ValueError: x',
  );

  expect(header.message).toBe('Exception in worker process');
  expect(header.traceback).toEqual(['Traceback (most recent call last):', 'ValueError: x']);
});

test('a JSON format is read by the usual names of its fields', () => {
  const record = {
    timestamp: '2026-11-22T10:03:35Z',
    level: 'warn',
    process: 12,
    message: 'Worker (pid:7) was sent SIGSEGV!',
    exc_info: 'Traceback (most recent call last):\nValueError: x',
  };

  expect(parseHeader(JSON.stringify(record))).toEqual({
    format: 'json',
    wallMs: Date.UTC(2026, 10, 22, 10, 3, 35),
    level: 'WARNING',
    emitterPid: 12,
    message: 'Worker (pid:7) was sent SIGSEGV!',
    traceback: ['Traceback (most recent call last):', 'ValueError: x'],
  });
});

test('a header behind a quotation mark is somebody else’s text', () => {
  const forged = `10.0.0.9 - - [22/Nov/2026:10:03:35 +0000] "GET / HTTP/1.1" 200 3 "-" "${line}"`;

  expect(parseHeader(forged).format).toBe('none');
});

test('what is no header is a message as it stands', () => {
  for (const text of ['', ' ', '[', '{', '{}', '{"a":', '[2026-99-99 10:03:35 +0000]', 'plain', '[] [] []']) {
    expect(parseHeader(text)).toEqual({format: 'none', message: text});
  }
});

test('an impossible date leaves the time out', () => {
  expect(parseHeader('[2026-13-45 10:03:35 +0000] [1] [INFO] x')).toEqual({
    format: 'gunicorn',
    emitterPid: 1,
    level: 'INFO',
    message: 'x',
  });
});

test('who carries a line away within its second gives its time to the millisecond, and at any other time is not believed', () => {
  const carried = (ms: number): number | undefined =>
    parseHeader(
      JSON.stringify({MESSAGE: line, __REALTIME_TIMESTAMP: String((Date.UTC(2026, 10, 22, 10, 3, 35) + ms) * 1000)}),
    ).wallMs;

  expect(carried(412)).toBe(Date.UTC(2026, 10, 22, 10, 3, 35, 412));
  expect(carried(1000)).toBe(Date.UTC(2026, 10, 22, 10, 3, 35));
  expect(carried(-1)).toBe(Date.UTC(2026, 10, 22, 10, 3, 35));
});
