/** The processes of this machine: from `ps` by way of ps-list, and where that is missing or fails, from procfs itself. */

export type ListedProcess = {
  readonly pid: number;
  readonly parentPid: number;
  /** Short name; may be cut by the kernel at 15 characters. */
  readonly name: string;
  /** Arguments joined by blanks. */
  readonly commandLine: string;
  readonly uid?: number;
};

/** All processes. Never fails: an empty list means that neither `ps` nor procfs could be read. */
export async function listProcesses(_root = '/proc'): Promise<readonly ListedProcess[]> {
  throw new Error('not built yet');
}

/** The same from procfs only, without starting a program: cheap enough to repeat every second. Empty where there is none. */
export function listProcessesFromProc(_root = '/proc'): readonly ListedProcess[] {
  throw new Error('not built yet');
}
