/**
 * Checks of the shape of plain JSON: an object with these keys and no other, a time, one of these words. A check gives
 * the problems it found, each with the path to it; no problem is an empty list.
 */
export type Check = (value: unknown, path: string) => readonly string[];

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

function say(path: string, expected: string, value: unknown): readonly string[] {
  return [`${path}: expected ${expected}, got ${JSON.stringify(value) ?? 'nothing'}`];
}

/** A string of one line, not empty, without control characters. */
export const text: Check = (value, path) =>
  typeof value === 'string' && value.trim() !== '' && !controlCharacter.test(value)
    ? []
    : say(path, 'a line of text', value);

export const flag: Check = (value, path) => (typeof value === 'boolean' ? [] : say(path, 'true or false', value));

/** ISO 8601 in UTC with milliseconds. */
export const time: Check = (value, path) =>
  typeof value === 'string' && timePattern.test(value) && !Number.isNaN(Date.parse(value))
    ? []
    : say(path, 'a UTC time with milliseconds', value);

/** A finite number that is not negative. */
export const amount: Check = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? [] : say(path, 'a number from 0', value);

/** A whole number that is not negative. */
export const count: Check = (value, path) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? [] : say(path, 'a whole number from 0', value);

export const pid: Check = (value, path) =>
  Number.isSafeInteger(value) && Number(value) > 0 ? [] : say(path, 'a pid', value);

export function matching(pattern: RegExp): Check {
  return (value, path) => (typeof value === 'string' && pattern.test(value) ? [] : say(path, String(pattern), value));
}

export function oneOf(...words: readonly (string | number | boolean)[]): Check {
  return (value, path) =>
    words.some((word) => word === value) ? [] : say(path, `one of ${words.map(String).join(', ')}`, value);
}

export function listOf(item: Check): Check {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((entry: unknown, index) => item(entry, `${path}[${index}]`))
      : say(path, 'a list', value);
}

/** A list with exactly these items in this order. */
export function tuple(...items: readonly Check[]): Check {
  return (value, path) =>
    Array.isArray(value) && value.length === items.length
      ? items.flatMap((item, index) => item(value[index], `${path}[${index}]`))
      : say(path, `a list of ${items.length}`, value);
}

/** Passes when one of the checks passes; else the problems of the first. */
export function either(...checks: readonly Check[]): Check {
  return (value, path) => {
    const results = checks.map((check) => check(value, path));
    return results.some((problems) => problems.length === 0) ? [] : (results[0] ?? []);
  };
}

/** An object with all `required` keys, any of the `optional` ones, and no other key. An absent value is an absent key. */
export function object(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return say(path, 'an object', value);
    }

    const entries = Object.entries(value);
    const known = {...required, ...optional};
    const missing = Object.keys(required).filter((key) => !(key in value));
    return [
      ...missing.map((key) => `${path}.${key}: missing`),
      ...entries.flatMap(
        ([key, entry]) => known[key]?.(entry, `${path}.${key}`) ?? [`${path}.${key}: not a key of the stream`],
      ),
    ];
  };
}
