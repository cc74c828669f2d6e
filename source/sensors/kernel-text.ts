/** Numbers out of the small text files in which the kernel keeps its counters. */
import {readProcBytes} from './files.js';

/** A file as text; undefined when it is not there or not readable, which for these files needs no other words. */
export function textAt(path: string): string | undefined {
  const bytes = readProcBytes(path);
  return bytes.kind === 'ok' ? bytes.value.toString('latin1') : undefined;
}

/** The whole file as a number; undefined for "max" and anything else that is none. */
export function numberIn(text: string | undefined): number | undefined {
  const word = text?.trim();
  return word !== undefined && /^-?\d+$/.test(word) ? Number(word) : undefined;
}

/** The number behind a name at the start of a line, as in "oom_kill 2" and "MemTotal:  16384 kB". */
export function fieldIn(text: string | undefined, name: string): number | undefined {
  const found = new RegExp(`^${name}:?[ \\t]+(\\d+)`, 'm').exec(text ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Milliseconds in which some task was held up, from a file of pressure stall information (`some … total=`, microseconds). */
export function stalledMs(text: string | undefined): number | undefined {
  const total = /^some .*total=(\d+)/m.exec(text ?? '')?.[1];
  return total === undefined ? undefined : Math.round(Number(total) / 1000);
}
