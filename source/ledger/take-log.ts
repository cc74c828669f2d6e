/**
 * Files each log record under the life it is about, under the masters' log, or under `unclaimed` until its worker is seen.
 *
 * Pids in a log are those of the target's own pid namespace, and come back after a while: a record is filed
 * with the living worker of that pid, else with the one of that pid that ended last.
 */
import type {LogEvent} from '../gunicorn/log-event.js';
import type {Moment} from '../observation.js';
import type {Settings} from '../gunicorn/settings.js';
import type {Ledger, UnseenLife} from './ledger.js';
import type {Life, LogFact} from './life.js';
import {logFactsKept, masterLogKept, unclaimedForMs} from './limits.js';

export function takeLog(ledger: Ledger, fact: LogFact): Ledger {
  const logShowsInfo = ledger.logShowsInfo || fact.event.level === 'INFO' || fact.event.level === 'DEBUG';
  const next = {...ledger, logShowsInfo};
  const pid = subjectOf(fact.event);
  if (pid === undefined) return takeMasterLog(next, fact);

  const living = next.living.findLast((life) => logPid(life) === pid);
  if (living) return {...next, living: next.living.map((life) => (life === living ? withLog(life, fact) : life))};
  const ended = next.ended.findLast((life) => logPid(life) === pid);
  if (ended && isAboutThatLife(ended, fact))
    return {...next, ended: next.ended.map((life) => (life === ended ? withLog(life, fact) : life))};
  return {...next, unclaimed: [...next.unclaimed.slice(-masterLogKept), fact]};
}

/** The pid that a record is about; undefined when it is about the master. */
export function subjectOf(event: LogEvent): number | undefined {
  switch (event.event) {
    case 'booting':
    case 'worker-exiting':
    case 'worker-timeout':
    case 'exited-with-code':
    case 'died-by-signal':
    case 'graceful-timeout':
    case 'parent-changed':
      return event.emitterPid !== undefined && event.event === 'parent-changed' ? event.emitterPid : event.pid;
    case 'autorestarting':
    case 'code-changed':
    case 'request-error':
    case 'exception-in-worker':
    case 'app-load-error':
    case 'lifespan-failed':
    case 'booted':
    case 'other':
      return event.emitterPid;
    case 'starting':
    case 'listening':
    case 'using-worker':
    case 'handling-signal':
    case 'hang-up':
    case 'shutting-down':
    case 'halted':
    case 'promoted':
    case 'bare-traceback':
    case 'dirty-worker-timeout':
      return undefined;
  }
}

function takeMasterLog(ledger: Ledger, fact: LogFact): Ledger {
  const {event} = fact;
  const emitter = event.emitterPid;
  return {
    ...ledger,
    masterLog: [...ledger.masterLog.slice(1 - masterLogKept), fact],
    generation: event.event === 'hang-up' ? ledger.generation + 1 : ledger.generation,
    masters: ledger.masters.map((master, index) =>
      index === ledger.masters.length - 1 && (emitter === undefined || emitter === (master.nsPid ?? master.id.pid))
        ? {...master, settings: learnSettings(master.settings, event)}
        : master,
    ),
  };
}

/** Hands a newly seen life the records that waited for it; the rest goes on waiting. */
export function claim(life: Life, unclaimed: readonly LogFact[]): readonly [Life, readonly LogFact[]] {
  const pid = logPid(life);
  const own = unclaimed.filter((fact) => subjectOf(fact.event) === pid);
  if (own.length === 0) return [life, unclaimed];
  return [own.reduce(withLog, life), unclaimed.filter((fact) => !own.includes(fact))];
}

/** Records whose worker was never seen become unseen lives, one for each "Booting worker"; other stray records are dropped. */
export function settleUnclaimed(ledger: Ledger, now: Moment): Ledger {
  const ripe = ledger.unclaimed.filter((fact) => now.monotonicMs - fact.at.monotonicMs >= unclaimedForMs);
  if (ripe.length === 0) return ledger;
  const unseen: UnseenLife[] = ripe
    .filter((fact) => fact.event.event === 'booting')
    .map((fact) => {
      const pid = subjectOf(fact.event) as number;
      return {at: fact.at, pid, log: ledger.unclaimed.filter((other) => subjectOf(other.event) === pid)};
    });
  const settledPids = new Set(unseen.map(({pid}) => pid));
  return {
    ...ledger,
    unseen: [...ledger.unseen, ...unseen].slice(-masterLogKept),
    unclaimed: ledger.unclaimed.filter(
      (fact) => !ripe.includes(fact) && !settledPids.has(subjectOf(fact.event) as number),
    ),
  };
}

function logPid(life: Life): number {
  return life.nsPid ?? life.id.pid;
}

/** A record printed well before the life began, or a "Booting" after it ended, is about another process of that pid. */
function isAboutThatLife(life: Life, {at, event}: LogFact): boolean {
  if (event.event === 'booting') return false;
  return life.end === undefined || at.monotonicMs - life.end.at.monotonicMs < 60_000;
}

function withLog(life: Life, fact: LogFact): Life {
  const showsBooted =
    fact.event.event === 'booted' || fact.event.event === 'autorestarting' || fact.event.event === 'request-error';
  return {
    ...life,
    log: [...life.log.slice(1 - logFactsKept), fact],
    ...(showsBooted && {booted: true, bootedAt: life.bootedAt ?? fact.at}),
  };
}

/** Learns from a master's own start lines what could not be read otherwise. */
function learnSettings(settings: Settings, event: LogEvent): Settings {
  if (event.event === 'starting' && !settings.version)
    return {...settings, version: {value: event.version, source: 'log'}};
  if (event.event === 'using-worker' && !settings.workerClass)
    return {...settings, workerClass: {value: event.workerClass, source: 'log'}};
  if (event.event === 'listening' && !settings.bind)
    return {...settings, bind: {value: event.addresses, source: 'log'}};
  return settings;
}
