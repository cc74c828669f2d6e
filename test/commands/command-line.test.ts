import {expect, test} from 'vitest';
import {readCommandLine} from '../../source/commands/command-line.js';
import {flagNames} from '../../source/commands/flags.js';
import {helpText} from '../../source/commands/help.js';
import {commands} from '../../source/commands/table.js';

function read(input: readonly string[], flags: Readonly<Record<string, unknown>> = {}) {
  const {command, target, options} = readCommandLine({input, flags}, commands);
  return {name: command.name ?? 'live', target, options};
}

test('without a command name the first argument is a target of the live screen', () => {
  expect(read([])).toMatchObject({name: 'live', target: undefined});
  expect(read(['812'])).toMatchObject({name: 'live', target: '812'});
  expect(read([':8000'])).toMatchObject({name: 'live', target: ':8000'});
});

test('a command name is followed by its target, and each flag keeps its unit', () => {
  expect(
    read(['watch', 'shop'], {for: '1m', interval: '1s', json: true, samples: true, untilExit: true}),
  ).toMatchObject({
    name: 'watch',
    target: 'shop',
    options: {forMs: 60_000, intervalMs: 1000, json: true, samples: true, untilExit: true},
  });
});

test('a flag that was not given has its default, and waiting has none', () => {
  expect(read(['watch']).options).toStrictEqual({
    intervalMs: 250,
    without: new Set(),
    json: false,
    samples: false,
    history: false,
    untilExit: false,
    showQuery: false,
    verbose: false,
    ascii: false,
    theme: 'dark',
    utc: false,
    color: true,
    force: false,
    debug: false,
  });
});

test('waiting can be asked for and refused', () => {
  expect(read(['shop'], {wait: true}).options.wait).toBe(true);
  expect(read(['shop'], {wait: false}).options.wait).toBe(false);
});

test('sources to do without are read from a list', () => {
  expect(read(['watch'], {without: 'log, exits'}).options.without).toStrictEqual(new Set(['log', 'exits']));
});

test.each([
  ['wathc', 'watch'],
  ['wach', 'watch'],
  ['watchh', 'watch'],
  ['match', 'watch'],
  ['lst', 'list'],
])('%s may be a slip of %s, and is a target first', (typed, meant) => {
  expect(readCommandLine({input: [typed], flags: {}}, commands)).toMatchObject({target: typed, slipOf: meant});
});

test.each(['watchers', 'shop', 'l', ':8000', '812'])('%s is no slip of anything', (typed) => {
  expect(readCommandLine({input: [typed], flags: {}}, commands)).not.toHaveProperty('slipOf');
});

test('every flag is in the help, and every flag belongs to a command', () => {
  const help = helpText(commands);

  for (const name of flagNames) {
    expect(help).toMatch(
      new RegExp(`--(no-|\\[no-\\])?${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\\b`),
    );
  }
  for (const command of commands) {
    for (const name of command.flags) {
      expect(flagNames).toContain(name);
    }
  }
});

test('the help fits a terminal of 100 columns', () => {
  expect(
    helpText(commands)
      .split('\n')
      .filter((line) => line.length > 100),
  ).toStrictEqual([]);
});
