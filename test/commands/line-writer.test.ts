import {Writable} from 'node:stream';
import {expect, test} from 'vitest';
import {createLineWriter, flushed} from '../../source/commands/line-writer.js';

/** A stream whose reader takes one piece each time it is told to. */
function slowReader() {
  const read: string[] = [];
  let take: (() => void) | undefined;
  const stream = new Writable({
    highWaterMark: 20,
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      take = () => {
        read.push(chunk);
        done();
      };
    },
  });
  const takeAll = async () => {
    while (take) {
      const taken = take;
      take = undefined;
      taken();
      // oxlint-disable-next-line no-await-in-loop -- the stream hands over its next piece a turn later
      await new Promise(setImmediate);
    }
  };
  return {stream, read, takeAll};
}

const missedText = ({count, why}: {readonly count: number; readonly why: string}) => `missed ${count}: ${why}\n`;

test('each event is one write, in order', async () => {
  const {stream, read, takeAll} = slowReader();
  const writer = createLineWriter(stream, missedText);

  writer.event('one\n');
  writer.event('two\n');
  await takeAll();

  expect(read).toStrictEqual(['one\n', 'two\n']);
});

test('while the reader is behind, samples are left out and events wait for it', async () => {
  const {stream, read, takeAll} = slowReader();
  const writer = createLineWriter(stream, missedText);
  writer.event('a restart of 22 chars\n');

  writer.sample(() => 'sample\n');
  writer.event('another restart\n');
  await takeAll();
  writer.sample(() => 'next sample\n');
  await takeAll();

  expect(read).toStrictEqual(['a restart of 22 chars\n', 'another restart\n', 'next sample\n']);
});

test('a reader that sleeps for long learns how many events it did not get', async () => {
  const {stream, read, takeAll} = slowReader();
  const writer = createLineWriter(stream, missedText, 30);

  for (const number of [1, 2, 3, 4]) {
    writer.event(`this is restart no. ${number}\n`);
  }
  await takeAll();

  expect(read).toStrictEqual([
    'this is restart no. 1\n',
    'this is restart no. 2\n',
    'missed 2: the reader of this output was too slow for them\n',
  ]);
});

test('flushing waits for the reader', async () => {
  const {stream, read, takeAll} = slowReader();
  stream.write('last\n');

  const done = flushed(stream, 60_000);
  await takeAll();
  await done;

  expect(read).toStrictEqual(['last\n', '']);
});

test('flushing gives up on a reader that does not come back', async () => {
  const {stream, read} = slowReader();
  stream.write('last\n');

  await flushed(stream, 1);

  expect(read).toStrictEqual([]);
});

test('a stream that was closed takes nothing and throws nothing', async () => {
  const {stream, read} = slowReader();
  const writer = createLineWriter(stream, missedText);
  stream.destroy();

  writer.event('one\n');
  writer.sample(() => 'two\n');
  await writer.flushed();

  expect(read).toStrictEqual([]);
});
