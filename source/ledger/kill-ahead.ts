/**
 * When gunicorn will kill a worker that is silent. As a rule once `timeout` has passed; but a master that stops, and from
 * 24.0 on one that reloads, first waits up to `graceful_timeout` for the workers that it told to leave, and meanwhile
 * looks after nobody.
 */
import {waitsInReload} from '../gunicorn/versions.js';
import type {Moment} from '../observation.js';
import {masterOf} from './ledger.js';
import type {Ledger, MasterRecord} from './ledger.js';
import {sameProcess} from './life.js';
import type {Life} from './life.js';

/** Of a worker whose last heartbeat is this old, milliseconds; negative once it is due. Undefined where nobody will. */
export function killAheadMs(ledger: Ledger, life: Life, heartbeatAgeMs: number | undefined): number | undefined {
  const master = masterOf(ledger, life);
  const limitMs = (master?.settings.timeoutSeconds?.value ?? 0) * 1000;
  if (!ledger.at || !master || master.goneAt || limitMs === 0 || heartbeatAgeMs === undefined) return undefined;
  const dueMs = limitMs - heartbeatAgeMs;
  const since = waitsSince(ledger, master);
  if (!since) return dueMs;
  const gracefulMs = (master.settings.gracefulTimeoutSeconds?.value ?? 30) * 1000;
  return Math.max(dueMs, since.monotonicMs + gracefulMs - ledger.at.monotonicMs);
}

/** When the master began to wait for workers that live on: by the log, or by what their successors were forked for. */
function waitsSince({living}: Ledger, {id, settings}: MasterRecord): Moment | undefined {
  const own = living.filter((life) => sameProcess(life.master, id) && life.kind !== 'dirty');
  const reloads = waitsInReload(settings.version?.value) === true;
  const told = own.findLast(({order}) => order?.reason === 'shutdown' || (reloads && order?.reason === 'reload'));
  if (told?.order) return told.order.fact.at;
  const successor = reloads ? own.find(({memory}) => memory?.spawnReason === 'reload') : undefined;
  const isAwaited = own.some(
    ({startedMs, memory}) => successor && startedMs < successor.startedMs && memory?.spawnReason !== 'reload',
  );
  return isAwaited ? successor?.firstSeen : undefined;
}
