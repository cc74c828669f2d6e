import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {HistoryObserved} from '../../source/observation.js';
import {readHistory, type LogHistory} from '../../source/sensors/log-history.js';
import {waitFor} from '../helpers/fault-wait.js';
import {moment} from '../helpers/observations.js';

let folder: string;
let history: LogHistory | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gunspect-history-'));
});
afterEach(() => {
  history?.close();
  rmSync(folder, {recursive: true, force: true});
});

const line = (second: number, pid: number, text: string, level = 'INFO'): string =>
  `[2026-11-22 13:00:${String(second).padStart(2, '0')} +0000] [${pid}] [${level}] ${text}\n`;
const booting = (second: number, pid: number): string => line(second, pid, `Booting worker with pid: ${pid}`);

type Reading = {readonly mostBytes?: number; readonly untilBytes?: number; readonly theirs?: boolean};

/** All parts of what is read back from the log, as one list. */
async function read(text: string, {untilBytes, theirs = true, ...options}: Reading = {}): Promise<readonly string[]> {
  const path = join(folder, 'error.log');
  writeFileSync(path, text);
  const file = {path, link: path, untilBytes: untilBytes ?? Buffer.byteLength(text)};
  const reading = readHistory([file], {rootFolder: '', isTheirs: () => theirs, ...options});
  history = reading;
  const parts: HistoryObserved[] = [];
  await waitFor('the last part', 20_000, () => {
    for (const part of reading.take(moment(0))) if (part.kind === 'history') parts.push(part);
    return parts.at(-1)?.isLast;
  });
  expect(reading.take(moment(1))).toEqual([]);
  return parts.flatMap(({events}) => events.map(({event, emitterPid}) => `${event} ${emitterPid}`));
}

test('births and ends are read back with their tracebacks, and everything else is passed over', async () => {
  const noise = `${'x'.repeat(80)}\n`.repeat(200);
  const traceback = 'Traceback (most recent call last):\n  File "/srv/shop.py", line 3, in <module>\nKeyError: \'A\'\n';

  expect(
    await read(
      [
        booting(1, 9101),
        noise,
        line(2, 9101, 'Exception in worker process', 'ERROR'),
        traceback,
        noise,
        line(2, 9101, 'Worker exiting (pid: 9101)'),
        line(3, 9102, 'Error handling request /pay', 'ERROR'),
        traceback,
        line(4, 812, 'Handling signal: hup'),
      ].join(''),
    ),
  ).toEqual(['booting 9101', 'exception-in-worker 9101', 'worker-exiting 9101', 'handling-signal 812']);
});

test('an error in a request is wanted only where a timeout may have ended it', async () => {
  const error = line(5, 9101, 'Error handling request /pay', 'ERROR');

  expect(await read(error + line(5, 812, 'WORKER TIMEOUT (pid:9101)', 'CRITICAL') + error)).toEqual([
    'worker-timeout 812',
    'request-error 9101',
  ]);
});

test('what was written after the attach is no history, and what begins in the middle of a line is no line', async () => {
  const first = booting(1, 9101);
  const second = booting(2, 9102);

  expect(await read(first + second, {untilBytes: first.length})).toEqual(['booting 9101']);
  expect(await read(first + second, {mostBytes: second.length + 10})).toEqual(['booting 9102']);
});

test('the file before a rotation comes first, unless it may not be read by the target', async () => {
  writeFileSync(join(folder, 'error.log.1'), booting(1, 9101));

  expect(await read(booting(2, 9102))).toEqual(['booting 9101', 'booting 9102']);
  expect(await read(booting(2, 9102), {theirs: false})).toEqual(['booting 9102']);
});

test('an empty log has no past, and a long one is told in several parts', async () => {
  expect(await read('')).toEqual([]);
  expect(await read(Array.from({length: 400}, (_, index) => booting(index % 60, 9000 + index)).join(''))).toHaveLength(
    400,
  );
});

test('a line that is cut by two slices, with letters of more than one byte, is read whole', async () => {
  const filler = 'ä'.repeat(65_530);

  expect(await read(`${filler}\n${booting(1, 9101)}${filler}\n${booting(2, 9102)}`)).toEqual([
    'booting 9101',
    'booting 9102',
  ]);
});

test('a long log does not hold up what else is going on', async () => {
  const chatter = line(1, 9101, 'Some message of the application that tells nothing about workers at all').repeat(1000);
  const text = booting(1, 9101) + chatter.repeat(Math.floor((4 << 20) / chatter.length));
  let turns = 0;
  const watch = setInterval(() => turns++, 1);

  expect(await read(text)).toEqual(['booting 9101']);
  clearInterval(watch);
  // Others get their turn after every slice of 128 KiB.
  expect(turns).toBeGreaterThanOrEqual(30);
});

test('a reading that is closed ends, and tells nothing more', async () => {
  const path = join(folder, 'error.log');
  writeFileSync(path, booting(1, 9101));
  const reading = readHistory([{path, link: path, untilBytes: 70}], {rootFolder: '', isTheirs: () => true});
  reading.close();

  await new Promise((resolve) => setImmediate(resolve));
  expect(reading.take(moment(1))).toEqual([]);
});
