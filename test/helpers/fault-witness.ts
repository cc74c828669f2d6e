import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {constants} from 'node:os';
import {fileURLToPath} from 'node:url';
import {waitFor} from './fault-wait.js';

/** How a process really ended, from its wait status. */
export type WitnessedExit = {readonly code: number} | {readonly signal: string; readonly core: boolean};

/** The life of a worker or of the master as it really was. Times are wall clock, milliseconds. */
export type WitnessedLife = {
  readonly pid: number;
  readonly bornMs?: number;
  readonly diedMs?: number;
  /** Absent while alive, and on kernels that do not tell. */
  readonly exit?: WitnessedExit;
};

/** Watches the children of one master, without gunicorn's log and without gunspect. */
export type Witness = {
  /** Every child seen so far, and the master itself once it died. */
  readonly lives: () => readonly WitnessedLife[];
  readonly deaths: () => readonly WitnessedLife[];
  /** Resolves once the process is gone and its exit is known, or is known to stay unknown. */
  readonly waitForDeath: (pid: number, deadlineMs: number) => Promise<WitnessedLife>;
  /** Resolves with the first child born after `sinceMs` that is none of `known`. */
  readonly waitForBirth: (known: readonly number[], deadlineMs: number) => Promise<WitnessedLife>;
  readonly stop: () => Promise<void>;
};

type Line = {
  readonly event: 'ready' | 'born' | 'died' | 'status';
  readonly pid: number;
  readonly at: number;
  readonly status?: number | null;
};

const script = fileURLToPath(new URL('fault-witness.py', import.meta.url));

/** Turns a raw wait status (wait(2)) into words. */
export function exitOfStatus(status: number): WitnessedExit {
  const number = status & 0x7f;
  if (number === 0) {
    return {code: (status >> 8) & 0xff};
  }

  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return {signal: name ?? `signal ${number}`, core: (status & 0x80) !== 0};
}

/** Starts the witness with the given Python; resolves once the children that live now are under watch. */
export async function startWitness(python: string, masterPid: number): Promise<Witness> {
  const child = spawn(python, [script, String(masterPid)], {stdio: ['ignore', 'pipe', 'inherit']});
  const gone = once(child, 'exit');
  const lives = new Map<number, WitnessedLife>();
  const settled = new Set<number>();
  let ready = false;
  createInterface({input: child.stdout}).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    const life = lives.get(line.pid) ?? {pid: line.pid};
    if (line.event === 'ready') {
      ready = true;
    } else if (line.event === 'born') {
      lives.set(line.pid, {...life, bornMs: line.at});
    } else if (line.event === 'died') {
      lives.set(line.pid, {...life, diedMs: line.at});
    } else {
      settled.add(line.pid);
      lives.set(line.pid, typeof line.status === 'number' ? {...life, exit: exitOfStatus(line.status)} : life);
    }
  });
  await waitFor('the witness to be ready', 10_000, () => ready);
  const all = () => [...lives.values()];
  return {
    lives: all,
    deaths: () => all().filter((life) => life.diedMs !== undefined),
    waitForDeath: (pid, deadlineMs) =>
      waitFor(`the death of ${pid}`, deadlineMs, () => (settled.has(pid) ? lives.get(pid) : undefined)),
    waitForBirth: (known, deadlineMs) =>
      waitFor('a new worker', deadlineMs, () =>
        all().find((life) => life.bornMs !== undefined && !known.includes(life.pid)),
      ),
    async stop() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
