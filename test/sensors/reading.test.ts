import {expect, test} from 'vitest';
import {attempt, meaningOf, unlockOf} from '../../source/sensors/reading.js';

function systemError(code: string): Error {
  return Object.assign(new Error(code), {code});
}

test.each([
  ['ENOENT', 'gone'],
  ['ESRCH', 'gone'],
  ['ENOTDIR', 'gone'],
  ['EACCES', 'denied'],
  ['EPERM', 'denied'],
  ['ENOSYS', 'unsupported'],
  ['EOPNOTSUPP', 'unsupported'],
  ['EMFILE', 'failed'],
  ['EIO', 'failed'],
  ['ELOOP', 'failed'],
])('%s of the system means %s', (code, kind) => {
  expect(meaningOf(systemError(code)).kind).toBe(kind);
});

test('an error of our own is thrown on', () => {
  const ours = new TypeError('not a function');

  expect(() =>
    attempt(() => {
      throw ours;
    }),
  ).toThrow(ours);
  expect(() => meaningOf(systemError('ERR_INVALID_ARG_TYPE'))).toThrow('ERR_INVALID_ARG_TYPE');
  expect(() => meaningOf('a string')).toThrow('a string');
});

test('a refusal names what refused, and what would lift it', () => {
  const reading = meaningOf(systemError('EACCES'), {uid: (process.geteuid?.() ?? 0) + 1});
  if (reading.kind !== 'denied') throw new Error(reading.kind);

  expect(reading.by).toMatch(process.geteuid?.() === 0 ? /CAP_SYS_PTRACE/ : /another user/);
  expect(unlockOf(reading)).toMatch(/gunspect/);
  expect(unlockOf({by: 'a moon phase'})).toBeUndefined();
});
