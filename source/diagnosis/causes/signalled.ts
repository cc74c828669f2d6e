/**
 * A catchable signal, sent to this one worker from outside: TERM, QUIT, INT or ABRT, or HUP, USR2 or ALRM by a careless `pkill`.
 *
 * TERM, QUIT and INT end a worker with exit 0, like every deliberate stop. Where the kernel's trace does not tell who sent
 * one, they are told apart only where the log is complete and the class has no other way to leave by itself.
 */
import type {Circumstances} from '../../ledger/circumstances.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  exitCode,
  exitEvidence,
  exitSignal,
  heartbeatWasFresh,
  known,
  logHasNo,
  masterWentOn,
  noRequestBegan,
  ownLine,
  silentWhenSeenLast,
} from '../facts.js';
import {otherWords} from '../own-words.js';
import {nobodySent, originOf, outsideSignal, signalEvidence, stopSignals} from '../senders.js';
import type {Evidence, Judgement} from '../verdict.js';
import {handlesAbort, sysExitEnds} from './deliberate-exit.js';

/** Signals that a worker has no handler for, and that nothing in gunicorn sends to one (workers/base.py init_signals). */
const misdirected: ReadonlySet<string> = new Set(['SIGHUP', 'SIGUSR2', 'SIGALRM', 'SIGPIPE', 'SIGVTALRM', 'SIGPROF']);
const graceful: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT']);

const self = {supports: 'signalled'} as const;
const against = {contradicts: 'signalled'} as const;

export const signalled: CauseRule = {
  id: 'signalled',
  means: 'a catchable signal was sent to this one worker from outside',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const signal = exitSignal(c);
    const told = judgeSender(c);
    if (told) return told;
    if (signal !== undefined && misdirected.has(signal)) return likely(...exitEvidence(c, self));
    const isBareAbort = signal === 'SIGABRT' && !handlesAbort(c);
    if (signal !== undefined && !graceful.has(signal) && !isBareAbort) return ruledOut(...exitEvidence(c, against));
    const words = otherWords(c, 'signalled');
    if (words) return ruledOut(words);
    if (isBareAbort) {
      const silent = silentWhenSeenLast(c, against);
      return silent ? ruledOut(silent) : possible(...exitEvidence(c, self));
    }
    const alone = known(masterWentOn(c, self), heartbeatWasFresh(c, {contradicts: 'timeout'}));
    if (signal !== undefined)
      return c.life.replacedBy && wasAlone(c)
        ? likely(...exitEvidence(c, self), ...alone)
        : possible(...exitEvidence(c, self), ...alone);
    const code = exitCode(c);
    if (code !== undefined && code !== 0 && code !== 1) return ruledOut(...exitEvidence(c, against));
    return code === 1 ? judgeAbort(c, alone) : judgeCleanExit(c);
  },
};

/** Where the sender is known, or that there was none. */
function judgeSender(c: Circumstances): Judgement | undefined {
  const sent = outsideSignal(c);
  if (!sent) {
    const none = nobodySent(
      c,
      'signal to it from outside',
      {
        signals: [...stopSignals, ...misdirected, 'SIGABRT'],
        origins: ['outside', 'kernel'],
        withinMs: c.longestDrainMs,
      },
      against,
    );
    // A broken pipe sends its signal by the thousand: it is left out of the trace.
    return none && exitSignal(c) !== 'SIGPIPE' ? ruledOut(none) : undefined;
  }
  if (sent.signal === 'SIGKILL' || originOf(c, sent) === 'memory-daemon') return undefined;
  const words = otherWords(c, 'signalled');
  if (words) return ruledOut(words);
  const evidence = known(
    signalEvidence(c, sent, self),
    ...exitEvidence(c, self),
    ownLine(c, 'worker-exiting', self),
    masterWentOn(c, self),
  );
  // A service manager, and a key of the terminal, tell the master and its workers at once.
  return c.exit && masterWentOn(c, self) ? confirmed(...evidence) : possible(...evidence);
}

/** The abort handler leaves with 1 (workers/base.py handle_abort), where nothing else does that leaves by itself. */
function judgeAbort(c: Circumstances, alone: readonly Evidence[]): Judgement {
  const exiting = ownLine(c, 'worker-exiting', self);
  const unbegun = noRequestBegan(c, self);
  const evidence = known(...exitEvidence(c, self), exiting, unbegun, ...alone);
  const isOnlyWay = unbegun ?? (exiting && !sysExitEnds(c));
  return isOnlyWay && c.booted === true ? likely(...evidence) : possible(...evidence);
}

/** Nobody else ended or was forked for nobody: that is how a reload begins. */
function wasAlone({siblings: {endedNear, surplus}}: Circumstances): boolean {
  return endedNear.length === 0 && surplus.length === 0;
}

/** A worker that left by itself and was replaced, and the log gives no reason although it would. */
function judgeCleanExit(c: Circumstances): Judgement {
  const exiting = ownLine(c, 'worker-exiting', self);
  const unbegun = noRequestBegan(c, self);
  const noOrder = c.life.order
    ? undefined
    : logHasNo(c, 'order to leave', {withinMs: c.longestDrainMs, hidden: true}, self);
  const wentOn = c.life.replacedBy && masterWentOn(c, self);
  const leftInOrder = exiting && noOrder;
  const leftAlone = unbegun && exitCode(c) === 0 && wasAlone(c);
  if (!(leftInOrder ?? leftAlone) || !wentOn || c.booted !== true)
    return insufficient('the exit status', 'who sent a signal');
  const evidence = known(
    ...(exiting ? [exiting] : exitEvidence(c, self)),
    noOrder,
    unbegun,
    wentOn,
    heartbeatWasFresh(c, {contradicts: 'timeout'}),
  );
  return unbegun || !sysExitEnds(c) ? likely(...evidence) : possible(...evidence);
}
