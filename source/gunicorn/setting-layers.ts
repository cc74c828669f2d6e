/**
 * Looks a setting up through everything that may set it, strongest first, and stops at what could not be read.
 */
import {parseOptions, type ParsedOptions} from './argv-options.js';
import {recogniseGunicorn} from './command-line.js';
import {readAssignments, type ConfigAssignments} from './config-file.js';
import type {OptionName, SettingName} from './option-table.js';
import type {Literal} from './python-literals.js';
import type {SettingSource} from './settings.js';
import {splitWords} from './shell-words.js';

const noOptions: ParsedOptions = {values: new Map(), unclear: new Set(), positionals: []};

/** What was read; undefined for a layer that was not, which ends every search that reaches it. */
export type Layers = {
  readonly commandLine: ParsedOptions | undefined;
  /** GUNICORN_CMD_ARGS; empty where the environment has none. */
  readonly environmentOptions: ParsedOptions | undefined;
  readonly file: ConfigAssignments | undefined;
};

/** The layers of a server; `configText` is undefined for a config file that could not be read, empty for none. */
export function layersOf(
  argv: readonly string[] | undefined,
  environment: Readonly<Record<string, string>> | undefined,
  configText: string | undefined,
): Layers {
  const args = argv && recogniseGunicorn(argv)?.args;
  const words = environment && splitWords(environment['GUNICORN_CMD_ARGS'] ?? '');
  return {
    commandLine: args && parseOptions(args),
    environmentOptions: words?.length === 0 ? noOptions : words && parseOptions(words),
    file: configText === undefined ? undefined : readAssignments(configText),
  };
}

/** What a setting was last set to, before its type is known; `none` when every layer was read and none sets it. */
export type Found =
  | {readonly kind: 'found'; readonly value: Literal; readonly source: SettingSource}
  | {readonly kind: 'none'}
  | {readonly kind: 'unknown'};

const unknown: Found = {kind: 'unknown'};

function inOptions(options: ParsedOptions | undefined, name: OptionName, source: SettingSource): Found {
  if (options === undefined || options.unclear.has(name)) return unknown;

  const values = options.values.get(name);
  const last = values?.at(-1);
  if (values === undefined || last === undefined) return {kind: 'none'};

  return {kind: 'found', value: name === 'bind' ? values : last, source};
}

function inFile(file: ConfigAssignments | undefined, name: SettingName): Found {
  if (file === undefined) return unknown;
  if (!file.values.has(name)) return file.open ? unknown : {kind: 'none'};

  const value = file.values.get(name);
  return value === undefined ? unknown : {kind: 'found', value, source: 'config-file'};
}

/** Of the layers that may override the defaults, the strongest that sets it. */
export function findSetting(layers: Layers, name: SettingName): Found {
  const onCommandLine = inOptions(layers.commandLine, name, 'command-line');
  if (onCommandLine.kind !== 'none') return onCommandLine;

  const inEnvironment = inOptions(layers.environmentOptions, name, 'environment');
  if (inEnvironment.kind !== 'none') return inEnvironment;

  const assigned = inFile(layers.file, name);
  if (assigned.kind !== 'none') return assigned;

  // What a paste file sets is not looked for.
  return layers.commandLine?.values.has('paste') ? unknown : assigned;
}
