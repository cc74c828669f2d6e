/**
 * Ended by Python while serving: sys.exit, os._exit, or an exception that left the worker's own loop (255).
 *
 * Code 1 is also what an aborted worker ends with, and code 0 what every deliberate stop ends with. But 0 without
 * "Worker exiting" is os._exit(0): every other way out of Python prints it.
 */
import {isAtLeast} from '../../gunicorn/versions.js';
import type {Circumstances} from '../../ledger/circumstances.js';
import {said} from '../../ledger/life.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  exitCode,
  exitEvidence,
  exitSignal,
  heartbeatWasFresh,
  known,
  logEvidence,
  logHasNo,
  masterWentOn,
  maybeBooting,
  neverBooted,
  noRequestBegan,
  ownLine,
} from '../facts.js';
import {lastDoing} from '../last-doing.js';
import {mayHaveHalted, otherWords, ownWords, seemsToHaveHalted, timeoutLine} from '../own-words.js';
import {nobodySent, sentFromOutside} from '../senders.js';
import {bootFailurePrintedWithinMs, killedAfterTimeoutLineMs} from '../thresholds.js';
import type {Evidence, Judgement} from '../verdict.js';
import {leftWithoutWord, sysExitEnds} from './deliberate-exit.js';

const self = {supports: 'app-exit'} as const;
const against = {contradicts: 'app-exit'} as const;

export const appExit: CauseRule = {
  id: 'app-exit',
  means: 'ended by Python while serving: sys.exit, os._exit, or an exception that left the worker loop',
  branch: 'runtime',
  expected: false,
  judge(c) {
    if (exitSignal(c) !== undefined) return ruledOut(...exitEvidence(c, against));
    const booting = neverBooted(c, against);
    if (booting) return ruledOut(booting);
    const sent = sentFromOutside(c, against);
    if (sent) return ruledOut(sent);
    const code = exitCode(c);
    const words = otherWords(c, 'app-exit');
    // A worker that was asked to leave may still fail on its way out; one that was aborted, or failed to boot, did not.
    const isFinal = ['timeout', 'boot-timeout', 'boot-error'].includes(ownWords(c)?.cause ?? '');
    const leftInOrder = !code && !leftWithoutWord(c, 'app-exit');
    if (words && (isFinal || leftInOrder)) return ruledOut(words);
    if (code) return judgeCode(c, code, words);
    const escaped = ownWords(c)?.cause === 'app-exit' ? ownLine(c, 'exception-in-worker', self) : undefined;
    if (escaped) return confirmed(escaped, ...known(ownLine(c, 'worker-exiting', self)));

    const halted = seemsToHaveHalted(c) && c.master.halted;
    if (halted)
      return likely(
        {...logEvidence(halted, self), fact: `gunicorn stopped itself after it, and no worker was booting`},
        ...known(ownLine(c, 'worker-exiting', self)),
      );
    if (mayHaveHalted(c) && c.booted === true && c.master.halted)
      return possible({...logEvidence(c.master.halted, self), fact: 'gunicorn stopped itself, and it left first'});
    const withoutFarewell = leftWithoutFarewell(c);
    if (withoutFarewell) return likely(...exitEvidence(c, self), ...withoutFarewell);
    return code === undefined
      ? insufficient('the exit status')
      : insufficient('what tells a sys.exit(0) from a signal to stop');
  },
};

function judgeCode(c: Circumstances, code: number, words: Evidence | undefined): Judgement {
  const escaped = said(c.life, 'exception-in-worker');
  const evidence = known(
    ...exitEvidence(c, self),
    escaped && logEvidence(escaped, self),
    heartbeatWasFresh(c, {contradicts: 'timeout'}),
  );
  if (maybeBooting(c) || (c.booted === undefined && (code === 3 || code === 4))) return possible(...evidence);
  if (code === 1 && mayHaveBeenAborted(c)) return possible(...evidence);
  return code === 1 || words || c.booted === undefined ? likely(...evidence) : confirmed(...evidence);
}

/**
 * 1 is also what the abort handler leaves with, after its farewell: from within a class that catches SystemExit there is
 * no other way to it, and in the others nothing tells the two apart unless a request was seen that may have called it.
 */
function mayHaveBeenAborted(c: Circumstances): boolean {
  if (noRequestBegan(c, against)) return true;
  const hasFarewell = said(c.life, 'worker-exiting') !== undefined;
  if (hasFarewell && !sysExitEnds(c)) return true;
  if (wasNotAborted(c) || (!hasFarewell && printsNoFarewell(c))) return false;
  return lastDoing(c, 'app-exit').verdict !== 'request';
}

function printsNoFarewell(c: Circumstances): boolean {
  const range = {withinMs: bootFailurePrintedWithinMs, hidden: true};
  return logHasNo(c, '"Worker exiting" of it', range, self) !== undefined;
}

function wasNotAborted(c: Circumstances): boolean {
  const signals = ['SIGABRT'];
  const origins = ['master', 'itself', 'kernel', 'memory-daemon', 'outside'] as const;
  return nobodySent(c, 'SIGABRT', {signals, origins, withinMs: killedAfterTimeoutLineMs}, self) !== undefined;
}

/** Exit 0, read or left as the only one that gunicorn does not print, and no "Worker exiting" either. */
function leftWithoutFarewell(c: Circumstances): readonly Evidence[] | undefined {
  if (said(c.life, 'worker-exiting') || timeoutLine(c) || c.booted !== true || !masterWentOn(c, self)) return undefined;
  const noFarewell = logHasNo(
    c,
    '"Worker exiting" of it',
    {withinMs: bootFailurePrintedWithinMs, hidden: true},
    {supports: 'app-exit'},
  );
  return noFarewell && (exitCode(c) === 0 || printsEveryOtherEnd(c)) ? [noFarewell] : undefined;
}

/** Since 21.0 gunicorn prints every exit code but 0 and every signal; 24.0.0 reaps nobody (its SIGCHLD handler is missing). */
function printsEveryOtherEnd({version}: Circumstances): boolean {
  return isAtLeast(version, '21.0') === true && version !== '24.0.0';
}
