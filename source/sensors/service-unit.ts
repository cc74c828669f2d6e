/** The systemd unit that a process belongs to, and what systemd says of it. */
import {execFile} from 'node:child_process';
import {redact} from '../gunicorn/redact.js';
import type {UnitState} from '../changed-file.js';

/** Units that hold whole sessions and not one service. */
const notOneService = /^(user@.*|init|dbus|cron|crond|ssh|sshd|docker|containerd|supervisor|supervisord)\.service$/;

/** The systemd unit in the text of `/proc/<pid>/cgroup`, when the process is a service of its own. */
export function unitOf(controlGroups: string): string | undefined {
  const last = controlGroups
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('/') + 1))
    .find((name) => name.endsWith('.service'));
  return last === undefined || notOneService.test(last) ? undefined : last;
}

/** Whether it is a unit of a user's own systemd. */
export function isUserUnit(controlGroups: string): boolean {
  return /\/user@\d+\.service\//.test(controlGroups);
}

/** What systemd tells, and the files that the unit is made of. */
export type ShownUnit = {readonly unit: UnitState; readonly files: readonly string[]};

const properties = ['NRestarts', 'InvocationID', 'Result', 'OOMPolicy', 'FragmentPath', 'DropInPaths'];
const unitName = /^[\w@.:\\-]{1,255}\.service$/;
const longestMs = 2000;

/** Reads `systemctl show` (systemctl(1)): lines of "Name=value". */
export function parseShownUnit(name: string, text: string): ShownUnit {
  const values = new Map(
    text.split('\n').flatMap((line): ReadonlyArray<readonly [string, string]> => {
      const [, key, value] = /^(\w{1,50})=(.+)$/.exec(line) ?? [];
      return key !== undefined && value !== undefined ? [[key, value.trim()]] : [];
    }),
  );
  const restarts = /^\d{1,9}$/.test(values.get('NRestarts') ?? '') ? Number(values.get('NRestarts')) : undefined;
  const word = (key: string): string | undefined => {
    const value = values.get(key);
    return value === undefined ? undefined : redact(value, {maxLength: 60});
  };
  const [invocationId, result, oomPolicy] = [word('InvocationID'), word('Result'), word('OOMPolicy')];
  const files = [values.get('FragmentPath') ?? '', ...(values.get('DropInPaths') ?? '').split(' ')];
  return {
    unit: {
      name: redact(name, {maxLength: 255}),
      ...(restarts !== undefined && {restarts}),
      ...(invocationId !== undefined && {invocationId}),
      ...(result !== undefined && {result}),
      ...(oomPolicy !== undefined && {oomPolicy}),
    },
    files: files.filter((path) => path.startsWith('/')).slice(0, 20),
  };
}

/** Asks systemd. Undefined where there is none, or it does not answer in time. */
export async function showUnit(name: string, isOfUser: boolean, signal: AbortSignal): Promise<ShownUnit | undefined> {
  if (!unitName.test(name)) return undefined;

  const args = [...(isOfUser ? ['--user'] : []), 'show', `--property=${properties.join(',')}`, '--', name];
  return new Promise((resolve) => {
    execFile(
      'systemctl',
      args,
      {signal, timeout: longestMs, killSignal: 'SIGKILL', maxBuffer: 65_536, env: {...process.env, LC_ALL: 'C'}},
      (error, stdout) => resolve(error === null ? parseShownUnit(name, stdout) : undefined),
    );
  });
}
