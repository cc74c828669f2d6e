import {demoFaults, leftOutFaults, type DemoFaultId} from '../demo/demo-faults.js';
import {CommandError} from './command-error.js';
import type {TourFault} from './demo-tour.js';

/** The faults with these names, in that order; all of them without names. Throws a `CommandError` for an unknown one. */
export function chosenFaults(names: readonly string[] | undefined): readonly TourFault[] {
  return names === undefined ? demoFaults : names.map(faultNamed);
}

function faultNamed(name: string): TourFault {
  const fault = demoFaults.find(({id}) => id === name);
  if (fault) {
    return fault;
  }
  const leftOut = leftOutFaults.find(({id}) => id === name);
  if (leftOut) {
    throw new CommandError(`the demo leaves ${name} out: ${leftOut.why}`);
  }
  const ids: readonly DemoFaultId[] = demoFaults.map(({id}) => id);
  throw new CommandError(`the demo has no fault "${name}"`, `its faults are ${ids.join(', ')}`);
}
