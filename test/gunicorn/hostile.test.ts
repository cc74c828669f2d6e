import fc from 'fast-check';
import {expect, test} from 'vitest';
import {accessMatcher, carriesPid} from '../../source/gunicorn/access-lines.js';
import {phaseOf} from '../../source/gunicorn/activity.js';
import {recogniseGunicorn, shownCommandLine} from '../../source/gunicorn/command-line.js';
import {configFileLocation, effectiveSettings} from '../../source/gunicorn/effective-settings.js';
import {heartbeatAgeMs, heartbeatFrom} from '../../source/gunicorn/heartbeat.js';
import type {LogEvent} from '../../source/gunicorn/log-event.js';
import {parseHeader} from '../../source/gunicorn/log-header.js';
import {feed, flush, noLogRecords} from '../../source/gunicorn/log-records.js';
import {parseTraceback} from '../../source/gunicorn/parse-traceback.js';
import {redact, redactUri, stripControls} from '../../source/gunicorn/redact.js';
import {stuckAfterSeconds, workerClassNamed} from '../../source/gunicorn/worker-classes.js';
import {capturedRun} from './captured.js';

const invisible = /[\p{Cc}\p{Cf}\p{Cs}]/u;
const anyText = fc.oneof(fc.string({unit: 'binary', maxLength: 400}), fc.string({maxLength: 400}));

/** Pieces that parsers look for, so that random lines come near to what they accept. */
const piece = fc.oneof(
  anyText,
  fc.constantFrom(
    '[2026-11-22 10:03:35 +0000] [41] [ERROR] ',
    '[2026-11-22 10:03:35 +0000] [42] [INFO] ',
    'Exception in worker process',
    'Error handling request GET /pay?card=1',
    'Worker (pid:42) was sent SIGKILL!',
    'Worker (pid:99999999999999) exited with code 3',
    'Traceback (most recent call last):',
    '  + Exception Group Traceback (most recent call last):',
    '  File "/srv/a.py", line 3, in f',
    '    | x',
    '  +-+---------------- 1 ----------------',
    'ValueError: token=hunter2',
    'The above exception was the direct cause of the following exception:',
    'During handling of the above exception, another exception occurred:',
    'Fatal Python error: Aborted',
    'Current thread 0x00007fc3bf6a6b80 (most recent call first):',
    'app-1  | ',
    '2026-11-22T10:03:36.4Z stderr F ',
    '{"log":"',
    '\\n","stream":"stderr"}',
    '127.0.0.1 - - [22/Nov/2026:12:27:02 +0000] "GET / HTTP/1.1" 200 3 "-" "-"',
    '\u001B[31m',
    '\u202E',
    ' ',
    '',
  ),
);
const hostileLine = fc.array(piece, {maxLength: 4}).map((pieces) => pieces.join(''));

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];

  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((one) => texts(one)) : [];
}

test('whatever is printed, what is left of it is one short line that a terminal only shows', () => {
  fc.assert(
    fc.property(anyText, fc.integer({min: 0, max: 50}), (text, maxLength) => {
      for (const clean of [
        redact(text, {maxLength}),
        redactUri(text, {maxLength}),
        redact(text, {maxLength, showQuery: true}),
      ]) {
        expect(clean.length).toBeLessThanOrEqual(maxLength);
        expect(invisible.test(clean)).toBe(false);
      }

      expect(stripControls(stripControls(text))).toBe(stripControls(text));
    }),
    {numRuns: 500},
  );
});

test('any log is read without an error, in bounded memory, into clean events that are plain JSON', () => {
  fc.assert(
    fc.property(fc.array(hostileLine, {maxLength: 60}), (lines) => {
      let state = noLogRecords;
      const events: LogEvent[] = [];
      for (const line of lines) {
        const fed = feed(state, line);
        state = fed.state;
        events.push(...fed.events);
        expect(state.open.length).toBeLessThanOrEqual(8);
      }

      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      events.push(...flush(state).events);
      expect(events.length).toBeLessThanOrEqual(lines.length);
      expect(JSON.parse(JSON.stringify(events))).toEqual(events);
      for (const event of events) {
        expect(event.traceback?.frames.length ?? 0).toBeLessThanOrEqual(40);
        for (const text of texts(event)) {
          expect(text.length).toBeLessThanOrEqual(300);
          expect(invisible.test(text)).toBe(false);
          expect(text).not.toContain('hunter2');
        }
      }
    }),
    {numRuns: 500},
  );
});

test('a real log with any of its lines lost, cut or mixed is read without an error', () => {
  const lines = [...capturedRun('gunicorn-26.1.0', 'boom'), ...capturedRun('gunicorn-23.0.0', 'gthread')];
  fc.assert(
    fc.property(
      fc.shuffledSubarray(lines),
      fc.array(fc.integer({min: 0, max: 200}), {minLength: lines.length, maxLength: lines.length}),
      (some, cuts) => {
        let state = noLogRecords;
        for (const [index, line] of some.entries()) state = feed(state, line.slice(0, cuts[index])).state;

        expect(flush(state).state.open).toEqual([]);
      },
    ),
    {numRuns: 200},
  );
});

test('a flood without an end stays small', () => {
  let state = feed(noLogRecords, '[2026-11-22 10:03:35 +0000] [41] [ERROR] Exception in worker process').state;
  state = feed(state, 'Traceback (most recent call last):').state;
  for (let index = 0; index < 5000; index++) {
    state = feed(state, `  File "/srv/${'x'.repeat(5000)}.py", line ${index}, in f`).state;
    state = feed(state, `[2026-11-22 10:03:35 +0000] [${index + 100}] [ERROR] Exception in worker process`).state;
  }

  expect(JSON.stringify(state).length).toBeLessThan(1_000_000);
});

test('a line of a megabyte is read like any other', () => {
  const long = 'x'.repeat(1_000_000);

  expect(
    feed(noLogRecords, `[2026-11-22 10:03:35 +0000] [41] [ERROR] ${long}`).state.open[0]?.event?.text,
  ).toHaveLength(300);
  expect(feed(noLogRecords, `${long} Worker exiting (pid: 4)`).events).toEqual([]);
});

test('any header, traceback, access line and access format is read without an error', () => {
  fc.assert(
    fc.property(hostileLine, anyText, (line, format) => {
      parseHeader(line);
      parseTraceback([line, format, line]);
      carriesPid(format);
      accessMatcher(`${format}%(p)s${format}`)(line);
      accessMatcher(format)(line);
    }),
    {numRuns: 500},
  );
});

const word = fc.oneof(
  anyText,
  fc.constantFrom(
    'gunicorn',
    'python3',
    '-m',
    '-w',
    '-w4',
    '--',
    '--workers=',
    '--max-req',
    '-',
    '-e',
    '--config=x',
    '\0',
  ),
);

test('any command line, environment and config file is read without an error into clean settings', () => {
  fc.assert(
    fc.property(
      fc.array(word, {maxLength: 12}),
      fc.dictionary(fc.constantFrom('GUNICORN_CMD_ARGS', 'WEB_CONCURRENCY', 'PORT', 'LISTEN_FDS'), anyText),
      fc.array(
        fc.oneof(
          anyText,
          fc.constantFrom('workers = ', 'bind = [', '"', "'''", '#', '\n', '\\\n', 'def f():\n  ', '4'),
        ),
        {
          maxLength: 20,
        },
      ),
      (rest, environment, source) => {
        const argv = ['/usr/bin/python3', '/usr/bin/gunicorn', ...rest];
        const configFile = {kind: 'text', text: source.join('')} as const;
        const settings = effectiveSettings({argv, environment, configFile});
        effectiveSettings({argv: rest, environment, configFile});
        configFileLocation({argv, environment});
        recogniseGunicorn(rest);

        expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
        for (const text of [...texts(settings), shownCommandLine(argv)]) {
          expect(text.length).toBeLessThanOrEqual(2000);
          expect(invisible.test(text)).toBe(false);
        }
      },
    ),
    {numRuns: 500},
  );
});

test('any worker is classified without an error', () => {
  const wait = fc.record(
    {
      kind: fc.constantFrom('client', 'accept', 'peer', 'file', 'child', 'lock', 'sleep', 'cpu', 'disk', 'other'),
      what: anyText,
      via: anyText,
    },
    {requiredKeys: ['kind']},
  );
  const activity = fc.record({main: wait, threads: fc.array(wait), clients: fc.nat()}, {requiredKeys: []});
  fc.assert(
    fc.property(
      fc.constantFrom('R', 'S', 'D', 'T', 'Z', 'X', '?'),
      activity,
      anyText,
      (processState, held, workerClass) => {
        expect(phaseOf({processState, activity: held}, {workerClass}).why).not.toBe('');
        expect(phaseOf({processState}, {workerClass}).why).not.toBe('');
        workerClassNamed(workerClass);
        expect(stuckAfterSeconds(workerClass, 30)).toBeGreaterThan(0);
      },
    ),
  );
});

test('any heartbeat file gives an age that is not negative', () => {
  const time = fc.double({noNaN: true, min: -1e15, max: 1e15});
  fc.assert(
    fc.property(fc.nat(), time, time, time, time, (mode, ctimeMs, mtimeMs, wallMs, monotonicMs) => {
      const now = {wallMs, monotonicMs};
      expect(heartbeatAgeMs(heartbeatFrom({mode, ctimeMs, mtimeMs}, now), now)).toBeGreaterThanOrEqual(0);
    }),
  );
});
