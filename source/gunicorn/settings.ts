/**
 * The settings of a gunicorn master that its history is judged by, each with where it was read.
 *
 * A setting that could not be read is absent: the built-in default is only claimed when nothing that could
 * override it (a config file, an embedding program) is in play.
 */

/** `control-socket` is what the master itself answered. `peek` is the memory of the running master: what it really goes by, wherever that was set. */
export type SettingSource =
  'command-line' | 'environment' | 'config-file' | 'default' | 'log' | 'title' | 'observed' | 'control-socket' | 'peek';

export type Setting<T> = {readonly value: T; readonly source: SettingSource};

export type Settings = {
  readonly app?: Setting<string>;
  readonly version?: Setting<string>;
  /** As gunicorn runs it: `sync` with threads is `gthread`. */
  readonly workerClass?: Setting<string>;
  readonly workers?: Setting<number>;
  readonly threads?: Setting<number>;
  /** 0 means gunicorn never kills for a missing heartbeat. */
  readonly timeoutSeconds?: Setting<number>;
  readonly gracefulTimeoutSeconds?: Setting<number>;
  /** 0 means no limit. */
  readonly maxRequests?: Setting<number>;
  readonly maxRequestsJitter?: Setting<number>;
  readonly bind?: Setting<readonly string[]>;
  /** The accept queue that gunicorn asks the kernel for; the kernel may give less. */
  readonly backlog?: Setting<number>;
  readonly preload?: Setting<boolean>;
  readonly reload?: Setting<boolean>;
  readonly errorLog?: Setting<string>;
  readonly accessLog?: Setting<string>;
  readonly accessLogFormat?: Setting<string>;
  readonly procName?: Setting<string>;
  readonly pidFile?: Setting<string>;
};
