/**
 * Tells V8 what kind of program this is: one that does little, again and again, for days, on a machine that is short of
 * everything. To be imported before anything that costs.
 *
 * By default V8 compiles a function anew, in threads beside ours, as soon as it has run for some milliseconds in all,
 * and wakes those threads for every small garbage collection as well. Both is meant for programs that are in a hurry.
 * Measured over 32 workers, that was a quarter of the processor time and a tenth of the memory of `gunspect watch`.
 */
import {versions} from 'node:process';
import {setFlagsFromString} from 'node:v8';

/** When a function is worth an optimized copy: fifteen times later than usual. With many workers the hot ones still get theirs. */
const patience: Readonly<Record<string, readonly string[]>> = {
  // Node 20
  '11.3': ['--interrupt-budget=1000000'],
  // Node 22
  '12.4': ['--invocation-count-for-turbofan=45000'],
  // Node 24
  '13.6': ['--invocation-count-for-turbofan=45000', '--invocation-count-for-maglev=6000'],
};

// A version that is not here may not know these flags, and would say so on standard error.
const known = patience[versions.v8.split('.').slice(0, 2).join('.')];
for (const flag of known ? [...known, '--no-parallel-scavenge', '--optimize-for-size'] : []) setFlagsFromString(flag);
