/** The effective settings of a running gunicorn, out of the arbiter's own configuration. */
import type {Settings} from '../gunicorn/settings.js';
import {redact, stripControls} from '../gunicorn/redact.js';
import {workerClassNamed} from '../gunicorn/worker-classes.js';
import {attribute, attributes} from './attributes.js';
import {namedEntries} from './dicts.js';
import {hasFlag, typeFlag, type Heap} from './heap.js';
import {listItems, readFloat, readInt, readStr, tupleItems} from './values.js';
import {walk} from './unreadable.js';

/** A value of the kinds that settings have; undefined is one of another kind. */
type Value = string | number | boolean | null | readonly string[] | undefined;

/** Values by gunicorn's own names. */
export type Config = ReadonlyMap<string, Value>;

const wanted = [
  'access_log_format',
  'accesslog',
  'bind',
  'errorlog',
  'graceful_timeout',
  'max_requests',
  'max_requests_jitter',
  'backlog',
  'pidfile',
  'preload_app',
  'proc_name',
  'reload',
  'threads',
  'timeout',
  'worker_class',
  'workers',
  'wsgi_app',
] as const;

type Name = (typeof wanted)[number];

/** A class as its dotted path, which is how it is named on a command line. */
function className(heap: Heap, address: number): string {
  const name = heap.typeAt(address).name;
  const dict = heap.memory.pointer(address + heap.layout.type.dict);
  const module = dict === 0 ? undefined : namedEntries(heap, dict, ['__module__']).get('__module__');
  return module === undefined ? name : `${readStr(heap, module, 200)}.${name}`;
}

function readValue(heap: Heap, address: number): Value {
  const type = heap.typeOf(address);
  if (type.name === 'NoneType') return null;
  if (hasFlag(type, typeFlag.str)) return readStr(heap, address);
  if (type.name === 'bool') return readInt(heap, address) === 1;
  if (hasFlag(type, typeFlag.int)) return readInt(heap, address);
  if (type.name === 'float') return readFloat(heap, address);
  if (type.name === 'type') return className(heap, address);

  const items = hasFlag(type, typeFlag.list)
    ? listItems(heap, address)
    : hasFlag(type, typeFlag.tuple)
      ? tupleItems(heap, address)
      : undefined;
  return items?.slice(0, 100).flatMap((item) => walk(() => readStr(heap, item, 1000)) ?? []);
}

/** The values of a `gunicorn.config.Config`. Throws `Unreadable`. */
export function readConfig(heap: Heap, config: number): Config {
  const settings = attribute(heap, config, 'settings');
  if (settings === undefined) return new Map();

  const values = new Map<string, Value>();
  for (const [name, setting] of namedEntries(heap, settings, wanted)) {
    const value = attributes(heap, setting, ['value']).get('value');
    if (value !== undefined) values.set(name, readValue(heap, value));
  }

  return values;
}

/** What the arbiter knows besides its configuration. */
export type BesideConfig = {
  /** What it was asked to load, "shop.wsgi:app". */
  readonly app?: string;
  readonly version?: string;
  /** The number of workers it keeps now, which TTIN and TTOU change. */
  readonly workers?: number;
};

type Typed<T> = (value: Value) => T | undefined;

const asNumber: Typed<number> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
const asBoolean: Typed<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
const asText: Typed<string> = (value) => (typeof value === 'string' && value !== '' ? redact(value) : undefined);
const asAddresses: Typed<readonly string[]> = (value) => {
  const addresses =
    typeof value === 'string' ? value.split(',') : Array.isArray(value) ? (value as string[]) : undefined;
  return addresses?.map((address) => redact(address.trim())).filter((address) => address !== '');
};
// Its literal text tells the lines of the access log apart, so nothing in it is masked; it holds no values.
const asFormat: Typed<string> = (value) =>
  typeof value === 'string' ? stripControls(value).slice(0, 2000) : undefined;

/** The same as settings, each with `peek` as its source. What has no value that we follow is left out. */
export function memorySettings(config: Config, beside: BesideConfig): Settings {
  const of = <T>(read: Typed<T>, name: Name): T | undefined => read(config.get(name));
  const threads = of(asNumber, 'threads');
  const written = of(asText, 'worker_class');
  const isThreaded = workerClassNamed(written) === 'sync' && threads !== undefined && threads > 1;

  const values: {readonly [K in keyof Settings]: unknown} = {
    app: beside.app === undefined ? of(asText, 'wsgi_app') : redact(beside.app),
    version: beside.version === undefined ? undefined : redact(beside.version),
    workerClass: isThreaded ? 'gthread' : written,
    workers: beside.workers ?? of(asNumber, 'workers'),
    threads,
    timeoutSeconds: of(asNumber, 'timeout'),
    gracefulTimeoutSeconds: of(asNumber, 'graceful_timeout'),
    maxRequests: of(asNumber, 'max_requests'),
    maxRequestsJitter: of(asNumber, 'max_requests_jitter'),
    backlog: of(asNumber, 'backlog'),
    bind: of(asAddresses, 'bind'),
    preload: of(asBoolean, 'preload_app'),
    reload: of(asBoolean, 'reload'),
    errorLog: of(asText, 'errorlog'),
    accessLog: of(asText, 'accesslog'),
    accessLogFormat: of(asFormat, 'access_log_format'),
    procName: of(asText, 'proc_name'),
    pidFile: of(asText, 'pidfile'),
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, {value, source: 'peek'}]),
  );
}
