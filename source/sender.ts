/** Who sent a signal, as far as it was still there to be asked. */
export type Sender = {
  readonly pid: number;
  /** Its name, at most 15 bytes (PR_SET_NAME(2const)). */
  readonly name?: string;
  readonly user?: string;
  /** The kernel sent it by itself, in the time of this process: for a memory fault, for a terminal, for want of memory. */
  readonly isKernel?: true;
};
