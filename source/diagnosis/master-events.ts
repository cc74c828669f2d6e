/** What happened to the master itself, read off one observation and the ledger before and after it. */
import type {Observation} from '../observation.js';
import {currentMaster} from '../ledger/ledger.js';
import type {Ledger, MasterRecord} from '../ledger/ledger.js';
import {sameProcess} from '../ledger/life.js';

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
  return event && master ? [{atMs: observation.event.wallMs ?? observation.at.wallMs, event, pid: master.id.pid}] : [];
}

const signalEvents: Readonly<Record<string, MasterEventKind>> = {
  hup: 'reload',
  usr2: 'upgrade',
  ttin: 'scaled',
  ttou: 'scaled',
  winch: 'scaled',
};

/** How a master that is gone ended, told once its last worker is gone or another master came; undefined before. */
export function farewellOf(ledger: Ledger, master: MasterRecord): MasterEvent | undefined {
  const {goneAt} = master;
  if (!goneAt || !ledger.at) return undefined;
  const orphans = ledger.living.some((life) => sameProcess(life.master, master.id));
  const superseded = currentMaster(ledger) !== master;
  if (!superseded && (orphans || ledger.at.monotonicMs - goneAt.monotonicMs < 1000)) return undefined;
  const own = ledger.masterLog.filter(({event}) => event.emitterPid === (master.nsPid ?? master.id.pid));
  const event: MasterEventKind = own.some((fact) => fact.event.event === 'halted')
    ? 'gave-up'
    : own.some((fact) => fact.event.event === 'shutting-down' || isStop(fact.event))
      ? 'ended'
      : ledger.logShowsInfo
        ? 'lost'
        : 'ended';
  return {atMs: goneAt.wallMs, event, pid: master.id.pid};
}

function isStop(event: Ledger['masterLog'][number]['event']): boolean {
  return event.event === 'handling-signal' && ['term', 'int', 'quit'].includes(event.signal);
}
