/**
 * Gunicorn's command line options of 19.9 to 26.1, which is all that is needed to read an argv: which of them take a
 * value, and which setting of ours they set.
 */

/** Settings by their names in a config file; only those that `Settings` has. */
export type SettingName =
  | 'access_log_format'
  | 'accesslog'
  | 'bind'
  | 'errorlog'
  | 'graceful_timeout'
  | 'max_requests'
  | 'max_requests_jitter'
  | 'backlog'
  | 'pidfile'
  | 'preload_app'
  | 'proc_name'
  | 'reload'
  | 'threads'
  | 'timeout'
  | 'worker_class'
  | 'workers'
  | 'wsgi_app';

/** What else decides over settings: where the config file is, and a paste file that may set anything. */
export type OptionName = SettingName | 'config' | 'paste';

const settings: Readonly<Record<string, OptionName>> = {
  'access-logfile': 'accesslog',
  'access-logformat': 'access_log_format',
  bind: 'bind',
  config: 'config',
  'error-logfile': 'errorlog',
  'graceful-timeout': 'graceful_timeout',
  'log-file': 'errorlog',
  'max-requests': 'max_requests',
  'max-requests-jitter': 'max_requests_jitter',
  backlog: 'backlog',
  name: 'proc_name',
  paste: 'paste',
  paster: 'paste',
  pid: 'pidfile',
  preload: 'preload_app',
  reload: 'reload',
  threads: 'threads',
  timeout: 'timeout',
  'worker-class': 'worker_class',
  workers: 'workers',
};

const withValue = `access-logfile access-logformat asgi-disconnect-grace-period asgi-lifespan asgi-loop backlog bind
  ca-certs cert-reqs certfile chdir ciphers config control-socket control-socket-mode dirty-app dirty-graceful-timeout
  dirty-threads dirty-timeout dirty-workers dogstatsd-tags env error-logfile forwarded-allow-ips forwarder-headers
  graceful-timeout group header-map http-parser http-protocols http2-initial-window-size http2-max-concurrent-streams
  http2-max-frame-size http2-max-header-list-size keep-alive keyfile limit-request-field_size limit-request-fields
  limit-request-line log-config log-config-dict log-config-json log-file log-level log-syslog-facility
  log-syslog-prefix log-syslog-to logger-class max-requests max-requests-jitter name paste paste-global paster pid
  protocol proxy-allow-from pythonpath reload-engine reload-extra-file root-path ssl-version statsd-host statsd-prefix
  threads timeout umask user uwsgi-allow-from worker-class worker-connections worker-tmp-dir workers`;

const withoutValue = `capture-output casefold-http-method check-config daemon disable-redirect-access-to-syslog
  do-handshake-on-connect enable-backlog-metric enable-stdio-inheritance help initgroups log-syslog no-control-socket
  no-sendfile permit-obsolete-folding permit-unconventional-http-method permit-unconventional-http-version preload
  print-config reload reuse-port spew strip-header-spaces suppress-ragged-eofs tolerate-dangerous-framing version`;

export type Option = {
  /** Without the dashes. */
  readonly name: string;
  /** `optional`: with a value from 24.1 on, without one before. */
  readonly takes: 'value' | 'nothing' | 'optional';
  readonly sets?: OptionName;
};

function optionOf(name: string, takes: Option['takes']): readonly [string, Option] {
  const sets = settings[name];
  return [name, {name, takes, ...(sets !== undefined && {sets})}];
}

/** By the long name without its dashes. */
export const longOptions: ReadonlyMap<string, Option> = new Map([
  ...withValue.split(/\s+/).map((name) => optionOf(name, 'value')),
  ...withoutValue.split(/\s+/).map((name) => optionOf(name, 'nothing')),
  optionOf('proxy-protocol', 'optional'),
]);

/** The long name of a letter. */
export const shortOptions: ReadonlyMap<string, string> = new Map([
  ['b', 'bind'],
  ['c', 'config'],
  ['D', 'daemon'],
  ['e', 'env'],
  ['g', 'group'],
  ['h', 'help'],
  ['k', 'worker-class'],
  ['m', 'umask'],
  ['n', 'name'],
  ['p', 'pid'],
  ['R', 'enable-stdio-inheritance'],
  ['t', 'timeout'],
  ['u', 'user'],
  ['v', 'version'],
  ['w', 'workers'],
]);
