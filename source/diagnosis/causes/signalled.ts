/**
 * A catchable signal, sent to this one worker from outside: TERM, QUIT, INT or ABRT, or HUP, USR2 or ALRM by a careless `pkill`.
 *
 * TERM, QUIT and INT end a worker with exit 0, like every deliberate stop; they are told apart only where the log is
 * complete and the class has no other way to leave by itself.
 */
import {isAtLeast} from '../../gunicorn/versions.js';
import type {Circumstances} from '../../ledger/circumstances.js';
import {insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  exitCode,
  exitEvidence,
  exitSignal,
  heartbeatWasFresh,
  known,
  masterWentOn,
  ownLine,
  toldToLeave,
} from '../facts.js';

/** Signals that a worker has no handler for, and that nothing in gunicorn sends to one (workers/base.py init_signals). */
const misdirected: ReadonlySet<string> = new Set(['SIGHUP', 'SIGUSR2', 'SIGALRM', 'SIGPIPE', 'SIGVTALRM', 'SIGPROF']);
const graceful: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT']);

export const signalled: CauseRule = {
  id: 'signalled',
  means: 'a catchable signal was sent to this one worker from outside',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const self = {supports: 'signalled'} as const;
    const against = {contradicts: 'signalled'} as const;
    const signal = exitSignal(c);
    const told = toldToLeave(c, against) ?? ownLine(c, 'worker-timeout', against);
    const alone = known(masterWentOn(c, self), heartbeatWasFresh(c, self));
    if (signal !== undefined) {
      if (misdirected.has(signal)) return likely(...exitEvidence(c, self));
      if (!graceful.has(signal)) return ruledOut(...exitEvidence(c, against));
      if (told) return ruledOut(told);
      return alone.length > 0 && c.life.replacedBy
        ? likely(...exitEvidence(c, self), ...alone)
        : possible(...exitEvidence(c, self));
    }
    if (told) return ruledOut(told);
    const code = exitCode(c);
    if (code !== undefined && code !== 0 && code !== 1) return ruledOut(...exitEvidence(c, against));
    if (code === 1)
      return c.life.booted === false
        ? ruledOut(...exitEvidence(c, against))
        : possible(...exitEvidence(c, self), ...alone);
    const exiting = ownLine(c, 'worker-exiting', self);
    if (exiting && c.logComplete && c.life.replacedBy && c.life.booted === true && masterWentOn(c, self))
      return canLeaveByItself(c) ? possible(exiting, ...alone) : likely(exiting, ...alone);
    return insufficient('the exit status', 'who sent a signal');
  },
};

/** sys.exit in a request ends the worker, except where the class catches it: sync since 22.0, and gevent (sync.py 22.0:198, ggevent.py 26.1:127). */
function canLeaveByItself(c: Circumstances): boolean {
  const name = c.workerClass?.name;
  return !(name === 'gevent' || (name === 'sync' && isAtLeast(c.version, '22.0') === true));
}
