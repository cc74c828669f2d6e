/** Reads the settings of a running master: command line, environment, config file, title, log. Nothing is executed. */
import type {Settings} from '../gunicorn/settings.js';

/** What is known of the settings without the log. Absent settings could not be read; see gunicorn/settings.ts. */
export function readSettings(_pid: number, _root = '/proc'): Settings {
  throw new Error('not built yet');
}
