import {sourceIds, type SourceId} from '../source-state.js';
import {themeNames, type ThemeName} from '../view/theme.js';
import {CommandError} from './command-error.js';
import {parseDuration} from './duration.js';
import {parseByteSize} from './byte-size.js';
import {flagText, type FlagName} from './flags.js';

/** The flags, read and checked. Undefined where a flag was not given and its default depends on the command. */
export type Options = {
  readonly intervalMs: number;
  readonly without: ReadonlySet<SourceId>;
  readonly wait?: boolean;
  readonly json: boolean;
  readonly samples: boolean;
  readonly history: boolean;
  readonly forMs?: number;
  readonly untilExit: boolean;
  /** The file to record into; `-` is standard output. */
  readonly record?: string;
  readonly recordLimitBytes?: number;
  /** How many times faster to replay. */
  readonly speed?: number | 'max';
  /** Names as they were typed, in that order. */
  readonly faults?: readonly string[];
  readonly verbose: boolean;
  readonly ascii: boolean;
  readonly theme: ThemeName;
  readonly utc: boolean;
  readonly color: boolean;
  /** Keeps the query of a request's path. */
  readonly showQuery: boolean;
  readonly force: boolean;
  readonly debug: boolean;
};

/** What the parser made of one flag. */
export type FlagValues = Readonly<Partial<Record<FlagName, string | boolean>>>;

/** Without the processes there is nothing to inspect. */
const optionalSources = sourceIds.filter((id) => id !== 'processes');

const shortestIntervalMs = 50;
const longestIntervalMs = 60_000;

const slowest = 0.1;
const fastest = 1000;

const smallestRecordLimitBytes = 1e6;

/** Below 2³¹ ms, past which a timer of Node ends at once. */
const longestForMs = 500 * 3_600_000;

function durationOf(values: FlagValues, name: FlagName): number | undefined {
  const value = values[name];
  if (value === undefined) {
    return undefined;
  }
  const milliseconds = parseDuration(String(value));
  if (milliseconds === undefined) {
    const got = value === '' ? 'none' : `"${String(value)}"`;
    throw new CommandError(`${flagText(name)} needs a duration and got ${got}`, 'write 250ms, 60s, 5m or 1h');
  }
  return milliseconds;
}

function intervalOf(values: FlagValues): number {
  const intervalMs = durationOf(values, 'interval') ?? 250;
  if (intervalMs < shortestIntervalMs || intervalMs > longestIntervalMs) {
    throw new CommandError(`--interval ${String(values.interval)} is out of range`, 'take one from 50ms to 60s');
  }
  return intervalMs;
}

function sourcesOf(values: FlagValues): ReadonlySet<SourceId> {
  const names = values.without === undefined ? [] : String(values.without).split(',');
  return new Set(
    names.map((name) => {
      const source = optionalSources.find((id) => id === name.trim());
      if (source === undefined) {
        throw new CommandError(
          `there is no source "${name}" to do without`,
          `those that can be left alone are ${optionalSources.join(', ')}`,
        );
      }
      return source;
    }),
  );
}

function recordOf({record, json, recordLimit}: FlagValues): Pick<Options, 'record' | 'recordLimitBytes'> {
  if (record === undefined) {
    if (recordLimit !== undefined) {
      throw new CommandError('--record-limit needs --record', 'add --record FILE, or leave --record-limit out');
    }
    return {};
  }
  if (record === '') {
    throw new CommandError('--record needs the name of a file', 'write --record incident.gz');
  }
  if (record === '-' && json === true) {
    throw new CommandError('--record - and --json both take standard output', 'record into a file, or leave one out');
  }
  return {record: String(record), ...(recordLimit !== undefined && {recordLimitBytes: recordLimitOf(recordLimit)})};
}

function recordLimitOf(value: string | boolean): number {
  const bytes = parseByteSize(String(value));
  if (bytes === undefined || bytes < smallestRecordLimitBytes) {
    throw new CommandError(`--record-limit ${String(value)} makes no sense`, 'take 1MB or more, such as 100MB or 2GB');
  }
  return bytes;
}

function speedOf({speed}: FlagValues): {readonly speed?: number | 'max'} {
  if (speed === undefined || speed === 'max') {
    return speed === undefined ? {} : {speed};
  }
  const times = /^\d{1,4}(?:\.\d{1,3})?$/.test(String(speed)) ? Number(speed) : 0;
  if (times < slowest || times > fastest) {
    throw new CommandError(`--speed ${String(speed)} makes no sense`, 'take a number from 0.1 to 1000, or max');
  }
  return {speed: times};
}

function listOf(value: string | boolean): readonly string[] {
  return String(value)
    .split(',')
    .map((name) => name.trim());
}

function themeOf({theme = 'dark'}: FlagValues): ThemeName {
  const name = themeNames.find((known) => known === theme);
  if (name === undefined) {
    throw new CommandError(`there is no theme "${String(theme)}"`, `take one of ${themeNames.join(', ')}`);
  }
  return name;
}

/** Checks the flags and turns them into options. Throws a `CommandError` that names the first flag which makes no sense. */
export function readOptions(values: FlagValues): Options {
  const forMs = durationOf(values, 'for');
  if (forMs !== undefined && forMs > longestForMs) {
    throw new CommandError(`--for ${String(values.for)} is out of range`, 'take at most 500h, or leave it out');
  }
  if (values.samples === true && values.json !== true) {
    throw new CommandError('--samples needs --json', 'add --json, or leave --samples out');
  }
  return {
    intervalMs: intervalOf(values),
    without: sourcesOf(values),
    ...(typeof values.wait === 'boolean' && {wait: values.wait}),
    json: values.json === true,
    samples: values.samples === true,
    history: values.history === true,
    ...(forMs !== undefined && {forMs}),
    untilExit: values.untilExit === true,
    ...recordOf(values),
    ...speedOf(values),
    ...(values.faults !== undefined && {faults: listOf(values.faults)}),
    verbose: values.verbose === true,
    ascii: values.ascii === true,
    theme: themeOf(values),
    utc: values.utc === true,
    color: values.color !== false,
    showQuery: values.showQuery === true,
    force: values.force === true,
    debug: values.debug === true,
  };
}
