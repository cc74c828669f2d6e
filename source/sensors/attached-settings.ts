/** The settings of a master as known at the attach: what is read of its process, and what its log said when it started. */
import type {LogEvent} from '../gunicorn/log-event.js';
import type {Settings} from '../gunicorn/settings.js';

/** The newest record of a kind that this master printed. */
function newest<Event extends LogEvent['event']>(
  history: readonly LogEvent[],
  pid: number,
  event: Event,
): Extract<LogEvent, {readonly event: Event}> | undefined {
  const found = history.findLast((record) => record.event === event && record.emitterPid === pid);
  return found as Extract<LogEvent, {readonly event: Event}> | undefined;
}

/** "http://127.0.0.1:8000" as settings write it. */
function withoutScheme(address: string): string {
  return address.replace(/^https?:\/\//, '');
}

/**
 * What the log says is what runs: a package on disk may have been upgraded since, and a class may have been replaced
 * by gunicorn itself. Addresses are only taken from it where nothing else tells them. `logPid` is the master's pid in
 * its own namespace.
 */
export function withLog(settings: Settings, history: readonly LogEvent[], logPid: number): Settings {
  const version = newest(history, logPid, 'starting')?.version;
  const workerClass = newest(history, logPid, 'using-worker')?.workerClass;
  const addresses = newest(history, logPid, 'listening')?.addresses.map((address) => withoutScheme(address));

  return {
    ...settings,
    ...(version !== undefined && {version: {value: version, source: 'log'}}),
    ...(workerClass !== undefined && {workerClass: {value: workerClass, source: 'log'}}),
    ...(settings.bind === undefined && addresses !== undefined && {bind: {value: addresses, source: 'log'}}),
  };
}

/** The workers that are there, where nothing tells how many were asked for. */
export function withObserved(settings: Settings, workers: number): Settings {
  return settings.workers !== undefined || workers === 0
    ? settings
    : {...settings, workers: {value: workers, source: 'observed'}};
}
