import type {LogEvent, StackFrame, Traceback} from '../gunicorn/log-event.js';
import {boolean, exactly, listOf, number, object, optional, taggedBy, text, wordOf, type Shape} from './shape.js';
import {wallMs} from './time-shape.js';

type EventName = LogEvent['event'];
type Event<Name extends EventName> = Extract<LogEvent, {readonly event: Name}>;

const traceback = object<Traceback>({
  frames: listOf(object<StackFrame>({file: text, line: number, function: text})),
  exception: optional(text),
  message: optional(text),
});

/** What every record has besides what it says. */
const common = {
  wallMs: optional(wallMs),
  emitterPid: optional(number),
  level: optional(wordOf({DEBUG: true, INFO: true, WARNING: true, ERROR: true, CRITICAL: true})),
  traceback: optional(traceback),
  loose: optional(exactly(true)),
  text,
};

export const logEvent: Shape<LogEvent> = taggedBy<'event', LogEvent>('event', {
  starting: object<Event<'starting'>>({event: exactly('starting'), version: text, ...common}),
  listening: object<Event<'listening'>>({event: exactly('listening'), addresses: listOf(text), ...common}),
  'using-worker': object<Event<'using-worker'>>({event: exactly('using-worker'), workerClass: text, ...common}),
  booting: object<Event<'booting'>>({event: exactly('booting'), pid: number, ...common}),
  'worker-exiting': object<Event<'worker-exiting'>>({event: exactly('worker-exiting'), pid: number, ...common}),
  'worker-timeout': object<Event<'worker-timeout'>>({event: exactly('worker-timeout'), pid: number, ...common}),
  'exited-with-code': object<Event<'exited-with-code'>>({
    event: exactly('exited-with-code'),
    pid: number,
    code: number,
    ...common,
  }),
  'died-by-signal': object<Event<'died-by-signal'>>({
    event: exactly('died-by-signal'),
    pid: number,
    signal: text,
    core: boolean,
    outOfMemoryHint: boolean,
    ...common,
  }),
  autorestarting: object<Event<'autorestarting'>>({event: exactly('autorestarting'), ...common}),
  'code-changed': object<Event<'code-changed'>>({event: exactly('code-changed'), file: text, ...common}),
  'parent-changed': object<Event<'parent-changed'>>({
    event: exactly('parent-changed'),
    pid: optional(number),
    ...common,
  }),
  'handling-signal': object<Event<'handling-signal'>>({event: exactly('handling-signal'), signal: text, ...common}),
  'hang-up': object<Event<'hang-up'>>({event: exactly('hang-up'), ...common}),
  'shutting-down': object<Event<'shutting-down'>>({event: exactly('shutting-down'), ...common}),
  halted: object<Event<'halted'>>({
    event: exactly('halted'),
    reason: wordOf({'worker-failed-to-boot': true, 'app-failed-to-load': true}),
    ...common,
  }),
  'request-error': object<Event<'request-error'>>({
    event: exactly('request-error'),
    method: optional(text),
    path: optional(text),
    noRequestRead: boolean,
    ...common,
  }),
  'exception-in-worker': object<Event<'exception-in-worker'>>({event: exactly('exception-in-worker'), ...common}),
  'app-load-error': object<Event<'app-load-error'>>({event: exactly('app-load-error'), message: text, ...common}),
  'lifespan-failed': object<Event<'lifespan-failed'>>({
    event: exactly('lifespan-failed'),
    message: optional(text),
    ...common,
  }),
  booted: object<Event<'booted'>>({event: exactly('booted'), ...common}),
  promoted: object<Event<'promoted'>>({event: exactly('promoted'), ...common}),
  'dirty-worker-timeout': object<Event<'dirty-worker-timeout'>>({
    event: exactly('dirty-worker-timeout'),
    pid: number,
    ...common,
  }),
  'graceful-timeout': object<Event<'graceful-timeout'>>({event: exactly('graceful-timeout'), pid: number, ...common}),
  'bare-traceback': object<Event<'bare-traceback'>>({event: exactly('bare-traceback'), ...common}),
  other: object<Event<'other'>>({event: exactly('other'), ...common}),
});
