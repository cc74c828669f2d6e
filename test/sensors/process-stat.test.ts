import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {nameInStat, parseStat} from '../../source/sensors/process-stat.js';
import {statLine} from '../helpers/fake-proc.js';

const worker = {
  pid: 812,
  parentPid: 800,
  state: 'S',
  startTicks: 88_123_456,
  argumentsAt: 0x7ffd_1234_5678,
  exitCode: 256,
  residentPages: 6500,
} as const;

const parsed = {
  state: 'S',
  parentPid: 800,
  faults: 22,
  deadChildrenMinorFaults: 1117,
  cpuTicks: 42,
  threads: 1,
  startTicks: 88_123_456,
  rssPages: 6500,
  argumentsAt: 0x7ffd_1234_5678,
  exitCode: 256,
};

test('the fields of a stat line are told by their numbers', () => {
  expect(parseStat(Buffer.from(statLine(worker)))).toEqual(parsed);
});

test('a name with parentheses, blanks and line breaks moves no field', () => {
  for (const name of ['a) R 1 2 3', ') ) (', 'x\ny) Z 9', '', '((((', '日本)']) {
    const bytes = Buffer.from(statLine({...worker, name}));

    expect(parseStat(bytes), JSON.stringify(name)).toEqual(parsed);
    expect(nameInStat(bytes)).toBe(name);
  }
});

test('negative fields and a line without its last fields are read', () => {
  const [head = '', tail = ''] = statLine(worker).split(') ');
  const fields = tail.trim().split(' ');
  fields[5] = '-1';

  expect(parseStat(Buffer.from(`${head}) ${fields.join(' ')}\n`))).toEqual(parsed);
  // Kernels before 3.5 have no field 52, and some containers leave out more.
  expect(parseStat(Buffer.from(`${head}) ${fields.slice(0, 22).join(' ')}\n`))).toEqual({
    ...parsed,
    argumentsAt: 0,
    exitCode: 0,
  });
});

test('what is no stat line is not taken for one', () => {
  for (const text of [
    '',
    ')',
    '812',
    '812 (gunicorn',
    '812 (gunicorn)',
    '812 (gunicorn) ',
    '812 (gunicorn) S 1 2 3\n',
  ]) {
    expect(parseStat(Buffer.from(text)), text).toBeUndefined();
  }

  expect(parseStat(Buffer.from([0, 1, 2, 41, 0, 255, 254, 0]))).toBeUndefined();
});

test('only the bytes that were read count, not what an earlier line left behind them', () => {
  const bytes = Buffer.from(`${statLine(worker)}${statLine({...worker, pid: 9, name: 'old) X 7 7'})}`);

  expect(parseStat(bytes, statLine(worker).length)).toEqual(parsed);
});

test.runIf(process.platform === 'linux')('the stat line of this process is understood', () => {
  const stat = parseStat(readFileSync('/proc/self/stat'));

  expect(stat?.parentPid).toBe(process.ppid);
  expect(stat?.startTicks).toBeGreaterThan(0);
  expect(stat?.argumentsAt).toBeGreaterThan(0);
});
