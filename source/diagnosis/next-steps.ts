/**
 * Where to look next after one restart: the guide's steps for its cause, with commands to copy.
 *
 * We never run them, and they only read. A command that needs something unknown (a port, a log's path) is left out
 * rather than shown with a hole in it.
 */
import type {Settings} from '../gunicorn/settings.js';
import type {LifeRow} from '../ledger/worker-row.js';
import {adviceTable, type AdviceKey, type StepNumber} from './next-steps-table.js';
import type {Restart} from './restart.js';

export type NextStep = {
  readonly step: StepNumber;
  /** A sentence without a full stop. */
  readonly text: string;
  /** Shell commands, ready to copy. */
  readonly commands: readonly string[];
};

/** What surrounds the restart now. A snapshot is one. */
export type Surroundings = {
  readonly master?: {readonly pid: number; readonly settings: Settings};
  readonly workers: readonly Pick<LifeRow, 'pid' | 'state'>[];
};

export function nextSteps(restart: Restart, surroundings: Surroundings): readonly NextStep[] {
  const values = valuesFrom(restart, surroundings);
  return adviceFor(restart).flatMap(({step, text, commands = []}) => {
    const said = fill(text, values, String);
    const filled = commands.flatMap((command) => fill(command, values, shellWord) ?? []);
    // To be told to look, and not how, helps nobody.
    const isWhole = said !== undefined && (commands.length === 0 || filled.length > 0);
    return isWhole ? [{step, text: said, commands: filled}] : [];
  });
}

function adviceFor({cause, variant}: Restart) {
  const key: AdviceKey | undefined = cause === 'timeout' && variant !== undefined ? `timeout/${variant}` : undefined;
  return (key && adviceTable[key]) ?? adviceTable[cause];
}

type Values = Readonly<Record<string, string | undefined>>;

/** Undefined where a place holder has no value. */
function fill(template: string, values: Values, quote: (value: string) => string): string | undefined {
  let isWhole = true;
  const filled = template.replaceAll(/\{([a-z]+)\}/gu, (_all, name: string) => {
    const value = values[name];
    isWhole &&= value !== undefined;
    return quote(value ?? '');
  });
  return isWhole ? filled : undefined;
}

/** A value as one word of a shell: paths and names come from outside. */
function shellWord(value: string): string {
  return /^[\w./:@%+-]+$/u.test(value) && !value.startsWith('-')
    ? value
    : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

function valuesFrom(restart: Restart, {master, workers}: Surroundings): Values {
  const {settings} = master ?? {};
  return {
    pid: String(restart.worker.pid),
    master: String(master?.pid ?? restart.master.pid),
    live: live(restart, workers)?.toString(),
    port: /:(\d+)$/u.exec(settings?.bind?.value[0] ?? '')?.[1],
    peer: /^(?:\d+(?:\.\d+){3}|\[[\da-f:.]+\]):\d+/u.exec(restart.blockedOn ?? '')?.[0],
    path: restart.request?.path,
    during: restart.during,
    timeout: settings?.timeoutSeconds?.value.toString(),
    app: settings?.app?.value,
    errorlog: filePath(settings?.errorLog?.value),
    accesslog: filePath(settings?.accessLog?.value),
    since: journalTime((restart.onsets.heartbeatAtMs ?? restart.atMs) - beforeMs),
    until: journalTime(restart.atMs + afterMs),
  };
}

const beforeMs = 60_000;
const afterMs = 10_000;

/** As journalctl(1) reads it, in a zone that is the same for everybody. */
function journalTime(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function filePath(path: string | undefined): string | undefined {
  return path?.startsWith('/') ? path : undefined;
}

/** A worker that can be looked at now: one that is in the same trouble, else the one in its place, else any. */
function live({branch, replacement}: Restart, workers: Surroundings['workers']): number | undefined {
  const living = workers.filter(({state}) => state !== 'dead');
  const inTrouble = (state: LifeRow['state']): boolean =>
    branch === 'boot' ? state === 'booting' || state === 'hung-boot' : state === 'stuck' || state === 'stopped';
  return (
    living.find(({state}) => inTrouble(state)) ??
    living.find(({pid}) => pid === replacement?.pid) ??
    living.find(({state}) => state === 'busy') ??
    living[0]
  )?.pid;
}
