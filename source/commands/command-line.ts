import {CommandError} from './command-error.js';
import type {Command} from './command.js';
import {commonFlags, flagNames, flagText, type FlagName} from './flags.js';
import {readOptions, type FlagValues, type Options} from './options.js';

/** What the parser made of the arguments: positional ones, and flags by their camel-cased names. */
export type ParsedArguments = {
  readonly input: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
};

/** A command line that makes sense. */
export type CommandLine = {
  readonly command: Command;
  readonly target?: string;
  /** The command whose name the target is one slip away from. */
  readonly slipOf?: string;
  readonly options: Options;
};

function typed(name: string, value: unknown): string {
  const text = name.length === 1 ? `-${name}` : flagText(name);
  return value === false ? text.replace('--', '--no-') : text;
}

function isFlagName(name: string): name is FlagName {
  return flagNames.some((known) => known === name);
}

/** Whether one edit (a letter changed, added, dropped, or two swapped) makes `typed` out of `name`. */
function isSlipOf(name: string, text: string): boolean {
  if (name === text || Math.abs(name.length - text.length) > 1) {
    return false;
  }
  const start = name.split('').findIndex((letter, index) => letter !== text[index]);
  const at = start < 0 ? name.length : start;
  const rests = [
    [name.slice(at + 1), text.slice(at + 1)],
    [name.slice(at), text.slice(at + 1)],
    [name.slice(at + 1), text.slice(at)],
    [`${name[at + 1] ?? ''}${name[at] ?? ''}${name.slice(at + 2)}`, text.slice(at)],
  ];
  return rests.some(([left, right]) => left === right);
}

function checkFlags(flags: ParsedArguments['flags'], command: Command): FlagValues {
  const values: Partial<Record<FlagName, string | boolean>> = {};
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined) {
      continue;
    }
    if (!isFlagName(name)) {
      throw new CommandError(`there is no flag ${typed(name, value)}`, 'gunspect --help lists them');
    }
    if (!commonFlags.includes(name) && !command.flags.includes(name)) {
      const where = command.name === undefined ? 'the live screen' : `gunspect ${command.name}`;
      throw new CommandError(
        `${where} takes no ${typed(name, value)}`,
        'gunspect --help lists the flags of each command',
      );
    }
    if (typeof value !== 'boolean' && typeof value !== 'string') {
      throw new CommandError(`${typed(name, value)} can be given only once`);
    }
    values[name] = value;
  }
  return values;
}

/** Makes sense of the arguments. Throws a `CommandError` for what makes none. */
export function readCommandLine({input, flags}: ParsedArguments, commands: readonly Command[]): CommandLine {
  const named = commands.find(({name}) => name !== undefined && name === input[0]);
  const command = named ?? commands.find(({name}) => name === undefined);
  if (!command) {
    throw new Error('The table has no command without a name.');
  }
  const options = readOptions(checkFlags(flags, command));
  const [target, ...rest] = named ? input.slice(1) : input;
  if (target === '') {
    throw new CommandError('the target is empty', 'leave it out to see what is there, or name one');
  }
  if (rest.length > 0 || (target !== undefined && !command.takesTarget)) {
    const extra = command.takesTarget ? rest[0] : target;
    throw new CommandError(`"${extra ?? ''}" is one argument too many`, 'gunspect --help shows what goes where');
  }
  const slipOf = named
    ? undefined
    : commands.find(({name}) => name !== undefined && isSlipOf(name, target ?? ''))?.name;
  return {command, options, ...(target !== undefined && {target}), ...(slipOf !== undefined && {slipOf})};
}
