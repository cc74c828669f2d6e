/**
 * Finds the gunicorn masters of this machine.
 *
 * A master is a process that shares the deleted file `wgunicorn-…` with a child of its own: the heartbeat file,
 * which every version and class has, whatever the process is called. Only where descriptors cannot be read is a
 * title or a command line taken instead, and the finding says so.
 */
import type {ProcessId} from '../observation.js';
import type {ListedProcess} from './processes.js';

/** How a master was told from any other process, surest first. */
export type RecognisedBy = 'heartbeat-file' | 'title' | 'command-line';

/** A successor was started by a master on USR2; a dirty arbiter holds gunicorn's dirty workers. Both are children of a master. */
export type MasterRole = 'master' | 'successor' | 'dirty-arbiter';

export type FoundMaster = {
  readonly id: ProcessId;
  readonly parentPid: number;
  readonly role: MasterRole;
  readonly recognisedBy: RecognisedBy;
  /** Pids of the children that serve requests; empty in the gap of a boot loop and where they cannot be told. */
  readonly workers: readonly number[];
  readonly uid?: number;
  /** Name of the user, or the number when it has none. */
  readonly user?: string;
  /** The application, from the command line or the title, when one of them tells. */
  readonly app?: string;
  /** The command line or title, arguments joined by blanks, secrets masked. */
  readonly commandLine: string;
};

export type FindOptions = {
  /** Where procfs is mounted. */
  readonly root?: string;
  /** Lists the processes to look at; `ps` is asked by default. */
  readonly list?: () => Promise<readonly ListedProcess[]>;
};

/** Every master of the machine, nested ones included and marked, by pid. Never fails: what vanishes meanwhile is left out. */
export async function findMasters(_options: FindOptions = {}): Promise<readonly FoundMaster[]> {
  throw new Error('not built yet');
}

/** The same over a list of processes taken before, without waiting: for looking again for a master that went away. */
export function mastersAmong(_processes: readonly ListedProcess[], _root = '/proc'): readonly FoundMaster[] {
  throw new Error('not built yet');
}

/** The master of this pid: itself when it is one, its master when it is a worker; undefined when it is neither. */
export function masterOf(_pid: number, _root = '/proc'): FoundMaster | undefined {
  throw new Error('not built yet');
}
