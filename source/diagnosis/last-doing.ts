/**
 * What the worker was doing at the onset: before its heartbeat went silent, before the first signal, else at the end.
 *
 * The last instant is often the worst witness: a process in the middle of its exit holds nothing any more.
 */
import {phaseOf} from '../gunicorn/activity.js';
import type {WorkerPhase} from '../gunicorn/activity.js';
import {applicationFrame, isApplicationFrame, shortFrame} from '../gunicorn/traceback.js';
import type {Traceback} from '../gunicorn/log-event.js';
import type {Circumstances} from '../ledger/circumstances.js';
import {said} from '../ledger/life.js';
import type {Glimpse} from '../ledger/life.js';
import {stopSignal, handled, haltedNear} from './facts.js';
import type {Cause, DoingVerdict, EvidenceSource} from './verdict.js';

export type LastDoing = {
  readonly verdict: DoingVerdict;
  /** One clause, for the answer. */
  readonly why: string;
  readonly sources: readonly EvidenceSource[];
  readonly method?: string;
  readonly path?: string;
  readonly ageSeconds?: number;
  readonly blockedOn?: string;
  readonly stack?: readonly string[];
  readonly traceback?: Traceback;
};

export function lastDoing(c: Circumstances, cause: Cause): LastDoing {
  const bootTraceback = (said(c.life, 'exception-in-worker') ?? said(c.life, 'app-load-error'))?.event.traceback;
  if (cause === 'boot-error' || c.life.booted === false)
    return {
      verdict: 'booting',
      why: 'it had not finished booting',
      sources: c.life.booted === false ? ['heartbeat'] : ['log'],
      ...(bootTraceback && {traceback: bootTraceback, stack: stackOf(bootTraceback)}),
    };

  const glimpse = glimpseAtOnset(c, cause);
  const phase = glimpse && phaseAt(c, glimpse);
  const fromLog = requestInLog(c, cause);
  if (fromLog?.verdict === 'reading-request') return fromLog;
  if (phase?.phase === 'stopped')
    return {verdict: 'stopped', why: 'it was stopped (SIGSTOP, a debugger or a frozen cgroup)', sources: ['processes']};
  if (fromLog) return {...fromLog, ...(phase?.blockedOn && {blockedOn: phase.blockedOn})};
  if (said(c.life, 'autorestarting'))
    return {verdict: 'request', why: 'it answered the request that reached its limit', sources: ['log']};
  if (!phase || phase.phase === 'unknown')
    return {verdict: 'unknown', why: phase?.why ?? 'no source showed what it was doing', sources: []};
  if (phase.phase === 'idle') return {verdict: 'idle', why: 'it waited for a connection', sources: ['activity']};
  if (phase.phase === 'reading-request')
    return {verdict: 'reading-request', why: phase.why, sources: ['activity'], ...age(c, cause)};
  return {
    verdict: 'request',
    why: phase.why,
    sources: ['activity'],
    ...age(c, cause),
    ...(phase.blockedOn && {blockedOn: phase.blockedOn}),
  };
}

function phaseAt(c: Circumstances, glimpse: Glimpse): WorkerPhase {
  const {glimpses} = c.life;
  const before = glimpses[glimpses.indexOf(glimpse) - 1];
  return phaseOf(glimpse.sample, {
    ...(c.settings.workerClass && {workerClass: c.workerClass?.name ?? c.settings.workerClass.value}),
    ...(before && {
      usage: {
        elapsedMs: glimpse.at.monotonicMs - before.at.monotonicMs,
        cpuMs: glimpse.sample.cpuMs - before.sample.cpuMs,
        ...(glimpse.sample.voluntarySwitches !== undefined &&
          before.sample.voluntarySwitches !== undefined && {
            voluntarySwitches: glimpse.sample.voluntarySwitches - before.sample.voluntarySwitches,
          }),
      },
    }),
  });
}

/**
 * A timeout is looked at within its silence, a deliberate stop just before the signal, anything else at its end.
 * A glimpse without a memory map is never used.
 */
function glimpseAtOnset(c: Circumstances, cause: Cause): Glimpse | undefined {
  const valid = c.life.glimpses.filter(({sample}) => sample.processState !== 'Z' && sample.rssBytes !== 0);
  const asked =
    cause === 'timeout' ? undefined : (handled(c, ['hup', 'ttou', 'winch']) ?? stopSignal(c) ?? haltedNear(c));
  const gone = cause === 'master-lost' ? c.master.goneAt : undefined;
  const onset = asked?.at ?? gone;
  // A log record is read up to one sample after it was printed.
  const before = onset && valid.findLast(({at}) => at.monotonicMs < onset.monotonicMs - 250);
  return before ?? valid.at(-1);
}

/** The request that gunicorn itself named when it aborted the worker (22.0 and newer). */
function requestInLog(c: Circumstances, cause: Cause): LastDoing | undefined {
  if (cause !== 'timeout') return undefined;
  const fact = said(c.life, 'request-error');
  const line = said(c.life, 'worker-timeout');
  if (!fact || !line || fact.at.monotonicMs < line.at.monotonicMs) return undefined;
  const {method, path, noRequestRead, traceback} = fact.event;
  if (noRequestRead)
    return {
      verdict: 'reading-request',
      why: 'a client had connected and sent no complete request',
      sources: ['log'],
      ...age(c, cause),
    };
  return {
    verdict: 'request',
    why: 'gunicorn named the request when it aborted the worker',
    sources: ['log'],
    ...(method && {method}),
    ...(path && {path}),
    ...age(c, cause),
    ...(traceback && {traceback, stack: stackOf(traceback)}),
  };
}

/** For a class whose heartbeat stops with a request, the silence is the request's age. */
function age(c: Circumstances, cause: Cause): {readonly ageSeconds?: number} {
  if (!c.silence || !c.workerClass?.silentInLongRequest || cause !== 'timeout') return {};
  return {ageSeconds: c.silence.atMostMs / 1000};
}

/** "views.py:88 charge_card": from the application's innermost frame outwards, as far as the application goes. */
function stackOf(traceback: Traceback): readonly string[] {
  const frames = traceback.frames.toReversed();
  const application = applicationFrame(traceback);
  const own = application ? frames.slice(frames.indexOf(application)).filter(isApplicationFrame) : frames;
  return own.slice(0, stackKept).map(shortFrame);
}

const stackKept = 8;
