import {afterEach, beforeEach, expect, test} from 'vitest';
import {openProcessFiles} from '../../source/sensors/process-files.js';
import {
  identify,
  parseStatus,
  readArguments,
  readChildren,
  readDescriptors,
  readEnvironment,
  readStat,
} from '../../source/sensors/procfs.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';

let proc: FakeProc;
beforeEach(() => {
  proc = makeFakeProc();
});
afterEach(() => proc.dispose());

test('a process that is not there is gone, whatever is asked of it', () => {
  for (const reading of [
    identify(5, proc.root),
    readArguments(5, proc.root),
    readEnvironment(5, ['PORT'], proc.root),
    readChildren(5, proc.root),
    readDescriptors(5, proc.root),
    openProcessFiles(5, proc.root),
  ]) {
    expect(reading).toEqual({kind: 'gone'});
  }
});

test('a stat file that is empty, as of a process in the middle of its end, has failed and does not throw', () => {
  proc.add({pid: 5});
  proc.write('5/stat', '');

  expect(readStat(5, proc.root).kind).toBe('failed');
});

test('arguments come apart at their NULs, and a title with its padding is one of them', () => {
  proc.add({pid: 5, argv: ['python3', '/bin/gunicorn', '', 'app:app']});
  proc.add({pid: 6});
  proc.add({pid: 7});
  proc.write('6/cmdline', 'gunicorn: master [shop]\0\0\0\0\0\0');

  expect(readArguments(5, proc.root)).toEqual({kind: 'ok', value: ['python3', '/bin/gunicorn', '', 'app:app']});
  expect(readArguments(6, proc.root)).toEqual({kind: 'ok', value: ['gunicorn: master [shop]']});
  expect(readArguments(7, proc.root)).toEqual({kind: 'ok', value: []});
});

test('of the environment only what was asked for is given', () => {
  proc.add({pid: 5, environment: {DATABASE_URL: 'postgres://u:secret@db/x', PORT: '80', EMPTY: ''}});

  const reading = readEnvironment(5, ['PORT', 'EMPTY', 'MISSING'], proc.root);

  expect(reading).toEqual({kind: 'ok', value: {PORT: '80', EMPTY: ''}});
});

test('an environment that a title has overwritten is unsupported, and not an empty one', () => {
  proc.add({pid: 5});
  proc.write('5/environ', '\0'.repeat(3000));

  expect(readEnvironment(5, ['PORT'], proc.root).kind).toBe('unsupported');
});

test('the children of all threads are children of the process', () => {
  proc.add({pid: 5, children: [11, 12]});
  proc.write('5/task/6/children', '13 ');

  expect(readChildren(5, proc.root)).toEqual({kind: 'ok', value: [11, 12, 13]});
});

test('a kernel that lists no children is told from a process without any', () => {
  proc.add({pid: 5, children: []});
  proc.write('6/task/6/stat', '');

  expect(readChildren(5, proc.root)).toEqual({kind: 'ok', value: []});
  expect(readChildren(6, proc.root).kind).toBe('unsupported');
});

test('the status tells user, inner pid and switches, and a name cannot forge them', () => {
  const text = 'Name:\tx\\nUid:\\t0\nNSpid:\t812\t7\nUid:\t1000\t0\t0\t0\nvoluntary_ctxt_switches:\t9\n';

  expect(parseStatus(text, 812)).toEqual({uid: 1000, nsPid: 7, voluntarySwitches: 9});
  expect(parseStatus('NSpid:\t812\n', 812)).toEqual({});
  expect(parseStatus('', 812)).toEqual({});
});

test('held files are read anew each time, and closing them twice does no harm', () => {
  proc.add({pid: 5, startTicks: 77, residentPages: 100});
  const opened = openProcessFiles(5, proc.root);
  if (opened.kind !== 'ok') throw new Error(opened.kind);
  const files = opened.value;

  expect(files.startTicks).toBe(77);
  expect(files.residentPages()).toEqual({kind: 'ok', value: 100});
  proc.write('5/statm', '1 250 3\n');
  expect(files.residentPages()).toEqual({kind: 'ok', value: 250});
  expect(files.stat()).toMatchObject({kind: 'ok', value: {state: 'S', cpuTicks: 42}});

  files.close();
  files.close();
  expect(files.stat()).toEqual({kind: 'gone'});
});
