import type {Setting, Settings, SettingSource} from '../gunicorn/settings.js';
import {boolean, listOf, number, object, optional, text, wordOf, type Shape} from './shape.js';

const source = wordOf<SettingSource>({
  'command-line': true,
  environment: true,
  'config-file': true,
  default: true,
  log: true,
  title: true,
  observed: true,
  'control-socket': true,
  peek: true,
});

function setting<T>(value: Shape<T>): {readonly optional: Shape<Setting<T>>} {
  // The compiler cannot see through the type's own keys while `T` is open.
  const fields = {value, source} as unknown as Parameters<typeof object<Setting<T>>>[0];
  return optional(object<Setting<T>>(fields));
}

export const settings: Shape<Settings> = object<Settings>({
  app: setting(text),
  version: setting(text),
  workerClass: setting(text),
  workers: setting(number),
  threads: setting(number),
  timeoutSeconds: setting(number),
  gracefulTimeoutSeconds: setting(number),
  maxRequests: setting(number),
  maxRequestsJitter: setting(number),
  backlog: setting(number),
  bind: setting(listOf(text)),
  preload: setting(boolean),
  reload: setting(boolean),
  errorLog: setting(text),
  accessLog: setting(text),
  accessLogFormat: setting(text),
  procName: setting(text),
  pidFile: setting(text),
});
