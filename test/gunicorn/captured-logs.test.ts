import {expect, test} from 'vitest';
import {accessMatcher} from '../../source/gunicorn/access-lines.js';
import {capturedRun, capturedRuns} from './captured.js';
import {brief, readLog} from './read-log.js';

test('the life of a server of gunicorn 21.2 is read as it was printed', () => {
  const {events, accessPids} = readLog(capturedRun('gunicorn-21.2.0', 'life'));

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
    const {events} = readLog(capturedRun(version, run));
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
    const {events} = readLog(capturedRun(`gunicorn-${version}`, 'boom'));
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
  const [preload] = readLog(capturedRun('gunicorn-23.0.0', 'preload')).events;
  const halted = readLog(capturedRun('gunicorn-20.1.0', 'boom')).events.at(-1);
  const [badConfig] = readLog(capturedRun('gunicorn-26.1.0', 'badconf')).events;

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
  const {events} = readLog(capturedRun('gunicorn-23.0.0', 'gthread'));

  expect(events.find((event) => event.event === 'bare-traceback')).toMatchObject({
    text: 'Exception in worker',
    traceback: {exception: 'SystemExit', message: '7'},
  });
});

test('an application that cannot be found is told by its bare message', () => {
  const {events} = readLog(capturedRun('gunicorn-23.0.0', 'noattr'));

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
  const {events} = readLog(capturedRun('gunicorn-26.1.0', 'fault'));
  const words = events.findIndex((event) => event.event === 'bare-traceback');

  expect(events[words]).toMatchObject({text: 'Fatal Python error: Segmentation fault'});
  expect(events[words + 1]).toMatchObject({event: 'died-by-signal', signal: 'SIGSEGV'});
});

test('an access log in the same stream is counted by worker and gives no event', () => {
  const format = '%(h)s %(t)s "%(r)s" %(s)s %(p)s %(D)s';
  const {events, accessPids} = readLog(capturedRun('gunicorn-23.0.0', 'gthread'), {
    accessMatcher: accessMatcher(format),
  });

  expect(accessPids).toEqual([15_163, 15_320]);
  expect(events.some((event) => event.event === 'other')).toBe(false);
});

test('every captured run gives only events that are named, and loses no worker', () => {
  for (const version of ['19.9.0', '20.1.0', '21.2.0', '22.0.0', '23.0.0', '24.1.1', '26.1.0']) {
    for (const [run, lines] of capturedRuns(`gunicorn-${version}`)) {
      const {events} = readLog(lines);
      const booting = lines.filter((line) => line.includes('Booting worker with pid')).length;

      expect(events.filter((event) => event.event === 'other').length, `${version} ${run}`).toBe(0);
      expect(events.filter((event) => event.event === 'booting').length, `${version} ${run}`).toBe(booting);
    }
  }
});
