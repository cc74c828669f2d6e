import {spawnSync} from 'node:child_process';

/** Something a machine may lack, as `test/faults/not-here.json` lists it. */
export type Absence = {
  /** The words with which a test skips itself. */
  readonly what: string;
  /** A shell command that ends with 0 only where it is really absent. */
  readonly probe: string;
};

/** Whether the probe proves, on this machine and now, that it is absent. */
export function isAbsent({probe}: Absence): boolean {
  return spawnSync('sh', ['-c', probe], {timeout: 10_000}).status === 0;
}
