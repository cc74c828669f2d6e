import {openSync} from 'node:fs';
import {env} from 'node:process';
import {ReadStream} from 'node:tty';
import type {Io} from './command.js';

/**
 * Where keys come from while a recording is replayed: standard input, or the terminal itself when the recording comes
 * from there. Undefined when a screen cannot be drawn or no keys can be read.
 */
export function openKeys({stdin, stdout}: Io): ReadStream | undefined {
  if (!stdout.isTTY || env['TERM'] === 'dumb') {
    return undefined;
  }
  if (stdin.isTTY) {
    return stdin;
  }
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    return undefined;
  }
}
