import type {Happening} from '../inspection.js';
import type {Session} from '../session/session.js';
import type {MasterEventKind, Restart} from '../snapshot.js';

/** What was heard during one step of the tour. Revisions of an earlier step's restarts go to that step. */
export type Heard = {
  readonly restarts: readonly Restart[];
  readonly masterEvents: readonly MasterEventKind[];
};

/** Listens to a session, step by step. */
export type Hearing = {
  /** Begins the next step. The result grows while the step lasts, and with revisions after it. */
  readonly nextStep: () => Heard;
  /** Milliseconds since anything was said. */
  readonly silentMs: () => number;
  /** Resolves with true as soon as a tick finds `isDone`, with false after `deadlineMs`, or when the signal aborts. */
  readonly until: (isDone: () => boolean, deadlineMs: number, signal: AbortSignal) => Promise<boolean>;
};

/**
 * Begins to listen, in a first step. `onSaid` gets what is news: no patterns, which sum up what was said before, and no
 * revision that leaves a verdict as it was.
 */
export function listenTo(session: Session, onSaid: (happening: Happening) => void): Hearing {
  type Growing = {readonly restarts: Restart[]; readonly masterEvents: MasterEventKind[]};
  let current: Growing = {restarts: [], masterEvents: []};
  let saidAtMs = performance.now();
  const stepOf = new Map<string, Growing>();
  const isNews = newsOnly();

  const take = (happening: Happening) => {
    if (happening.kind === 'restart') {
      const {restart} = happening;
      const step = stepOf.get(restart.id) ?? current;
      stepOf.set(restart.id, step);
      step.restarts.push(restart);
    } else if (happening.kind === 'master') {
      current.masterEvents.push(happening.event.event);
    }
    if (happening.kind !== 'pattern') {
      saidAtMs = performance.now();
      if (isNews(happening)) {
        onSaid(happening);
      }
    }
  };
  session.onTick(({happenings}) => happenings.forEach(take));

  return {
    nextStep() {
      current = {restarts: [], masterEvents: []};
      return current;
    },
    silentMs: () => performance.now() - saidAtMs,
    async until(isDone, deadlineMs, signal) {
      const endMs = performance.now() + deadlineMs;
      return new Promise((resolve) => {
        const settle = (isReached: boolean) => {
          leave();
          signal.removeEventListener('abort', onAbort);
          resolve(isReached);
        };
        const onAbort = () => settle(false);
        const leave = session.onTick(() => {
          if (isDone()) {
            settle(true);
          } else if (performance.now() >= endMs) {
            settle(false);
          }
        });
        signal.addEventListener('abort', onAbort, {once: true});
        if (signal.aborted) {
          settle(false);
        }
      });
    },
  };
}

/** Leaves out the revisions that only add who replaced the worker. */
function newsOnly(): (happening: Happening) => boolean {
  const said = new Map<string, string>();
  return (happening) => {
    if (happening.kind !== 'restart') {
      return true;
    }
    const {id, cause, variant, confidence, expected} = happening.restart;
    const verdict = [cause, variant, confidence, expected].join(' ');
    const isNew = said.get(id) !== verdict;
    said.set(id, verdict);
    return isNew;
  };
}
