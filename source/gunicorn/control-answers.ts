/**
 * What gunicorn's control socket (25.1 and newer) answers: frames of four bytes, the length, and JSON (ctl/protocol.py).
 *
 * Of its commands only `show stats` and `show config` are known here, so that nothing else can ever be asked. What they
 * answer may come from anybody who holds the path, and is checked field by field.
 */
import {redact} from './redact.js';
import type {Setting, Settings} from './settings.js';
import {workerClassNamed} from './worker-classes.js';

export type ControlCommand = 'show stats' | 'show config';

/** The largest answer that is taken; those of real servers have a few kilobytes. */
export const largestAnswerBytes = 256 * 1024;

const headerBytes = 4;

/** The request as it goes over the socket. */
export function controlRequest(command: ControlCommand): Uint8Array {
  const body = new TextEncoder().encode(JSON.stringify({id: 1, command, args: []}));
  const frame = new Uint8Array(headerBytes + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, headerBytes);
  return frame;
}

export type ControlAnswer =
  | {readonly kind: 'data'; readonly data: Readonly<Record<string, unknown>>}
  /** More bytes are to come. */
  | {readonly kind: 'unfinished'}
  /** Too long, no JSON, or an error that the server reports. */
  | {readonly kind: 'unusable'};

/** Reads the answer to one request; bytes after it are none of ours. */
export function controlAnswer(bytes: Uint8Array): ControlAnswer {
  if (bytes.length < headerBytes) return {kind: 'unfinished'};

  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length > largestAnswerBytes) return {kind: 'unusable'};
  if (bytes.length < headerBytes + length) return {kind: 'unfinished'};

  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(headerBytes, headerBytes + length)));
    const data = isRecord(value) && value['status'] === 'ok' ? value['data'] : undefined;
    return isRecord(data) ? {kind: 'data', data} : {kind: 'unusable'};
  } catch {
    return {kind: 'unusable'};
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Absent<T> = {readonly [K in keyof T]: T[K] | undefined};

/** The settings in the answer to `show config`; fields that are not as expected are left out. */
export function settingsOfControl(data: Readonly<Record<string, unknown>>): Settings {
  const of = <T>(value: T | undefined): Setting<T> | undefined =>
    value === undefined ? undefined : {value, source: 'control-socket'};
  const number = (name: string): number | undefined => {
    const value = data[name];
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  };
  const text = (name: string): string | undefined => {
    const value = data[name];
    return typeof value === 'string' && value !== '' ? redact(value) : undefined;
  };
  const flag = (name: string): boolean | undefined => {
    const value = data[name];
    return typeof value === 'boolean' ? value : undefined;
  };
  const threads = number('threads');
  const written = text('worker_class');
  const settings: Absent<Settings> = {
    workerClass: of(workerClassNamed(written, threads) ?? written),
    workers: of(number('workers')),
    threads: of(threads),
    timeoutSeconds: of(number('timeout')),
    gracefulTimeoutSeconds: of(number('graceful_timeout')),
    maxRequests: of(number('max_requests')),
    maxRequestsJitter: of(number('max_requests_jitter')),
    backlog: of(number('backlog')),
    bind: of(addresses(data['bind'])),
    preload: of(flag('preload_app')),
    reload: of(flag('reload')),
    pidFile: of(text('pidfile')),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, setting]) => setting !== undefined));
}

function addresses(value: unknown): readonly string[] | undefined {
  const list = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
  const strings = list.filter((one): one is string => typeof one === 'string').slice(0, 100);
  return strings.length === 0 ? undefined : strings.map((one) => redact(one));
}
