/**
 * The messages of gunicorn 19.9 to 26.1 and of its worker classes, each with what it says.
 *
 * One table, tried from the top. A message that is not in it says nothing about a worker's history.
 */
import type {Said} from './log-event.js';
import {redact, redactUri, type RedactOptions} from './redact.js';
import {exitStatusFromLog} from './wait-status.js';

type Options = Pick<RedactOptions, 'showQuery'>;

/** What the pattern's parentheses matched; undefined for one that took no part. */
type Groups = ReadonlyArray<string | undefined>;

export type LogMessage = {
  /** The whole message, without anchors. */
  readonly pattern: string;
  /** Undefined when the match makes no sense after all. */
  readonly read: (groups: Groups, options: Options) => Said | undefined;
  /** Whether it is telling enough to be believed in a line of unknown format. */
  readonly anywhere?: true;
  /** `always`: logged with the exception. `never`: what follows belongs to something else. Else it may have one. */
  readonly traceback: 'always' | 'never' | 'maybe';
};

const pid = (group: string | undefined): number => Number(group);

function diedBySignal(groups: Groups): Said | undefined {
  const exit = exitStatusFromLog(groups[1] ?? '');
  if (exit === undefined || !('signal' in exit)) return undefined;

  const {signal, core = false} = exit;
  return {event: 'died-by-signal', pid: pid(groups[0]), signal, core, outOfMemoryHint: groups[2] !== undefined};
}

function requestError([method, uri]: Groups, options: Options): Said {
  return {
    event: 'request-error',
    ...(method !== undefined && {method}),
    ...(uri !== undefined && {path: redactUri(uri, options)}),
    noRequestRead: false,
  };
}

/** A message whose kind is all it says, or that says only a pid. */
const plain =
  (said: Said): LogMessage['read'] =>
  () =>
    said;

const never = 'never';
const any = {anywhere: true, traceback: never} as const;

/** In the order they are tried. */
export const logMessages: readonly LogMessage[] = [
  {pattern: 'Starting gunicorn (\\S{1,40})', read: ([version = '']) => ({event: 'starting', version}), ...any},
  {
    pattern: 'Listening at: (.{1,2000}?)(?: \\(\\d{1,9}\\))?',
    read: ([list = '']) => ({event: 'listening', addresses: list.split(',').map((address) => redact(address.trim()))}),
    traceback: never,
  },
  {
    pattern: 'Using worker: (.{1,300})',
    read: ([workerClass = '']) => ({event: 'using-worker', workerClass: redact(workerClass)}),
    ...any,
  },
  {pattern: 'Booting worker with pid: (\\d{1,9})', read: ([a]) => ({event: 'booting', pid: pid(a)}), ...any},
  {pattern: 'Worker exiting \\(pid: (\\d{1,9})\\)', read: ([a]) => ({event: 'worker-exiting', pid: pid(a)}), ...any},
  {
    pattern: 'DIRTY WORKER TIMEOUT \\(pid:(\\d{1,9})\\)',
    read: ([a]) => ({event: 'dirty-worker-timeout', pid: pid(a)}),
    ...any,
  },
  {pattern: 'WORKER TIMEOUT \\(pid:(\\d{1,9})\\)', read: ([a]) => ({event: 'worker-timeout', pid: pid(a)}), ...any},
  {
    // Gunicorn 21 to 23 prints it twice, the second time with the dot.
    pattern: 'Worker \\(pid:(\\d{1,9})\\) exited with code (\\d{1,3})\\.?',
    read: ([a, code]) => ({event: 'exited-with-code', pid: pid(a), code: Number(code)}),
    ...any,
  },
  {
    pattern:
      'Worker \\(pid:(\\d{1,9})\\) was sent (SIG[A-Z0-9+]{1,12}|code \\d{1,5}|signal \\d{1,5})!( Perhaps out of memory\\?)?',
    read: diedBySignal,
    ...any,
  },
  {
    // Only 20.1; its number never tells of a core dump.
    pattern: 'Worker with pid (\\d{1,9}) was terminated due to signal (\\d{1,5})',
    read: ([a = '', number = '']) => diedBySignal([a, `signal ${number}`]),
    ...any,
  },
  {pattern: 'Autorestarting worker after current request\\.', read: plain({event: 'autorestarting'}), ...any},
  {
    // uvicorn 0.32 and newer.
    pattern: 'Maximum request limit of \\d{1,18} exceeded\\. Terminating process\\.',
    read: plain({event: 'autorestarting'}),
    ...any,
  },
  {
    pattern: 'Worker reloading: (.{1,1000}) modified',
    read: ([file = '']) => ({event: 'code-changed', file: redact(file)}),
    ...any,
  },
  {
    pattern: 'Parent changed, shutting down: <Worker (\\d{1,9})>',
    read: ([a]) => ({event: 'parent-changed', pid: pid(a)}),
    ...any,
  },
  // SIGCHLD passes here too from 24.1 on, at DEBUG: it tells nothing.
  {
    pattern: 'Handling signal: (hup|quit|int|term|ttin|ttou|usr1|usr2|winch)',
    read: ([signal = '']) => ({event: 'handling-signal', signal}),
    ...any,
  },
  {pattern: 'Hang up: Master(?:\\.2)?', read: plain({event: 'hang-up'}), ...any},
  {pattern: 'Shutting down: Master(?:\\.2)?', read: plain({event: 'shutting-down'}), ...any},
  {
    pattern: 'Reason: (Worker failed to boot|App failed to load)\\.',
    read: ([reason]) => ({
      event: 'halted',
      reason: reason === 'App failed to load' ? 'app-failed-to-load' : 'worker-failed-to-boot',
    }),
    ...any,
  },
  {pattern: 'Master has been promoted\\.', read: plain({event: 'promoted'}), ...any},
  {
    pattern: 'Worker graceful timeout \\(pid:(\\d{1,9})\\)',
    read: ([a]) => ({event: 'graceful-timeout', pid: pid(a)}),
    ...any,
  },
  {
    pattern: 'Error handling request \\(no URI read\\)',
    read: plain({event: 'request-error', noRequestRead: true}),
    traceback: 'always',
  },
  // The method is printed from 25.2 on; neither when the response's head had been sent already.
  {
    pattern: 'Error handling request(?: (?:([A-Z][A-Z-]{0,30}) )?([^\\s(]\\S*))?',
    read: requestError,
    traceback: 'always',
  },
  {
    pattern: 'Error handling HTTP/2 request|(?:Error|Exception) in (?:WebSocket )?ASGI application',
    read: plain({event: 'request-error', noRequestRead: false}),
    traceback: 'always',
  },
  {
    pattern: 'Exception in worker process|Worker exception: .{0,1000}',
    read: plain({event: 'exception-in-worker'}),
    traceback: 'always',
  },
  {
    // Logged at INFO up to 20.1; the master then ends with exit code 255.
    pattern: 'Unhandled exception in main loop',
    read: plain({event: 'other'}),
    traceback: 'always',
  },
  {
    pattern: 'ASGI lifespan startup failed: (.{0,1000})',
    read: ([message = ''], options) => ({event: 'lifespan-failed', message: redact(message, options)}),
    traceback: 'maybe',
  },
  {pattern: 'Application startup failed\\. Exiting\\.', read: plain({event: 'lifespan-failed'}), traceback: never},
  {pattern: 'Application startup complete\\.', read: plain({event: 'booted'}), traceback: never},
  {pattern: 'ASGI server listening on .{1,300}', read: plain({event: 'booted'}), traceback: never},
];
