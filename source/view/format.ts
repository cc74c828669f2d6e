/** Numbers and times as a person reads them aloud. What is not known is a dash, never a zero. */

export const unknownText = '–';

const minuteSeconds = 60;
const hourSeconds = 3600;
const daySeconds = 86_400;

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** An age in seconds: "00:03", "12:04" (minutes), "1:02:04" (hours), "3d 04:12" (days, hours, minutes), "12d 04h", "128d". */
export function formatAge(seconds: number | undefined): string {
  if (seconds === undefined) {
    return unknownText;
  }
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / daySeconds);
  const hours = Math.floor((whole % daySeconds) / hourSeconds);
  const minutes = Math.floor((whole % hourSeconds) / minuteSeconds);
  if (days >= 100) {
    return `${days}d`;
  }
  if (days >= 10) {
    return `${days}d ${twoDigits(hours)}h`;
  }
  if (days > 0) {
    return `${days}d ${twoDigits(hours)}:${twoDigits(minutes)}`;
  }
  const rest = twoDigits(whole % minuteSeconds);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${twoDigits(minutes)}:${rest}`;
}

/** A duration in seconds inside a sentence: "0.4 s", "30.5 s", "95 s"; from two minutes on like an age. */
export function formatSeconds(seconds: number | undefined): string {
  if (seconds === undefined) {
    return unknownText;
  }
  if (seconds >= 2 * minuteSeconds) {
    return formatAge(seconds);
  }
  return `${seconds < 60 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
}

const byteUnits = ['K', 'M', 'G', 'T', 'P'] as const;

/** Bytes in units of 1024 with at most three digits: "84M", "212M", "1.6G". */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) {
    return unknownText;
  }
  let value = Math.max(0, bytes) / 1024;
  let unit = 0;
  // 999.5 rounds to four digits, so that it already belongs to the next unit.
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = value < 9.95 && unit >= 2 ? value.toFixed(1) : String(Math.round(value));
  return `${digits}${byteUnits[unit] ?? ''}`;
}

/** A count with thousands separated: "4,812"; from a million on "1.23M". */
export function formatCount(count: number | undefined): string {
  if (count === undefined) {
    return unknownText;
  }
  if (count >= 1_000_000) {
    return `${(count / 1_000_000).toFixed(count < 99_500_000 ? 2 : 0)}M`;
  }
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/gu, ',');
}

/** A count in at most six columns: "4,812", "123k", "1.23M". */
export function formatShortCount(count: number | undefined): string {
  return count !== undefined && count >= 99_999.5 && count < 1_000_000
    ? `${Math.floor(count / 1000)}k`
    : formatCount(count);
}

/** A rate a second: "0", "0.3", "12", "4,812". */
export function formatRate(perSecond: number | undefined): string {
  if (perSecond === undefined) {
    return unknownText;
  }
  return perSecond > 0 && perSecond < 9.95 ? perSecond.toFixed(1) : formatCount(perSecond);
}

/** A share of one core: "8%", "312%". */
export function formatPercent(percent: number | undefined): string {
  return percent === undefined ? unknownText : `${Math.round(percent)}%`;
}

/** A wall clock time, milliseconds since the epoch, at an offset east of UTC in minutes: "14:03:22". */
export function formatClock(wallMs: number, offsetMinutes: number): string {
  return new Date(wallMs + offsetMinutes * 60_000).toISOString().slice(11, 19);
}

/** The day of a wall clock time: "2026-11-22". */
export function formatDay(wallMs: number, offsetMinutes: number): string {
  return new Date(wallMs + offsetMinutes * 60_000).toISOString().slice(0, 10);
}

/** A wall clock time as it is told at `nowMs`: the clock time of the same day, else month and day with it: "11-21 14:03". */
export function formatMoment(wallMs: number, nowMs: number, offsetMinutes: number): string {
  const day = formatDay(wallMs, offsetMinutes);
  const clock = formatClock(wallMs, offsetMinutes);
  return day === formatDay(nowMs, offsetMinutes) ? clock : `${day.slice(5)} ${clock.slice(0, 5)}`;
}

/** An offset east of UTC: "+00", "+01", "+05:30", "-03". */
export function formatOffset(offsetMinutes: number): string {
  const size = Math.abs(offsetMinutes);
  const minutes = size % 60 === 0 ? '' : `:${twoDigits(size % 60)}`;
  return `${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}${minutes}`;
}
