import {availableParallelism} from 'node:os';

type Waiting = {readonly weight: number; readonly start: () => void};

/**
 * Lets trials run side by side without one's load deciding another's timing: they mostly sleep, so two more than there
 * are processors may run at once, or as many as FAULTS_AT_ONCE says. A heavy one counts as two, and everybody waits in
 * the order of asking.
 */
const places = Number(process.env.FAULTS_AT_ONCE ?? availableParallelism() + 2);
const queue: Waiting[] = [];
let taken = 0;

function admit(): void {
  for (let next = queue[0]; next !== undefined && taken + next.weight <= places; next = queue[0]) {
    queue.shift();
    taken += next.weight;
    next.start();
  }
}

/** Runs `work` when there is room for it and resolves with its result. */
export async function inTurn<T>(isHeavy: boolean, work: () => Promise<T>): Promise<T> {
  const weight = isHeavy ? 2 : 1;
  await new Promise<void>((start) => {
    queue.push({weight, start});
    admit();
  });
  try {
    return await work();
  } finally {
    taken -= weight;
    admit();
  }
}
