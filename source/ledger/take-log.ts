/**
 * Files each log record under the life it is about, under the masters' log, or under `unclaimed` until its worker is seen.
 *
 * Pids in a log are those of the target's own pid namespace, and come back after a while: a record is filed
 * with the living worker of that pid, else with the one of that pid that ended last.
 */
import type {LogEvent} from '../gunicorn/log-event.js';
import type {Moment} from '../observation.js';
import type {Settings} from '../gunicorn/settings.js';
import {currentMaster, withMaster} from './ledger.js';
import type {Ledger, LogCover} from './ledger.js';
import {said} from './life.js';
import type {Life, LogFact} from './life.js';
import {bootingLineWithinMs, logFactsKept, masterLogKept, startErrorMs} from './limits.js';
import {holdLoadError, isBareLoadError, mayHaveFailedToLoad, saidBy, takeLoadError} from './load-errors.js';
import {isOfCurrentMaster, logPidOf, withMasterFact} from './master-log.js';
import {takeOrder, withBooting} from './orders.js';
import {printedAtMs} from './printed-at.js';

/** Files one record; `at` is when it was read. */
export function takeLog(ledger: Ledger, {at, event}: {readonly at: Moment; readonly event: LogEvent}): Ledger {
  const fact: LogFact = {at, order: ledger.recordsRead + 1, event};
  const next = {...ledger, recordsRead: fact.order, log: withLevel(ledger.log, event)};
  if (isBareLoadError(fact)) return fileLoadError(next, fact);
  const pid = subjectOf(event);
  if (pid === undefined) return takeMasterLog(next, fact);
  // Of two gunicorns that write to one file, only our master speaks of our workers.
  if (saidByMaster.has(event.event) && !isOfCurrentMaster(next, event)) return next;
  const life = lifeOf(next, pid, fact);
  if (event.event !== 'worker-exiting' || (life && !mayHaveFailedToLoad(life))) return file(next, life, [fact]);
  const {ledger: rest, loadErrors} = takeLoadError(next, pid);
  return file(rest, life, [...loadErrors, fact]);
}

/** The life that a record about this pid is about, when one was seen. */
function lifeOf(ledger: Ledger, pid: number, fact: LogFact): Life | undefined {
  const isIt = (life: Life): boolean => logPidOf(life) === pid;
  const living = ledger.living.findLast(isIt);
  if (living) return isOfNextProcess(living, fact) ? undefined : living;
  const ended = ledger.ended.findLast(isIt);
  return ended && isAboutThatLife(ended, fact) ? ended : undefined;
}

function file(ledger: Ledger, life: Life | undefined, facts: readonly LogFact[]): Ledger {
  if (!life) return {...ledger, unclaimed: [...ledger.unclaimed, ...facts].slice(-masterLogKept)};
  const generation = currentMaster(ledger)?.generation ?? life.generation;
  const changed = facts.reduce(
    (told, fact) =>
      fact.event.event === 'booting' ? withBooting(withLog(told, fact), fact, generation) : withLog(told, fact),
    life,
  );
  const list = life.end ? 'ended' : 'living';
  return {...ledger, [list]: ledger[list].with(ledger[list].indexOf(life), changed)};
}

/** The line of a worker whose leaving was read in the same moment, from another file, or of the next one to leave. */
function fileLoadError(ledger: Ledger, fact: LogFact): Ledger {
  const life = [...ledger.ended, ...ledger.living].findLast((other) => {
    const exiting = said(other, 'worker-exiting');
    return exiting?.at.monotonicMs === fact.at.monotonicMs && mayHaveFailedToLoad(other);
  });
  return life ? file(ledger, life, [saidBy(logPidOf(life), fact)]) : holdLoadError(ledger, fact);
}

const saidByMaster: ReadonlySet<LogEvent['event']> = new Set(['worker-timeout', 'exited-with-code', 'died-by-signal']);

/** The pid that a record is about; undefined when it is about the master. */
export function subjectOf(event: LogEvent): number | undefined {
  switch (event.event) {
    case 'booting':
    case 'worker-exiting':
    case 'worker-timeout':
    case 'exited-with-code':
    case 'died-by-signal':
    case 'graceful-timeout':
      return event.pid;
    case 'parent-changed':
      return event.emitterPid ?? event.pid;
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

/** A life with one more record. */
export function withLog(life: Life, fact: LogFact): Life {
  return {
    ...life,
    log: [...life.log.slice(1 - logFactsKept), fact],
    ...(saidWhenBooted.has(fact.event.event) && {booted: true, bootedAt: life.bootedAt ?? fact.at}),
  };
}

/** Records that a worker prints only once it serves. */
const saidWhenBooted: ReadonlySet<LogEvent['event']> = new Set([
  'booted',
  'autorestarting',
  'request-error',
  'graceful-timeout',
  'parent-changed',
]);

/** INFO and DEBUG are hidden together: one that is seen shows that both the level and the file let it through. */
function withLevel(log: LogCover, {level}: LogEvent): LogCover {
  return log.showsInfo || (level !== 'INFO' && level !== 'DEBUG') ? log : {...log, showsInfo: true};
}

function takeMasterLog(ledger: Ledger, fact: LogFact): Ledger {
  const {event} = fact;
  const next = takeOrder({...ledger, masterLog: withMasterFact(ledger.masterLog, fact)}, fact);
  if (!isOfCurrentMaster(next, event)) return next;
  return withMaster(next, (master) => {
    const settings = learnSettings(master.settings, event);
    return settings === master.settings ? master : {...master, settings};
  });
}

/** "Booting worker" for a pid that was there long before: its process is gone, and the next of that pid not yet seen. */
function isOfNextProcess(life: Life, fact: LogFact): boolean {
  // It may be read late: then the time that was printed with it tells.
  const printedMs = fact.event.wallMs ?? fact.at.wallMs;
  return (
    fact.event.event === 'booting' &&
    printedAtMs(fact) - life.firstSeen.monotonicMs > bootingLineWithinMs &&
    printedMs - life.startedMs > bootingLineWithinMs + startErrorMs
  );
}

/** A "Booting" after it ended, or a record long after that, is about another process of that pid. */
function isAboutThatLife(life: Life, {at, event}: LogFact): boolean {
  if (life.end === undefined) return true;
  const sinceEndMs = at.monotonicMs - life.end.by.monotonicMs;
  if (event.event === 'booting') return sinceEndMs < bootingLineWithinMs && !hasBootingLine(life);
  return sinceEndMs < 60_000;
}

function hasBootingLine(life: Life): boolean {
  return life.log.some(({event}) => event.event === 'booting');
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
