import {beginInspection, observe, snapshotOf, type Happening, type Inspection} from '../../source/inspection.js';
import type {Observation} from '../../source/observation.js';
import type {Restart, Snapshot} from '../../source/snapshot.js';
import type {Teller} from './history.js';
import {seenBy, type View} from './history-view.js';

/** What the inspector said in the course of some observations. */
export type Told = {
  readonly happenings: readonly Happening[];
  readonly inspection: Inspection;
  readonly snapshot: Snapshot;
  /** All revisions of the restart of this pid, oldest first; of the newest life when the pid came back. */
  readonly revisions: (pid: number) => readonly Restart[];
  /** The last word on this pid. Throws when there is none. */
  readonly restart: (pid: number) => Restart;
  /** The pids that ended, in the order in which they were told first. */
  readonly pids: readonly number[];
};

export function toldOf(observations: readonly Observation[]): Told {
  let inspection = beginInspection('shop');
  const happenings: Happening[] = [];
  for (const observation of observations) {
    const result = observe(inspection, observation);
    inspection = result.inspection;
    happenings.push(...result.happenings);
  }
  const restarts = happenings.flatMap((happening) => (happening.kind === 'restart' ? [happening.restart] : []));
  const revisions = (pid: number): readonly Restart[] => {
    const id = restarts.findLast(({worker}) => worker.pid === pid)?.id;
    return restarts.filter((restart) => restart.id === id);
  };
  return {
    happenings,
    inspection,
    snapshot: snapshotOf(inspection),
    revisions,
    restart(pid) {
      const last = revisions(pid).at(-1);
      if (!last) throw new Error(`no restart of ${pid}, only of ${restarts.map(({worker}) => worker.pid).join(', ')}`);
      return last;
    },
    pids: restarts.filter(({revision}) => revision === 1).map(({worker}) => worker.pid),
  };
}

/** Tells the story to its end and three seconds more, so that every verdict is settled. */
export function tellTo(teller: Teller, view: View = {}): Told {
  return toldOf(seenBy(teller.story(), {afterSeconds: 3, ...view}));
}

/** One line of a verdict: "timeout certain runtime unexpected". */
export function inShort({cause, confidence, branch, expected}: Restart): string {
  const words = {true: 'expected', false: 'unexpected', undefined: 'origin unknown'};
  return `${cause} ${confidence} ${branch} ${words[`${expected}`]}`;
}

/** The verdicts of the four questions, in their order: "request handling-traffic timeout-first no". */
export function answersInShort({questions}: Restart): string {
  return questions.map(({verdict}) => verdict).join(' ');
}
