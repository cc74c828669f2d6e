/**
 * The settings gunicorn runs with, derived from what can be read outside: command line, environment and config file.
 *
 * Order, weakest first: defaults with WEB_CONCURRENCY and PORT, config file, GUNICORN_CMD_ARGS, command line
 * (app/base.py 26.1:154). A setting is left out as soon as something unreadable could have overridden it.
 */
import type {Settings} from './settings.js';

/** The config file: its text; or that there is none; or that it exists, or may exist, and could not be read. */
export type ConfigFile =
  {readonly kind: 'text'; readonly text: string} | {readonly kind: 'none'} | {readonly kind: 'unreadable'};

export type SettingsEvidence = {
  /** The master's argv; undefined when it could not be read. A title of setproctitle is recognised as one. */
  readonly argv?: readonly string[];
  /** The master's environment as it was started; undefined when it could not be read or a title overwrote it. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Undefined is the same as unreadable. */
  readonly configFile?: ConfigFile;
  /** The version, when a file on disk or the log told it. */
  readonly version?: string;
};

/** Where the config file is. `explicit` when it was named: a missing default file is normal, a missing named one is not. */
export type ConfigFileLocation =
  | {readonly kind: 'path'; readonly path: string; readonly explicit: boolean}
  /** `python:module`, or a command line or environment that could not be read. */
  | {readonly kind: 'unknown'; readonly why: string};

/** The path is as written: relative to the working directory that gunicorn was started in. */
export function configFileLocation(_evidence: SettingsEvidence): ConfigFileLocation {
  return {kind: 'unknown', why: 'not looked for'};
}

export function effectiveSettings(_evidence: SettingsEvidence): Settings {
  return {};
}
