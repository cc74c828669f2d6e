import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {rename} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {expect, onTestFinished, test} from 'vitest';
import type {Observation} from '../../source/observation.js';
import {Recorder} from '../../source/recording/recorder.js';
import {openRecordingFile, streamSink, type RecordingSink} from '../../source/recording/recording-sink.js';
import {attached, logged, moment, sample, worker} from './observed.js';
import {header, read} from './recording.js';

const {segment: _segment, 'gunspect-recording': _format, ...about} = header;

function privateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gunspect-recorder-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  return folder;
}

function neverFails(error: Error): never {
  throw error;
}

/** A sink that only remembers, and whose counters tests set. */
function fakeSink(counters: {waitingBytes?: number; writtenBytes?: number} = {}) {
  const texts: string[] = [];
  const calls: string[] = [];
  const sink: RecordingSink = {
    write: (text) => {
      texts.push(text);
      calls.push('write');
    },
    flush: () => {
      calls.push('flush');
    },
    writtenBytes: () => counters.writtenBytes ?? 0,
    waitingBytes: () => counters.waitingBytes ?? 0,
    close: async () => {
      calls.push('close');
    },
  };
  return {sink, calls, counters, text: () => texts.join('')};
}

function recorderInto(sink: RecordingSink, troubles: string[] = []): Recorder {
  return new Recorder(sink, {header: about, onTrouble: (why) => troubles.push(why)});
}

test.each(['plain.ndjson', 'small.ndjson.gz'])('what is recorded into %s can be read again', async (name) => {
  const path = join(privateFolder(), name);
  const recorder = recorderInto(await openRecordingFile(path, neverFails));
  recorder.take([attached()], moment(0));
  recorder.take([sample(250), logged(250, 9101)], moment(250));
  await recorder.close();

  const {items, error} = await read(readFileSync(path));

  expect(error).toBeUndefined();
  expect(items).toEqual([
    {kind: 'header', header, goesOn: false},
    ...[attached(), sample(250), logged(250, 9101)].map((observation) => ({kind: 'observation', observation})),
  ]);
});

test('only the owner may read a recording', async () => {
  const path = join(privateFolder(), 'private.gz');
  const recorder = recorderInto(await openRecordingFile(path, neverFails));
  await recorder.close();

  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a file that is there is not written over, and a link is not followed', async () => {
  const folder = privateFolder();
  writeFileSync(join(folder, 'there'), 'precious');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
  mkdirSync(join(folder, 'folder'));

  for (const name of ['there', 'link', 'folder']) {
    await expect(openRecordingFile(join(folder, name), neverFails)).rejects.toMatchObject({code: 'EEXIST'});
  }

  expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('precious');
  expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
});

test('what a compressed recording took is readable two seconds later, without its end', async () => {
  const path = join(privateFolder(), 'killed.gz');
  const sink = await openRecordingFile(path, neverFails);
  const recorder = recorderInto(sink);
  const taken: Observation[] = [];
  for (let atMs = 0; atMs <= 2250; atMs += 250) {
    taken.push(sample(atMs));
    recorder.take([sample(atMs)], moment(atMs));
  }
  await expect.poll(async () => (await read(readFileSync(path))).observations.length).toBeGreaterThanOrEqual(9);

  const {observations, error} = await read(readFileSync(path));

  expect(observations).toEqual(taken.slice(0, observations.length));
  expect(error).toMatch(/^the recording is cut off after line \d+$/);
  await recorder.close();
});

test('it flushes every two seconds and not at every tick', () => {
  const {sink, calls} = fakeSink();
  const recorder = recorderInto(sink);
  for (let atMs = 0; atMs < 6000; atMs += 250) {
    recorder.take([sample(atMs)], moment(atMs));
  }

  expect(calls.filter((call) => call === 'flush')).toHaveLength(4);
});

function sizeOf(path: string): number | undefined {
  return statSync(path, {throwIfNoEntry: false})?.size;
}

test('a recording at its limit goes on in a new segment, and each can be replayed alone', async () => {
  const path = join(privateFolder(), 'long.ndjson');
  const segmentBytes = 20_000;
  const sizes: number[] = [];
  const recorder = new Recorder(await openRecordingFile(path, neverFails), {
    header: about,
    onTrouble: neverFails as () => never,
    rotation: {
      segmentBytes,
      next: async () => {
        sizes.push(statSync(path).size);
        await rename(path, `${path}.1`);
        return openRecordingFile(path, neverFails);
      },
    },
  });
  const source = {
    kind: 'source',
    at: moment(10),
    source: {id: 'log', state: 'failed', why: 'the file is gone'},
  } as const;
  const taken: Observation[] = [attached(), source];
  recorder.take(taken, moment(10));
  for (let index = 1; sizes.length < 3; index += 1) {
    const observation = sample(index * 250, [worker(9101, {cpuMs: index ** 2})]);
    const before = sizeOf(path);
    taken.push(observation);
    recorder.take([observation], observation.at);
    // Files are written between ticks, on a disk that keeps up.
    while (sizeOf(path) === before) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  await recorder.close();

  const before = await read(readFileSync(`${path}.1`));
  const last = await read(readFileSync(path));
  const joined = await read(readFileSync(`${path}.1`), readFileSync(path));

  expect(Math.max(...sizes)).toBeLessThan(segmentBytes * 1.1);
  expect([before.error, last.error, joined.error]).toEqual([undefined, undefined, undefined]);
  const [opening, ...rest] = last.observations;
  expect(opening).toMatchObject({kind: 'attached', at: taken[taken.length - rest.length - 1]?.at});
  expect(opening).toHaveProperty('sources', [attached().sources[1], source.source]);
  expect(rest).toEqual(taken.slice(-rest.length));
  expect(joined.observations.slice(1)).toEqual(taken.slice(1 - joined.observations.length));
});

test('a segment that begins after the end of its master says so', async () => {
  const first = fakeSink();
  const second = fakeSink();
  const recorder = new Recorder(first.sink, {
    header: about,
    onTrouble: neverFails as () => never,
    rotation: {segmentBytes: 1000, next: async () => second.sink},
  });
  const gone: Observation = {kind: 'master-gone', at: moment(500), id: attached().master.id};
  recorder.take([attached(), gone], moment(500));
  first.counters.writtenBytes = 1000;
  recorder.take([sample(750)], moment(750));
  recorder.take([sample(1000)], moment(1000));
  await recorder.close();

  expect(first.calls.at(-1)).toBe('close');
  expect((await read(second.text())).observations).toEqual([{...attached(), at: moment(750)}, gone, sample(1000)]);
});

test('when writing fails it says so once, and takes nothing more', async () => {
  const {sink, text} = fakeSink();
  const troubles: string[] = [];
  const recorder = recorderInto(sink, troubles);
  recorder.failed(Object.assign(new Error('write'), {code: 'ENOSPC'}));
  recorder.failed(Object.assign(new Error('write'), {code: 'EIO'}));
  recorder.take([sample(250)], moment(250));
  await recorder.close();

  expect(troubles).toEqual(['the disk is full']);
  expect((await read(text())).observations).toEqual([]);
});

test('when the next segment cannot be made it says so once', async () => {
  const {sink, counters} = fakeSink();
  const troubles: string[] = [];
  const recorder = new Recorder(sink, {
    header: about,
    onTrouble: (why) => troubles.push(why),
    rotation: {
      segmentBytes: 1000,
      next: async () => {
        throw Object.assign(new Error('rename'), {code: 'EROFS'});
      },
    },
  });
  counters.writtenBytes = 1000;
  recorder.take([sample(250)], moment(250));
  await recorder.close();

  expect(troubles).toEqual(['the file system is read-only']);
});

test('an observation that no reader would take ends the recording, not the session', () => {
  const {sink} = fakeSink();
  const troubles: string[] = [];
  const recorder = recorderInto(sink, troubles);

  recorder.take([sample(250, [worker(9101, {cpuMs: Number.NaN})])], moment(250));

  expect(troubles).toEqual(['an observation could not be written: workers.0.cpuMs is no number']);
});

test('samples are left out while a reader stands still, and nothing else is', async () => {
  const {sink, counters, text} = fakeSink();
  const recorder = recorderInto(sink);
  recorder.take([attached(), sample(250)], moment(250));
  counters.waitingBytes = 5_000_000;
  recorder.take([sample(500), logged(500, 9101)], moment(500));
  counters.waitingBytes = 0;
  recorder.take([sample(750)], moment(750));

  expect(await read(text())).toMatchObject({
    observations: [attached(), sample(250), logged(500, 9101), sample(750)],
  });
});

test('a reader that never reads does not fill the memory', () => {
  const {sink, counters} = fakeSink();
  const troubles: string[] = [];
  const recorder = recorderInto(sink, troubles);
  counters.waitingBytes = 9_000_000;

  recorder.take([sample(250)], moment(250));
  recorder.take([sample(500)], moment(500));

  expect(troubles).toEqual(['it is not taken as fast as it comes']);
});

test('a recording into a pipe comes line by line, and leaves the pipe open', async () => {
  const pipe = new PassThrough();
  const recorder = recorderInto(streamSink(pipe));
  recorder.take([sample(250)], moment(250));
  await recorder.close();

  expect(pipe.writable).toBe(true);
  pipe.end();
  const text: Buffer[] = [];
  pipe.on('data', (chunk: Buffer) => text.push(chunk));
  await once(pipe, 'end');
  expect((await read(Buffer.concat(text))).observations).toEqual([sample(250)]);
});
