/** Programs that kill for memory before the kernel does: their kills are in no counter of the kernel. */
import fs from 'node:fs';
import {now} from './clock.js';
import {readProcBytes} from './files.js';
import {attempt} from './reading.js';

export type OomDaemons = {
  /** The names of those that run, each once. Looked for seldom: the list may be a minute old. */
  readonly running: () => readonly string[];
};

// As their processes are called (proc_pid_comm(5)), which is at most 15 characters.
const names = new Set(['earlyoom', 'systemd-oomd', 'oomd', 'nohang', 'lmkd']);

const lookEveryMs = 60_000;

function look(root: string): readonly string[] {
  const entries = attempt(() => fs.readdirSync(root));
  if (entries.kind !== 'ok') return [];

  const found = new Set<string>();
  for (const entry of entries.value) {
    if (!/^\d+$/.test(entry)) continue;

    const name = readProcBytes(`${root}/${entry}/comm`);
    const text = name.kind === 'ok' ? name.value.toString('latin1').trim() : '';
    if (names.has(text)) found.add(text);
  }

  return [...found].toSorted();
}

/** Everyone may read what processes are called. */
export function openOomDaemons(root = '/proc', nowMs: () => number = () => now().monotonicMs): OomDaemons {
  let found: readonly string[] = [];
  let lookedMs = Number.NEGATIVE_INFINITY;

  return {
    running: () => {
      if (nowMs() - lookedMs < lookEveryMs) return found;

      lookedMs = nowMs();
      found = look(root);
      return found;
    },
  };
}
