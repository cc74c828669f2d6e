/** What happened to the master itself, read off one observation and the ledger before and after it. */
import type {LogEvent} from '../gunicorn/log-event.js';
import type {Moment, Observation} from '../observation.js';
import {currentMaster} from '../ledger/ledger.js';
import type {Ledger, MasterRecord} from '../ledger/ledger.js';
import {sameProcess} from '../ledger/life.js';
import {haltIn} from '../ledger/master-around.js';
import {isOfCurrentMaster, printedBy} from '../ledger/master-log.js';
import {farewellAfterMs} from './thresholds.js';

export type MasterEventKind = 'reload' | 'upgrade' | 'scaled' | 'ended' | 'lost' | 'gave-up' | 'back';

export type MasterEvent = {readonly atMs: number; readonly event: MasterEventKind; readonly pid: number};

/** Events that are known at once: a signal handled, or a new master after an old one. */
export function masterEventsOf(before: Ledger, observation: Observation): readonly MasterEvent[] {
  if (observation.kind === 'attached')
    return before.masters.length === 0
      ? []
      : [{atMs: observation.at.wallMs, event: 'back', pid: observation.master.id.pid}];
  if (observation.kind !== 'log' || observation.event.event !== 'handling-signal') return [];
  const event = signalEvents[observation.event.signal];
  const master = currentMaster(before);
  // A USR2 successor writes to the same log, and handles signals of its own.
  return event && master && isOfCurrentMaster(before, observation.event)
    ? [{atMs: observation.event.wallMs ?? observation.at.wallMs, event, pid: master.id.pid}]
    : [];
}

const signalEvents: Readonly<Record<string, MasterEventKind>> = {
  hup: 'reload',
  usr2: 'upgrade',
  ttin: 'scaled',
  ttou: 'scaled',
};

/** How a master that is gone ended, told once its last worker is gone or another master came; undefined before. */
export function farewellOf(ledger: Ledger, master: MasterRecord): MasterEvent | undefined {
  const {goneAt} = master;
  if (!goneAt || !ledger.at) return undefined;
  const orphans = ledger.living.some((life) => sameProcess(life.master, master.id));
  const superseded = currentMaster(ledger) !== master;
  if (!superseded && (orphans || ledger.at.monotonicMs - goneAt.monotonicMs < farewellAfterMs)) return undefined;
  return {atMs: goneAt.wallMs, event: endOf(ledger, master, goneAt), pid: master.id.pid};
}

function endOf(ledger: Ledger, master: MasterRecord, goneAt: Moment): MasterEventKind {
  const said = printedBy(ledger, master);
  if (haltIn(said, master)) return 'gave-up';
  if (said.some(({event}) => event.event === 'shutting-down' || isStop(event))) return 'ended';
  const wasOutlived = ledger.ended.some(
    (life) => sameProcess(life.master, master.id) && life.lastSeen.monotonicMs > goneAt.monotonicMs,
  );
  const {since, showsInfo} = ledger.log;
  const wasSilent = since !== undefined && showsInfo && since.monotonicMs < goneAt.monotonicMs;
  return wasOutlived || wasSilent ? 'lost' : 'ended';
}

function isStop(event: LogEvent): boolean {
  return event.event === 'handling-signal' && ['term', 'int', 'quit'].includes(event.signal);
}
