/**
 * Workers that no sample showed: the newest one by one, and of those before only how many failed in each minute, so
 * that a boot loop is counted to its end and takes no more room.
 */
import type {Ledger, UnseenLife, UnseenMinute} from './ledger.js';
import {unseenKept, unseenMinutesKept} from './limits.js';

const minuteMs = 60_000;

/** The ledger with one more of them. */
export function withUnseen(ledger: Ledger, life: UnseenLife): Ledger {
  const all = [...ledger.unseen, life];
  const unseenCount = ledger.unseenCount + 1;
  const [oldest] = all;
  if (all.length <= unseenKept || !oldest) return {...ledger, unseenCount, unseen: all};
  return {...ledger, unseenCount, unseen: all.slice(1), unseenBefore: withMinute(ledger.unseenBefore, oldest)};
}

function withMinute(minutes: readonly UnseenMinute[], life: UnseenLife): readonly UnseenMinute[] {
  if (!hasFailedBoot(life)) return minutes;
  const fromMs = Math.floor(life.at.wallMs / minuteMs) * minuteMs;
  const last = minutes.at(-1);
  const isSame = last?.fromMs === fromMs;
  const minute = {
    fromMs,
    failed: (isSame ? last.failed : 0) + 1,
    isExact: (isSame ? last.isExact : true) && life.exit !== undefined,
  };
  return [...(isSame ? minutes.slice(0, -1) : minutes), minute].slice(-unseenMinutesKept);
}

/**
 * Whether it failed to boot. "Booting" alone does not say so, and neither does an end that it may have been told to
 * come to.
 */
export function hasFailedBoot({log, exit}: UnseenLife): boolean {
  if (log.some(({event}) => event.event !== 'booting')) return true;
  if (exit === undefined) return false;
  return 'code' in exit ? exit.code !== 0 : !['SIGTERM', 'SIGINT', 'SIGQUIT'].includes(exit.signal);
}
