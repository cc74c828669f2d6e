/**
 * Reads gunicorn's arguments as argparse does: abbreviations, `--opt=value`, `-w4`, `-Rw4`, `--`.
 *
 * The arguments are those of a server that runs, so they were valid for its version. What this table cannot place,
 * such as an option of a later version, makes unclear what it may have set and is otherwise stepped over.
 */
import {longOptions, shortOptions, type Option, type OptionName} from './option-table.js';

export type ParsedOptions = {
  /** Every value an option was given, in order; a flag's is "true". */
  readonly values: ReadonlyMap<OptionName, readonly string[]>;
  /** Settings that an ambiguous abbreviation may have set. */
  readonly unclear: ReadonlySet<OptionName>;
  /** What is no option: the application first. */
  readonly positionals: readonly string[];
};

const mostArguments = 1000;

/** The options an abbreviation may stand for; one of them where it is clear. */
function candidates(name: string): readonly Option[] {
  const exact = longOptions.get(name);
  return exact === undefined ? [...longOptions.values()].filter((option) => option.name.startsWith(name)) : [exact];
}

/** Whether argparse would take the argument as a value: anything but another option; "-" and a negative number are values. */
function isValue(argument: string): boolean {
  return !argument.startsWith('-') || argument === '-' || /^-\d+$|^-\d*\.\d+$/.test(argument);
}

/** What one option, or one word of letters, came to. */
type Taken = {
  readonly sets: ReadonlyArray<readonly [OptionName, string]>;
  readonly unclear?: readonly OptionName[];
  /** The next argument, when it may be the value of an unknown option as well as the application. */
  readonly doubtful?: string;
  /** Whether the next argument was the value. */
  readonly tookNext: boolean;
};

/** `next` is undefined when the following argument cannot be a value. */
function take(option: Option, attached: string | undefined, next: string | undefined): Taken {
  // An optional value is left out as often as it is given: gunicorn knows its own four.
  const mayTake = option.takes === 'value' || (option.takes === 'optional' && /^(?:auto|off|v1|v2)$/.test(next ?? ''));
  const tookNext = attached === undefined && next !== undefined && mayTake;
  const value = attached ?? (tookNext ? next : 'true');
  return {sets: option.sets === undefined ? [] : [[option.sets, value]], tookNext};
}

function takeLong(text: string, next: string | undefined): Taken {
  const equals = text.indexOf('=');
  const attached = equals === -1 ? undefined : text.slice(equals + 1);
  const options = candidates(equals === -1 ? text : text.slice(0, equals));
  const [option] = options;
  if (option !== undefined && options.length === 1) return take(option, attached, next);

  const doubtful = attached === undefined ? next : undefined;
  return {
    sets: [],
    unclear: options.flatMap((one) => one.sets ?? []),
    ...(doubtful !== undefined && {doubtful}),
    tookNext: doubtful !== undefined,
  };
}

/** `-w4`, `-w=4`, `-w 4`, and flags before it in the same word. */
function takeShort(text: string, next: string | undefined): Taken {
  for (let index = 0; index < text.length; index++) {
    const option = longOptions.get(shortOptions.get(text.charAt(index)) ?? '');
    if (option === undefined) break;

    // None of the flags with a letter is a setting that is asked for.
    if (option.takes === 'value') {
      const rest = text.slice(index + 1);
      return take(option, rest === '' ? undefined : rest.replace(/^=/, ''), next);
    }
  }

  return {sets: [], tookNext: false};
}

/** The arguments after the program's name. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  const values = new Map<OptionName, readonly string[]>();
  const unclear = new Set<OptionName>();
  const positionals: string[] = [];
  const doubtful: string[] = [];

  for (let position = 0; position < Math.min(args.length, mostArguments); position++) {
    const argument = args[position] ?? '';
    const after = args[position + 1];
    const next = after !== undefined && isValue(after) ? after : undefined;
    if (argument === '--') {
      positionals.push(...args.slice(position + 1, mostArguments));
      break;
    }

    if (isValue(argument)) {
      positionals.push(argument);
      continue;
    }

    const taken = argument.startsWith('--') ? takeLong(argument.slice(2), next) : takeShort(argument.slice(1), next);
    for (const [name, value] of taken.sets) values.set(name, [...(values.get(name) ?? []), value]);
    for (const name of taken.unclear ?? []) unclear.add(name);
    if (taken.doubtful !== undefined) doubtful.push(taken.doubtful);
    if (taken.tookNext) position++;
  }

  return {values, unclear, positionals: positionals.length > 0 ? positionals : doubtful.slice(0, 1)};
}
