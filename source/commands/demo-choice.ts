import {demoFaults, withoutMemoryLimit, type DemoFaultId} from '../demo/demo-faults.js';
import {CommandError} from './command-error.js';
import type {TourFault} from './demo-tour.js';

const allFaults: readonly TourFault[] = demoFaults;

/** The faults with these names, in that order; all of them without names. Throws a `CommandError` for an unknown one. */
export function chosenFaults(names: readonly string[] | undefined): readonly TourFault[] {
  return names === undefined ? allFaults : names.map(faultNamed);
}

/** Those of the faults that this server can be given, and a line for each that it cannot. */
export function possibleFaults(
  faults: readonly TourFault[],
  {hasMemoryLimit}: {readonly hasMemoryLimit: boolean},
): {readonly possible: readonly TourFault[]; readonly leftOut: readonly string[]} {
  const isPossible = ({needsMemoryLimit}: TourFault) => hasMemoryLimit || needsMemoryLimit !== true;
  return {
    possible: faults.filter(isPossible),
    leftOut: faults.filter((fault) => !isPossible(fault)).map(({id}) => `left out: ${id}; ${withoutMemoryLimit}`),
  };
}

function faultNamed(name: string): TourFault {
  const fault = allFaults.find(({id}) => id === name);
  if (fault) {
    return fault;
  }
  const ids: readonly DemoFaultId[] = demoFaults.map(({id}) => id);
  throw new CommandError(`the demo has no fault "${name}"`, `its faults are ${ids.join(', ')}`);
}
