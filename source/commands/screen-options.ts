import {env} from 'node:process';
import type {ScreenOptions} from '../view/screen-options.js';
import type {Options} from './options.js';

/** Whether the locale's character set is UTF-8 (locale(7): LC_ALL before LC_CTYPE before LANG). Unset means it is not known, and mostly is. */
function isUtf8(environment: NodeJS.ProcessEnv): boolean {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  return locale === '' || /utf-?8/i.test(locale);
}

/** Whether colours are wanted: NO_COLOR (no-color.org) with any text in it, `--no-color` and TERM=dumb say no. */
export function wantsColour(color: boolean, environment: NodeJS.ProcessEnv = env): boolean {
  return color && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}

/** How the screen is to be drawn, from flags, environment and the machine's time zone. */
export function screenOptions(options: Options, environment: NodeJS.ProcessEnv = env): ScreenOptions {
  return {
    colour: wantsColour(options.color, environment),
    theme: options.theme,
    ascii: options.ascii || !isUtf8(environment),
    utc: options.utc,
    localOffsetMinutes: -new Date().getTimezoneOffset(),
  };
}
