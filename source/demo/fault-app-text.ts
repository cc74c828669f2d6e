import {readFileSync} from 'node:fs';

/** The demo's application as Python text. The build writes it into the one file; run from source, it is read from disk. */
export function faultAppText(): string {
  return process.env['GUNSPECT_FAULT_APP'] ?? readFileSync(new URL('fault-app.py', import.meta.url), 'utf8');
}
