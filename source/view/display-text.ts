/**
 * Makes every text of a snapshot one column a character, once and on the way in, so that no region needs to think of
 * it: process names, paths and log lines come from outside and may hold anything.
 *
 * Wide, combining and astral characters become `?`, control and direction characters too; a line break is a blank.
 * What is left are the letters of European scripts, and the punctuation, arrows and blocks that we draw ourselves.
 */
import type {Snapshot} from '../snapshot.js';

const whitespace = /[\t\n\v\f\r\u0085\u00A0\u2028\u2029]+/gu;
const notOneColumn =
  /[^ -~\u00A1-\u00AC\u00AE-\u02FF\u0370-\u0482\u048A-\u052F\u1E00-\u1EFF\u2010-\u2027\u2030-\u205E\u20A0-\u20BF\u2190-\u21FF\u2200-\u22FF\u2500-\u2595\u25A0-\u25CF✓✗]/gu;

/** The text with every character that is not exactly one column wide replaced. */
export function displayText(text: string): string {
  return text.replaceAll(whitespace, ' ').replaceAll(notOneColumn, '?');
}

function displayValue(value: unknown): unknown {
  if (typeof value === 'string') {
    return displayText(value);
  }
  if (Array.isArray(value)) {
    return typeof value[0] === 'number' ? value : unchangedOr(value, value.map(displayValue));
  }
  if (typeof value === 'object' && value !== null) {
    const known = displayed.get(value);
    if (known !== undefined) {
      return known;
    }
    const shown = displayObject(value);
    displayed.set(value, shown);
    return shown;
  }
  return value;
}

/** What an object became: values never change, and most of a snapshot is also in the one before it. */
const displayed = new WeakMap<object, object>();

function displayObject(value: object): object {
  const entries = Object.entries(value);
  const shown = entries.map(([key, part]) => [key, displayValue(part)] as const);
  return shown.every(([, part], index) => part === entries[index]?.[1]) ? value : Object.fromEntries(shown);
}

function unchangedOr(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.every((part, index) => part === before[index]) ? before : after;
}

/** The snapshot with every text made displayable. A snapshot that needs no change is returned as it is. */
export function displaySnapshot(snapshot: Snapshot): Snapshot {
  return displayValue(snapshot) as Snapshot;
}
