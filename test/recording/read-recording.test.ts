import {constants, gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {longestLineBytes} from '../../source/recording/byte-lines.js';
import {createRecordingLines} from '../../source/recording/recording-lines.js';
import {anyObservations, attached, logged, moment, sample, worker} from './observed.js';
import {header, read, recordingOf} from './recording.js';

const life = [
  attached(),
  sample(250),
  sample(500, [worker(9101, {cpuMs: 130}), worker(9102)]),
  logged(750, 9101),
  sample(750, [worker(9102)]),
  sample(1000, [worker(9102), worker(9103)]),
];

const headerLine = `${JSON.stringify(header)}\n`;

/** The line of something that no version of ours wrote. */
function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

test('what was recorded comes back, down to the order of its keys', async () => {
  await fc.assert(
    fc.asyncProperty(anyObservations, async (observations) => {
      const {observations: result, error} = await read(recordingOf(observations));

      expect(error).toBeUndefined();
      expect(JSON.stringify(result)).toBe(JSON.stringify(observations));
    }),
    {numRuns: 300},
  );
});

test('a recording is lines of JSON: a header, each observation, and of most samples what they changed', () => {
  const recording = recordingOf([attached(), sample(250), sample(500), logged(750, 9101)]);

  const lines = recording.trimEnd().split('\n');

  expect(lines.slice(0, 1).concat(lines.slice(3))).toEqual([
    '{"gunspect-recording":1,"version":"0.1.0","startedAt":"2026-11-22T14:03:10.000Z","target":"812","segment":1}',
    '{"kind":"delta","sample":{"at":{"wallMs":250,"monotonicMs":250}}}',
    JSON.stringify(logged(750, 9101)),
  ]);
});

test('a sample stands in full once a minute', () => {
  const samples = Array.from({length: 200}, (_, index) => sample(index * 1000));

  const full = recordingOf(samples)
    .split('\n')
    .filter((text) => text.startsWith('{"kind":"sample"'));

  expect(full.map((text) => (JSON.parse(text) as {at: {wallMs: number}}).at.wallMs - moment(0).wallMs)).toEqual([
    0, 60_000, 120_000, 180_000,
  ]);
});

test('a compressed recording is known by its content, in however small pieces it arrives', async () => {
  const bytes = gzipSync(recordingOf(life));

  const {observations, error} = await read(...Array.from(bytes, (byte) => Uint8Array.of(byte)));

  expect({observations, error}).toEqual({observations: life, error: undefined});
});

test('an empty recording is refused', async () => {
  expect(await read()).toMatchObject({items: [], error: 'the recording is empty'});
});

test('a recording that was cut off is readable up to there, and says where that is', async () => {
  const text = recordingOf(life);

  const {observations, error} = await read(text.slice(0, -10));

  expect(observations).toEqual(life.slice(0, -1));
  expect(error).toBe('the recording is cut off in the middle of line 7');
});

test('a compressed recording that lost its end is readable up to there', async () => {
  const lines = recordingOf(life).split(/(?<=\n)/);
  const flushed = lines.map((text) => gzipSync(text, {finishFlush: constants.Z_SYNC_FLUSH}));
  // The first is a stream that was flushed and never ended, as a process leaves it that was killed.
  const {items, error} = await read(flushed[0]!);

  expect(items).toEqual([{kind: 'header', header, goesOn: false}]);
  expect(error).toBe('the recording is cut off after line 1');
});

test('every byte that a compressed recording loses at its end costs only what was in it', async () => {
  const bytes = gzipSync(recordingOf(life));
  for (let length = 2; length < bytes.length; length += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const {observations, error} = await read(bytes.subarray(0, length));

    expect(observations).toEqual(life.slice(0, observations.length));
    expect(error).toMatch(/^the recording is cut off after line \d$/);
  }
});

test('a compressed recording with a damaged byte gives what stands before it and an error', async () => {
  const samples = Array.from({length: 2000}, (_, index) => sample(index * 250, [worker(9101, {cpuMs: index ** 2})]));
  const bytes = gzipSync(recordingOf(samples), {level: 1});
  bytes.fill(0xff, bytes.length - 200, bytes.length - 100);

  const {observations, error} = await read(bytes);

  expect(observations.length).toBeGreaterThan(500);
  expect(observations).toEqual(samples.slice(0, observations.length));
  expect(error).toMatch(/^line \d+ of the recording (?:cannot be decompressed: the file is damaged|is not JSON)$/);
});

test('a segment alone opens with what was known before it', async () => {
  const lines = createRecordingLines();
  const text = lines.opening({...header, segment: 2}, [attached(900)]) + lines.line(sample(1000));

  expect((await read(text)).observations).toEqual([attached(900), sample(1000)]);
});

test('what a segment carries over is not told twice when the one before it was read', async () => {
  const lines = createRecordingLines();
  const second = lines.opening({...header, segment: 2}, [attached(900)]) + lines.line(sample(1250));

  const {observations} = await read(recordingOf(life), second);

  expect(observations).toEqual([...life, sample(1250)]);
});

test.each<[what: string, text: string, error: string]>([
  ['no recording', '[2026-11-22 14:03:10 +0000] [812] [INFO] Booting\n', 'line 1 of the recording is not JSON'],
  [
    'JSON of another program',
    '{"level":"info"}\n',
    'line 1 of the recording is not the first line of a recording of gunspect',
  ],
  ['a list', '[1]\n', 'line 1 of the recording is no object'],
  [
    'a header without a target',
    line({'gunspect-recording': 1, version: '9'}),
    'line 1 of the recording is not as it must be: startedAt is missing',
  ],
  [
    'a later format',
    line({...header, 'gunspect-recording': 2}),
    'line 1 of the recording is of format 2, and this version reads only format 1: replay it with a newer gunspect',
  ],
  [
    'a format that is a word',
    line({...header, 'gunspect-recording': 'x'}),
    'line 1 of the recording is not as it must be: gunspect-recording is not 1',
  ],
  ['a broken line', `${headerLine}{"kind":"sam\n`, 'line 2 of the recording is not JSON'],
  [
    'an unknown kind',
    headerLine + line({kind: 'weather', at: moment(0)}),
    'line 2 of the recording is not as it must be: kind is a kind that this version does not know (recorded by gunspect 0.1.0)',
  ],
  [
    'a text for a number',
    headerLine + line({...sample(0), workers: [worker(1), {...worker(2), cpuMs: '10'}]}),
    'line 2 of the recording is not as it must be: workers.1.cpuMs is no number (recorded by gunspect 0.1.0)',
  ],
  [
    'a number without end',
    headerLine + line(sample(0)).replace('"cpuMs":120', '"cpuMs":1e999'),
    'line 2 of the recording is not as it must be: workers.0.cpuMs is no number (recorded by gunspect 0.1.0)',
  ],
  [
    'a missing key',
    headerLine + line({kind: 'sample', at: moment(0), lateMs: 0}),
    'line 2 of the recording is not as it must be: workers is missing (recorded by gunspect 0.1.0)',
  ],
  [
    'a change of nothing',
    headerLine + line({kind: 'delta', sample: {lateMs: 1}}),
    'line 2 of the recording changes a sample that is not there',
  ],
  [
    'a change without what it changes',
    headerLine + line(sample(0)) + line({kind: 'delta'}),
    'line 3 of the recording changes a sample and does not say how',
  ],
  [
    'a time that no calendar has',
    headerLine + line({...sample(0), at: {wallMs: 1e18, monotonicMs: 0}}),
    'line 2 of the recording is not as it must be: at.wallMs is out of all bounds (recorded by gunspect 0.1.0)',
  ],
  [
    'a change that does not fit',
    headerLine + line(sample(0)) + line({kind: 'delta', sample: {workers: {cpuMs: [1]}}}),
    'line 3 of the recording does not fit what was before it: 1 changes are made to a list of 2',
  ],
  [
    'a change to something that is no sample',
    headerLine + line(sample(0)) + line({kind: 'delta', sample: {lateMs: 'late'}}),
    'line 3 of the recording is not as it must be: lateMs is no number (recorded by gunspect 0.1.0)',
  ],
  [
    'a change that takes the sample away',
    headerLine + line(sample(0)) + line({kind: 'delta', sample: null}),
    'line 3 of the recording is not as it must be: it is no object (recorded by gunspect 0.1.0)',
  ],
  ['an empty line', `${headerLine}\n`, 'line 2 of the recording is not JSON'],
])('it is one sentence that refuses %s', async (_what, text, error) => {
  expect((await read(text)).error).toBe(error);
});

test('a line that has no end is not held in memory', async () => {
  const piece = Buffer.alloc(1024 * 1024, 'x');

  const {error} = await read(headerLine, ...Array.from({length: longestLineBytes / piece.length + 1}, () => piece));

  expect(error).toBe('line 2 of the recording is longer than 4 MB');
});

test('a few compressed bytes that stand for endless ones are given up early', async () => {
  const {error} = await read(gzipSync(Buffer.concat([Buffer.from(headerLine), Buffer.alloc(64 * 1024 * 1024, 'x')])));

  expect(error).toBe('line 2 of the recording is longer than 4 MB');
});

test('control characters in a recording do not reach what is shown', async () => {
  const hostile = {...logged(0, 9101), event: {...logged(0, 9101).event, text: 'a\u001B[2Jb\u0007\u202Ec'}};

  const {observations} = await read(headerLine + line(hostile));

  expect(observations).toMatchObject([{event: {text: 'abc'}}]);
});

test('keys that no observation has are dropped, and none reaches a prototype', async () => {
  const text = line(sample(0)).replace('{"kind"', '{"__proto__":{"polluted":true},"constructor":{"x":1},"kind"');

  const {observations} = await read(headerLine + text);

  expect(observations).toEqual([sample(0)]);
  expect(Object.keys(observations[0]!)).not.toContain('constructor');
  expect(Object.getPrototypeOf(observations[0])).toBe(Object.prototype);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test('whatever byte of a recording is damaged, it is one sentence that says so, or nothing', async () => {
  const change = fc.tuple(fc.nat(), fc.integer({min: 0, max: 255}));
  await fc.assert(
    fc.asyncProperty(anyObservations, fc.array(change, {minLength: 1, maxLength: 4}), async (observations, changes) => {
      const bytes = Buffer.from(recordingOf(observations));
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;

      const {error} = await read(bytes);

      expect(error ?? 'the recording is read').toMatch(/^(?:line \d+ of the recording|the recording is) .+$/);
    }),
    {numRuns: 500},
  );
});
