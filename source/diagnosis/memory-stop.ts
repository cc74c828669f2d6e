/**
 * A service that systemd ended because the kernel had killed one of its processes for memory: OOMPolicy=stop, which is
 * the default (systemd.service(5)). Its other workers then end with their master, for a reason that lies in one of them.
 */
import type {Circumstances} from '../ledger/circumstances.js';
import {masterWasSent, originOf, stopSignals} from './senders.js';
import type {Cause, Evidence} from './verdict.js';

export type MemoryStop = {
  readonly unit: string;
  /** The worker that was killed, where the kernel named it. */
  readonly victimPid?: number;
};

const endsWithService: ReadonlySet<Cause> = new Set(['shutdown', 'service-restart']);

/** Undefined for another cause, where the unit does not say so, and where nobody is known to have been killed. */
export function memoryStop(c: Circumstances, cause: Cause): MemoryStop | undefined {
  const unit = c.changes?.unit;
  if (!endsWithService.has(cause) || unit?.oomPolicy !== 'stop' || wasTurnedByAnother(c)) return undefined;
  const victim = c.siblings.killedForMemory;
  if (victim) return {unit: unit.name, victimPid: victim.id.pid};
  return c.outOfMemory !== undefined && c.outOfMemory.after > c.outOfMemory.before ? {unit: unit.name} : undefined;
}

/** Somebody other than systemd is known to have told the master to stop. */
function wasTurnedByAnother(c: Circumstances): boolean {
  const sent = masterWasSent(c, stopSignals);
  return sent !== undefined && !(sent.sender.name === 'systemd' && originOf(c, sent) === 'outside');
}

export function memoryStopText({unit, victimPid}: MemoryStop): string {
  const victim = victimPid === undefined ? 'one of its processes' : `worker ${victimPid}`;
  return `systemd ended ${unit} because the kernel had killed ${victim} for memory (OOMPolicy=stop)`;
}

/** As a fact beside the verdict. */
export function memoryStopEvidence(c: Circumstances, cause: Cause): readonly Evidence[] {
  const stop = memoryStop(c, cause);
  return stop ? [{source: 'changes', fact: memoryStopText(stop), supports: cause}] : [];
}
