import {expect, test} from 'vitest';
import {parseOptions} from '../../source/gunicorn/argv-options.js';
import {splitWords} from '../../source/gunicorn/shell-words.js';

function parsed(...args: string[]) {
  const {values, unclear, positionals} = parseOptions(args);
  return {...Object.fromEntries(values), ...(unclear.size > 0 && {unclear: [...unclear]}), app: positionals[0]};
}

test('values are read in every way of writing them', () => {
  const app = 'shop:app';
  for (const args of [['-w', '4'], ['-w4'], ['-w=4'], ['--workers', '4'], ['--workers=4'], ['-Rw4'], ['-DRw', '4']]) {
    expect(parsed(...args, app), args.join(' ')).toEqual({workers: ['4'], app});
    expect(parsed(app, ...args), args.join(' ')).toEqual({workers: ['4'], app});
  }
});

test('an abbreviation that is clear is the option, and one that is not makes unclear what it may be', () => {
  expect(parsed('--time', '5', 'a')).toEqual({timeout: ['5'], app: 'a'});
  expect(parsed('--max-requests-j=5', 'a')).toEqual({max_requests_jitter: ['5'], app: 'a'});
  expect(parsed('--max-req', '5', 'a')).toEqual({unclear: ['max_requests', 'max_requests_jitter'], app: 'a'});
});

test('an exact name is never an abbreviation of a longer one', () => {
  expect(parsed('--max-requests', '5', '--pid', 'x', '--reload', 'a')).toEqual({
    max_requests: ['5'],
    pidfile: ['x'],
    reload: ['true'],
    app: 'a',
  });
});

test('every value is kept in order, so that the last one can win', () => {
  expect(parsed('-b', ':1', '-b:2', '--bind=:3', '-t', '1', '-t', '2')).toMatchObject({
    bind: [':1', ':2', ':3'],
    timeout: ['1', '2'],
  });
});

test('a dash and a negative number are values, another option is not', () => {
  expect(parsed('--access-logfile', '-', '-t', '-1', 'a')).toEqual({accesslog: ['-'], timeout: ['-1'], app: 'a'});
  expect(parsed('--name', '--reload', 'a')).toMatchObject({reload: ['true'], app: 'a'});
});

test('options that set nothing we ask for are stepped over with their values', () => {
  expect(parsed('-e', 'A=b', '--log-level', 'debug', '--statsd-host', 'x:1', '-u', 'www', '-D', 'a')).toEqual({
    app: 'a',
  });
});

test('the value that an option may leave out is not the application', () => {
  expect(parsed('--proxy-protocol', 'auto', 'a')).toEqual({app: 'a'});
  expect(parsed('--proxy-protocol', 'a')).toEqual({app: 'a'});
});

test('of an option that is not known the next word may be its value or the application', () => {
  expect(parsed('--from-the-future', 'a:b')).toEqual({app: 'a:b'});
  expect(parsed('--from-the-future', 'x', 'a:b')).toEqual({app: 'a:b'});
  expect(parsed('--from-the-future=x', 'a:b')).toEqual({app: 'a:b'});
});

test('behind two dashes nothing is an option', () => {
  expect(parsed('-w', '2', '--', '--timeout')).toEqual({workers: ['2'], app: '--timeout'});
});

test('words are split as a shell does', () => {
  expect(splitWords(`-w 4  --name 'my shop' --bind="a b" x\\ y ''`)).toEqual([
    '-w',
    '4',
    '--name',
    'my shop',
    '--bind=a b',
    'x y',
    '',
  ]);
  expect(splitWords(String.raw`"a\"b\n"`)).toEqual([String.raw`a"b\n`]);
  expect(splitWords('')).toEqual([]);
  expect(splitWords(' \n\t ')).toEqual([]);
  expect(splitWords(`it's`)).toBeUndefined();
});
