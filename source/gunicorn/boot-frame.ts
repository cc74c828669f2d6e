/** Where in the application a boot failed, named from the folder that the application is imported from. */
import type {Traceback} from './log-event.js';
import {applicationFrame, isApplicationFrame} from './traceback.js';

/** "shop.wsgi" of "shop.wsgi:create_app()"; undefined for what is no module. */
export function applicationModule(app: string | undefined): string | undefined {
  return app === undefined ? undefined : /^([A-Za-z_][\w.]{0,200})(?::|$)/.exec(app)?.[1];
}

/**
 * The innermost frame of the application: "shop/models.py:12". Its folder is that of the application's own module when a
 * frame of the traceback is in that module; else the last two parts of the path stand for it.
 */
export function bootFrame(traceback: Traceback, app?: string): string | undefined {
  const frame = applicationFrame(traceback);
  if (frame === undefined) return undefined;

  const folder = importFolder(traceback, app);
  const isBelow = folder !== undefined && frame.file.startsWith(`${folder}/`);
  const path = isBelow ? frame.file.slice(folder.length + 1) : frame.file.split('/').slice(-2).join('/');
  return `${path}:${frame.line}`;
}

/** The folder that holds the application's top package, as a frame of its module shows it. */
function importFolder({frames}: Traceback, app: string | undefined): string | undefined {
  const path = applicationModule(app)?.replaceAll('.', '/');
  if (path === undefined) return undefined;

  const endings = [`/${path}.py`, `/${path}/__init__.py`];
  for (const {file} of frames.filter(isApplicationFrame)) {
    const ending = endings.find((each) => file.endsWith(each));
    if (ending !== undefined) return file.slice(0, -ending.length);
  }
  return undefined;
}
