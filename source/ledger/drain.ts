/** Whether a worker was asked to finish and leave, and for what, as far as the log and the generations tell. */
import {masterOf} from './ledger.js';
import type {Ledger} from './ledger.js';
import {said} from './life.js';
import type {DrainReason, Life, LogFact} from './life.js';

export function drainOf(ledger: Ledger, life: Life): DrainReason | undefined {
  if (said(life, 'autorestarting')) return 'max-requests';
  if (signalsOf(ledger, life, ['term', 'int', 'quit']).length > 0) return 'shutdown';
  if (signalsOf(ledger, life, ['hup']).length > 0 && life.generation < ledger.generation) return 'reload';
  if (isOldest(ledger, life) && hasOpenScaleDown(ledger, life)) return 'scale-down';
  return undefined;
}

function isOldest(ledger: Ledger, life: Life): boolean {
  return ledger.living.every((other) => other.id.startTicks >= life.id.startTicks);
}

/** A TTOU takes one worker, the oldest: it is open until a worker has gone that nobody replaced. */
function hasOpenScaleDown(ledger: Ledger, life: Life): boolean {
  if (life.replacedBy) return false;
  const asked = signalsOf(ledger, life, ['ttou', 'winch']).at(-1);
  if (!asked) return false;
  const endedAt = life.end?.at.monotonicMs ?? Infinity;
  const taken = ledger.ended.filter(
    (other) =>
      other !== life &&
      !other.replacedBy &&
      other.end !== undefined &&
      other.end.at.monotonicMs >= asked.at.monotonicMs &&
      other.end.at.monotonicMs < endedAt,
  );
  return asked.event.event === 'handling-signal' && (asked.event.signal === 'winch' || taken.length === 0);
}

/** What the life's own master said it handled of these signals while the life was there, newest last. */
function signalsOf(ledger: Ledger, life: Life, signals: readonly string[]): readonly LogFact[] {
  const master = masterOf(ledger, life);
  const pid = master && (master.nsPid ?? master.id.pid);
  return ledger.masterLog.filter(
    ({at, event}) =>
      event.event === 'handling-signal' &&
      signals.includes(event.signal) &&
      (event.emitterPid === undefined || pid === undefined || event.emitterPid === pid) &&
      at.monotonicMs >= life.firstSeen.monotonicMs &&
      (life.end === undefined || at.monotonicMs <= life.end.at.monotonicMs + 1000),
  );
}
