import type {ZoneOffset} from '../export/text.js';

/** The offset of the machine's time zone at a moment, in minutes east of UTC; always 0 for UTC. */
export function zoneOffset(utc: boolean): ZoneOffset {
  return utc ? () => 0 : (atMs) => -new Date(atMs).getTimezoneOffset();
}
