import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** A process of a fake `/proc`. What is left out is not there. */
export type FakeProcess = {
  readonly pid: number;
  readonly parentPid?: number;
  readonly name?: string;
  readonly state?: string;
  readonly startTicks?: number;
  /** Where the arguments lie: equal in a process and its fork. */
  readonly argumentsAt?: number;
  readonly minorFaults?: number;
  readonly exitCode?: number;
  readonly argv?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly nsPid?: number;
  readonly residentPages?: number;
  readonly children?: readonly number[];
  /** Link targets by descriptor: a path that exists, or words such as `socket:[7]`. */
  readonly descriptors?: Readonly<Record<number, string>>;
  readonly syscall?: string;
  readonly wchan?: string;
  readonly cgroup?: string;
};

export type FakeProc = {
  readonly root: string;
  /** A folder beside it, for files that descriptors lead to. */
  readonly folder: string;
  readonly add: (process: FakeProcess) => void;
  readonly remove: (pid: number) => void;
  /** Writes a file below the root: `uptime`, `net/tcp`, … */
  readonly write: (path: string, text: string) => void;
  /** Makes a heartbeat file, as deleted as a fake one can be, and gives its path. */
  readonly heartbeat: (suffix: string) => string;
  readonly dispose: () => void;
};

/** The line of `/proc/<pid>/stat`, with numbers of its own for every field that nobody asks for. */
export function statLine(process: FakeProcess): string {
  const fields = Array.from({length: 53}, (_, field) => field);
  const set: Readonly<Record<number, number>> = {
    4: process.parentPid ?? 1,
    10: process.minorFaults ?? 10,
    11: 1117,
    14: 30,
    15: 12,
    20: 1,
    22: process.startTicks ?? process.pid * 100,
    24: process.residentPages ?? 5000,
    48: process.argumentsAt ?? 0,
    52: process.exitCode ?? 0,
  };
  const numbers = fields.slice(4).map((field) => set[field] ?? field);
  return `${process.pid} (${process.name ?? 'python3'}) ${process.state ?? 'S'} ${numbers.join(' ')}\n`;
}

function statusText({pid, uid = 1000, nsPid}: FakeProcess): string {
  const pids = nsPid === undefined ? pid : `${pid}\t${nsPid}`;
  return [
    'Name:\tpython3',
    'State:\tS (sleeping)',
    `NSpid:\t${pids}`,
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    'voluntary_ctxt_switches:\t41',
    'nonvoluntary_ctxt_switches:\t3',
    '',
  ].join('\n');
}

/** A `/proc` in a temporary folder. Whoever makes one must dispose of it. */
export function makeFakeProc(): FakeProc {
  const folder = mkdtempSync(join(tmpdir(), 'gunspect-proc-'));
  const root = join(folder, 'proc');
  mkdirSync(root);

  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), {recursive: true});
    writeFileSync(join(root, path), text);
  };
  write('uptime', '100000.00 200000.00\n');

  const remove = (pid: number): void => rmSync(join(root, String(pid)), {recursive: true, force: true});

  const add = (process: FakeProcess): void => {
    const {pid, argv, environment, children, descriptors, syscall, wchan, cgroup} = process;
    remove(pid);
    write(`${pid}/stat`, statLine(process));
    write(`${pid}/statm`, `20000 ${process.residentPages ?? 5000} 1000 1 0 4000 0\n`);
    write(`${pid}/status`, statusText(process));
    write(`${pid}/cmdline`, argv === undefined ? '' : `${argv.join('\0')}\0`);
    write(`${pid}/task/${pid}/children`, (children ?? []).map((child) => `${child} `).join(''));
    if (environment !== undefined) {
      const entries = Object.entries(environment).map(([name, value]) => `${name}=${value}\0`);
      write(`${pid}/environ`, entries.join(''));
    }

    if (syscall !== undefined) write(`${pid}/syscall`, `${syscall}\n`);
    if (wchan !== undefined) write(`${pid}/wchan`, wchan);
    if (cgroup !== undefined) write(`${pid}/cgroup`, cgroup);
    mkdirSync(join(root, String(pid), 'fd'), {recursive: true});
    for (const [fd, target] of Object.entries(descriptors ?? {}))
      symlinkSync(target, join(root, String(pid), 'fd', fd));
  };

  return {
    root,
    folder,
    add,
    remove,
    write,
    heartbeat: (suffix) => {
      const path = join(folder, `wgunicorn-${suffix} (deleted)`);
      writeFileSync(path, '');
      return path;
    },
    dispose: () => rmSync(folder, {recursive: true, force: true}),
  };
}
