/**
 * The heartbeat went silent for longer than `timeout`, and the master killed the worker for it.
 *
 * The master prints "WORKER TIMEOUT" at every log level before it sends SIGABRT, and nobody else prints it. What
 * the exit status then is depends on version, class and what the worker was doing (0, 1, SIGABRT or SIGKILL), so it
 * neither proves nor excludes a timeout; nor does gunicorn's "Perhaps out of memory?", printed for every SIGKILL.
 */
import type {Circumstances} from '../../ledger/circumstances.js';
import {said} from '../../ledger/life.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  heartbeatWasFresh,
  heartbeatWasSilent,
  known,
  logEvidence,
  logHasNo,
  neverBooted,
  silentWhenSeenLast,
} from '../facts.js';
import {starvation, starvationEvidence} from '../machine-evidence.js';
import {otherWords, timeoutLine} from '../own-words.js';
import {abortedByMaster, nobodySent} from '../senders.js';
import {endsWithMasterMs, killedAfterTimeoutLineMs} from '../thresholds.js';
import type {Evidence} from '../verdict.js';

const self = {supports: 'timeout'} as const;
const against = {contradicts: 'timeout'} as const;

export const timeout: CauseRule = {
  id: 'timeout',
  means: 'the heartbeat went silent for longer than timeout, and the master killed the worker',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const booting = neverBooted(c, against);
    if (booting) return ruledOut(booting);
    const line = timeoutLine(c);
    const silent = heartbeatWasSilent(c, self);
    const aborted = abortedByMaster(c, self);
    if (line || aborted) return confirmed(...known(line && logEvidence(line, self), aborted, silent, falseHint(c)));

    if (c.timeoutSeconds === 0)
      return ruledOut({source: 'settings', fact: 'timeout is 0: gunicorn kills nobody for silence', ...against});
    const words = otherWords(c, 'timeout');
    if (words && !silent) return ruledOut(words);
    const fresh = heartbeatWasFresh(c, against);
    if (fresh) return ruledOut(fresh);
    const notAborted = nobodySent(
      c,
      'SIGABRT from its master, with which a timeout begins',
      {signals: ['SIGABRT'], origins: ['master'], withinMs: killedAfterTimeoutLineMs},
      against,
    );
    if (notAborted) return ruledOut(notAborted);
    // A master that is stopping does not look at heartbeats any more (arbiter.py stop).
    if (words && c.life.order?.reason === 'shutdown') return ruledOut(words);

    const noLine = logHasNo(c, '"WORKER TIMEOUT" for it', {withinMs: killedAfterTimeoutLineMs, hidden: false}, against);
    if (noLine) return silent && !words ? possible(silent, noLine) : ruledOut(noLine);
    if (silent) return silentWhenSeenLast(c, self) && !endedWithMaster(c) ? likely(silent) : possible(silent);
    const wait = c.silence ? undefined : starvation(c);
    if (wait) return possible(...starvationEvidence(wait));
    return insufficient(c.silence ? 'the timeout setting' : 'the heartbeat', 'the error log');
  },
};

/** "Perhaps out of memory?", shown as the guess that it is. */
function falseHint(c: Circumstances): Evidence | undefined {
  const died = said(c.life, 'died-by-signal');
  if (!died?.event.outOfMemoryHint) return undefined;
  return {
    ...logEvidence(died, {contradicts: 'out-of-memory'}),
    fact: 'gunicorn prints "Perhaps out of memory?" for every SIGKILL, its own included',
  };
}

function endedWithMaster({master, end}: Circumstances): boolean {
  const {goneAt} = master;
  return goneAt !== undefined && Math.abs(goneAt.monotonicMs - end.at.monotonicMs) <= endsWithMasterMs;
}
