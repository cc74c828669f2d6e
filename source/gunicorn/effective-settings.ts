/**
 * The settings gunicorn runs with, derived from what can be read outside: command line, environment and config file.
 *
 * Order, weakest first: defaults with WEB_CONCURRENCY and PORT, config file, GUNICORN_CMD_ARGS, command line
 * (app/base.py 26.1:154). A setting is left out as soon as something unreadable could have overridden it.
 */
import {recogniseGunicorn} from './command-line.js';
import type {SettingName} from './option-table.js';
import type {Literal} from './python-literals.js';
import {redact, stripControls} from './redact.js';
import {findSetting, layersOf, type Layers} from './setting-layers.js';
import type {Setting, Settings} from './settings.js';
import {workerClassNamed} from './worker-classes.js';

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
  /** The version, when something told it; passed on as observed. */
  readonly version?: string;
};

/** Where the config file is. `explicit` when it was named: a missing default file is normal, a missing named one is not. */
export type ConfigFileLocation =
  | {readonly kind: 'path'; readonly path: string; readonly explicit: boolean}
  /** `python:module`, or a command line or environment that could not be read. */
  | {readonly kind: 'unknown'; readonly why: string};

/** The path is as written: relative to the working directory that gunicorn was started in. */
export function configFileLocation(evidence: SettingsEvidence): ConfigFileLocation {
  const {commandLine, environmentOptions} = layersOf(evidence.argv, evidence.environment, undefined);
  if (commandLine === undefined) return {kind: 'unknown', why: 'the command line is not gunicorn’s or not readable'};

  const onCommandLine = commandLine.values.get('config')?.at(-1);
  if (onCommandLine === undefined && environmentOptions === undefined) {
    return {kind: 'unknown', why: 'the environment is not readable'};
  }

  const named = onCommandLine ?? environmentOptions?.values.get('config')?.at(-1);
  // An empty name is as good as none (app/base.py: `if args.config`).
  if (named === undefined || named === '') return {kind: 'path', path: './gunicorn.conf.py', explicit: false};
  if (named.startsWith('python:')) return {kind: 'unknown', why: 'the config file is a Python module'};

  return {kind: 'path', path: named.replace(/^file:/, ''), explicit: true};
}

/** A value of the right type; undefined for one that gunicorn would have to convert in a way we do not follow. */
type Read<T> = (value: Literal) => T | undefined;

const asNumber: Read<number> = (value) => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;

  return typeof value === 'string' && /^\s*[+-]?\d{1,15}\s*$/.test(value) ? Number(value) : undefined;
};

const asString: Read<string> = (value) => (typeof value === 'string' && value !== '' ? redact(value) : undefined);

const asBoolean: Read<boolean> = (value) => {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;

  const lower = value.trim().toLowerCase();
  return lower === 'true' || lower === 'false' ? lower === 'true' : undefined;
};

// Only a string is split at commas (config.py, validate_list_string).
const asAddresses: Read<readonly string[]> = (value) => {
  const addresses = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : undefined;
  return addresses?.map((one: string) => redact(one.trim())).filter((one) => one !== '');
};

// Its literal text tells the lines of the access log apart, so nothing in it is masked; it holds no values.
const asFormat: Read<string> = (value) => (typeof value === 'string' ? stripControls(value).slice(0, 2000) : undefined);

const defaultAccessLogFormat = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"';

function settingOf<T>(
  layers: Layers,
  name: SettingName,
  read: Read<T>,
  byDefault?: Setting<T>,
): Setting<T> | undefined {
  const found = findSetting(layers, name);
  if (found.kind !== 'found') return found.kind === 'none' ? byDefault : undefined;

  const value = read(found.value);
  return value === undefined ? undefined : {value, source: found.source};
}

const builtIn = <T>(value: T): Setting<T> => ({value, source: 'default'});

/** Gunicorn runs sync with more than one thread as gthread, so that sync alone is not known without the threads. */
function workerClassSetting(layers: Layers, threads: Setting<number> | undefined): Setting<string> | undefined {
  const written = settingOf(layers, 'worker_class', asString, builtIn('sync'));
  if (written === undefined || workerClassNamed(written.value) !== 'sync') return written;
  if (threads === undefined) return undefined;

  return threads.value > 1 ? {...written, value: 'gthread'} : written;
}

/** Sockets that systemd opened are served whatever `bind` says (systemd.py, listen_fds). */
function bindSetting(
  layers: Layers,
  environment: Readonly<Record<string, string>>,
): Setting<readonly string[]> | undefined {
  if (environment['LISTEN_FDS'] !== undefined && environment['LISTEN_PID'] !== undefined) return undefined;

  const port = environment['PORT'];
  return settingOf(
    layers,
    'bind',
    asAddresses,
    port === undefined ? builtIn(['127.0.0.1:8000']) : {value: [redact(`0.0.0.0:${port}`)], source: 'environment'},
  );
}

function workersSetting(layers: Layers, environment: Readonly<Record<string, string>>): Setting<number> | undefined {
  const concurrency = environment['WEB_CONCURRENCY'];
  const fromEnvironment = concurrency === undefined ? undefined : asNumber(concurrency);
  if (concurrency !== undefined && fromEnvironment === undefined) return settingOf(layers, 'workers', asNumber);

  return settingOf(
    layers,
    'workers',
    asNumber,
    fromEnvironment === undefined ? builtIn(1) : {value: fromEnvironment, source: 'environment'},
  );
}

/** The positional argument; else the paste file; else `wsgi_app` of the config file, which 20.1 and newer have. */
function appSetting(layers: Layers): Setting<string> | undefined {
  const named = layers.commandLine?.values.get('paste')?.at(-1) ?? layers.commandLine?.positionals[0];
  return named === undefined ? settingOf(layers, 'wsgi_app', asString) : {value: redact(named), source: 'command-line'};
}

/** What a title of setproctitle tells: the name, which is the application's where none was given. */
function titleSettings(name: string | undefined): Settings {
  if (name === undefined) return {};

  const title: Setting<string> = {value: redact(name), source: 'title'};
  return {procName: title, ...(/^[\w.]+:\w+/.test(name) && {app: title})};
}

type Absent<T> = {readonly [K in keyof T]: T[K] | undefined};

/** The same without the settings that are undefined. */
function present(settings: Absent<Required<Settings>>): Settings {
  const entries = Object.entries(settings).filter(([, setting]) => setting !== undefined);
  return Object.fromEntries(entries);
}

/** Every setting that can be told with certainty, each with its source. */
export function effectiveSettings(evidence: SettingsEvidence): Settings {
  const {argv, environment, configFile, version} = evidence;
  const configText = configFile?.kind === 'text' ? configFile.text : configFile?.kind === 'none' ? '' : undefined;
  const layers = layersOf(argv, environment, configText);
  const threads = settingOf(layers, 'threads', asNumber, builtIn(1));
  const number = (name: SettingName, byDefault: number): Setting<number> | undefined =>
    settingOf(layers, name, asNumber, builtIn(byDefault));

  return {
    ...titleSettings(argv && recogniseGunicorn(argv)?.titleName),
    ...present({
      app: appSetting(layers),
      version: version === undefined ? undefined : {value: redact(version), source: 'observed'},
      workerClass: workerClassSetting(layers, threads),
      workers: workersSetting(layers, environment ?? {}),
      threads,
      timeoutSeconds: number('timeout', 30),
      gracefulTimeoutSeconds: number('graceful_timeout', 30),
      maxRequests: number('max_requests', 0),
      maxRequestsJitter: number('max_requests_jitter', 0),
      backlog: number('backlog', 2048),
      bind: bindSetting(layers, environment ?? {}),
      preload: settingOf(layers, 'preload_app', asBoolean, builtIn(false)),
      reload: settingOf(layers, 'reload', asBoolean, builtIn(false)),
      errorLog: settingOf(layers, 'errorlog', asString, builtIn('-')),
      accessLog: settingOf(layers, 'accesslog', asString),
      accessLogFormat: settingOf(layers, 'access_log_format', asFormat, builtIn(defaultAccessLogFormat)),
      procName: settingOf(layers, 'proc_name', asString),
      pidFile: settingOf(layers, 'pidfile', asString),
    }),
  };
}
