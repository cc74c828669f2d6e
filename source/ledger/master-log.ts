/** What one master printed, told apart from other gunicorns that write to the same file, such as a USR2 successor. */
import type {LogEvent} from '../gunicorn/log-event.js';
import {currentMaster} from './ledger.js';
import type {Ledger, MasterRecord} from './ledger.js';
import type {LogFact} from './life.js';
import {masterLogKept, recordReadWithinMs} from './limits.js';

/** The pid that its log records carry. */
export function logPidOf({id, nsPid}: {readonly id: {readonly pid: number}; readonly nsPid?: number}): number {
  return nsPid ?? id.pid;
}

/** Whether the current master may have printed it: a record without a pid in brackets may be anybody's. */
export function isOfCurrentMaster(ledger: Ledger, {emitterPid}: LogEvent): boolean {
  const master = currentMaster(ledger);
  return master !== undefined && (emitterPid === undefined || emitterPid === logPidOf(master));
}

/**
 * The records of one master, oldest first. The same pid can be the next master's in a container: so none from before
 * the attach, and none from after its end.
 */
export function printedBy(ledger: Ledger, master: MasterRecord): readonly LogFact[] {
  const pid = logPidOf(master);
  const {goneBy} = master;
  // On a machine that is overloaded its last words are read late; but they carry when they were printed.
  const isInTime = ({at, event}: LogFact): boolean =>
    goneBy === undefined ||
    at.monotonicMs <= goneBy.monotonicMs + recordReadWithinMs ||
    (event.emitterPid === pid && event.wallMs !== undefined && event.wallMs <= goneBy.wallMs + recordReadWithinMs);
  return ledger.masterLog.filter(
    (fact) =>
      (fact.event.emitterPid === undefined || fact.event.emitterPid === pid) &&
      fact.at.monotonicMs >= master.attachedAt.monotonicMs &&
      isInTime(fact),
  );
}

/** The log with one more record, when that says something about a master's doings. */
export function withMasterFact(masterLog: readonly LogFact[], fact: LogFact): readonly LogFact[] {
  return isTelling(fact.event) ? [...masterLog.slice(1 - masterLogKept), fact] : masterLog;
}

/** An application can print tracebacks without end: they must not push a master's few words out. */
function isTelling(event: LogEvent): boolean {
  if (event.event === 'bare-traceback') return event.traceback?.exception?.includes('HaltServer') === true;
  return !(event.event === 'handling-signal' && event.signal === 'usr1');
}
