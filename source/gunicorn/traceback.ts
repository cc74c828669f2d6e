/**
 * The one frame of a traceback that belongs to the application, told by its path alone.
 */
import type {StackFrame, Traceback} from './log-event.js';

const gunicornRooms = 'asgi|ctl|dirty|http|http2|instrument|uwsgi|workers';
const gunicornModules =
  '__init__|__main__|arbiter|config|debug|errors|glogging|pidfile|reloader|selectors|sock|systemd|util|app/(?:__init__|base|pasterapp|wsgiapp)';

const foreign: readonly RegExp[] = [
  // Frozen modules, "<string>" of a console script, "<__array_function__ internals>".
  /^<.*>$/,
  // Installed packages, of a distribution too.
  /\/(?:site|dist)-packages\//,
  // The standard library, also from an archive: "/usr/lib/python3.11/", "/opt/pypy3.9/lib/pypy3.9/", "python311.zip".
  /\/lib(?:32|64)?\/(?:python|pypy)\d(?:\.\d{1,2})?t?\/|\/python\d{2,3}\.zip\//,
  // Gunicorn itself, where it is not in site-packages, and its console script.
  new RegExp(`/gunicorn/(?:(?:${gunicornRooms})/(?:\\w+/)?\\w+|${gunicornModules})\\.py$`),
  /\/bin\/gunicorn$/,
];

/** Whether a frame is neither gunicorn's, nor an installed package's, nor the standard library's. */
export function isApplicationFrame(frame: Pick<StackFrame, 'file'>): boolean {
  return !foreign.some((pattern) => pattern.test(frame.file));
}

/** The innermost frame of the application; undefined when the traceback never was in it. */
export function applicationFrame(traceback: Traceback): StackFrame | undefined {
  return traceback.frames.findLast((frame) => isApplicationFrame(frame));
}

/** "views.py:88 charge_card"; a package's own file keeps the package's name: "models/__init__.py:3 <module>". */
export function shortFrame(frame: Omit<StackFrame, 'line'> & {readonly line?: number}): string {
  const parts = frame.file.split('/');
  const file = parts.at(-1) === '__init__.py' ? parts.slice(-2).join('/') : (parts.at(-1) ?? frame.file);
  return `${frame.line === undefined ? file : `${file}:${frame.line}`} ${frame.function}`;
}
