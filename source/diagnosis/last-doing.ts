/**
 * What the worker was doing at the onset: before its heartbeat went silent, before the first signal, else at the end.
 *
 * The last instant is often the worst witness: a process in the middle of its exit holds nothing any more.
 */
import {bootFailureOf, type BootFailure} from '../gunicorn/boot-failure.js';
import {applicationFrame, isApplicationFrame, shortFrame} from '../gunicorn/traceback.js';
import type {Traceback} from '../gunicorn/log-event.js';
import type {Circumstances} from '../ledger/circumstances.js';
import {said} from '../ledger/life.js';
import type {Glimpse} from '../ledger/life.js';
import {exitCode, maybeBooting, noRequestBegan} from './facts.js';
import {requestInMemory} from './last-request.js';
import {leavesInOrder, leaveToldMs} from './onset.js';
import {timeoutLine} from './own-words.js';
import {phaseAt, seenAtOnset, type Seen} from './seen-at-onset.js';
import {clientsCountedWithinMs} from './thresholds.js';
import type {Cause, DoingVerdict, EvidenceSource} from './verdict.js';

export type LastDoing = {
  readonly verdict: DoingVerdict;
  /** One clause, for the answer. */
  readonly why: string;
  readonly sources: readonly EvidenceSource[];
  /** For a process that was stopped: what it did before. */
  readonly before?: 'request' | 'idle';
  readonly method?: string;
  readonly path?: string;
  readonly ageSeconds?: number;
  readonly blockedOn?: string;
  readonly stack?: readonly string[];
  readonly traceback?: Traceback;
  /** How many requests were in flight, when it was not this one alone. */
  readonly inFlight?: number;
  /** Why it could not boot, where it said so. */
  readonly failure?: BootFailure;
};

/** `candidates` are the causes that were not excluded, where it is not known which it was. */
export function lastDoing(c: Circumstances, cause: Cause, candidates: readonly Cause[] = []): LastDoing {
  if (cause === 'boot-error' || c.booted === false) return booting(c);
  const seen = seenAtOnset(c, cause);
  const phase = seen?.phase;
  const fromLog = cause === 'timeout' ? requestInLog(c) : undefined;
  if (fromLog?.verdict === 'reading-request') return fromLog;
  const fromMemory = requestInMemory(c, cause);
  if (phase?.phase === 'stopped') return stopped(c, fromMemory);
  // What a worker is seen to do means something only once it serves.
  if (!fromLog && !fromMemory && maybeBooting(c))
    return {verdict: 'unknown', why: 'whether it had booted is not known', sources: []};
  const named = joined(fromLog, fromMemory);
  if (named)
    return phase?.blockedOn === undefined
      ? named
      : {...named, sources: [...named.sources, 'activity'], blockedOn: phase.blockedOn};
  if (c.drain === 'max-requests' && cause !== 'timeout')
    return {verdict: 'request', why: 'it answered the request that reached its limit', sources: ['log']};
  return fromPhase(c, [cause, ...candidates], seen);
}

function booting(c: Circumstances): LastDoing {
  const traceback = (said(c.life, 'exception-in-worker') ?? said(c.life, 'app-load-error'))?.event.traceback;
  const line = (said(c.life, 'app-load-error') ?? said(c.life, 'lifespan-failed'))?.event.text;
  const told = bootFailureOf({
    ...(traceback && {traceback}),
    ...(line !== undefined && {line}),
    ...(c.settings.app && {app: c.settings.app.value}),
  });
  const failure = told ?? (appWasNotFound(c) ? appNotFound : undefined);
  return {
    verdict: 'booting',
    why: line?.replace(/\.$/, '') ?? 'it never finished',
    sources: c.booted === false ? ['heartbeat'] : ['log'],
    ...(traceback && {traceback, stack: stackOf(traceback)}),
    ...(failure && {failure}),
  };
}

/** The log names the request that was aborted; memory knows its age and its place, where both mean the same one. */
/** Exit code 4 is gunicorn's for an application that it could not find or make, and for nothing else (arbiter.py spawn_worker). */
function appWasNotFound(c: Circumstances): boolean {
  const {halted, haltedBy} = c.master;
  const reason = halted?.event.event === 'halted' ? halted.event.reason : undefined;
  return exitCode(c) === 4 || (reason === 'app-failed-to-load' && haltedBy?.isThis === true);
}

const appNotFound: BootFailure = {kind: 'bad-app-name', message: 'gunicorn could not find or make the application'};

function joined(fromLog: LastDoing | undefined, fromMemory: LastDoing | undefined): LastDoing | undefined {
  if (!fromLog || !fromMemory) return fromLog ?? fromMemory;
  const isSame = fromLog.path === undefined || fromMemory.path === undefined || fromLog.path === fromMemory.path;
  return isSame ? {...fromLog, ...fromMemory, sources: [...fromLog.sources, ...fromMemory.sources]} : fromLog;
}

function stopped(c: Circumstances, request: LastDoing | undefined): LastDoing {
  const {lastRunning} = c.life;
  const before = request ? 'busy' : lastRunning && phaseAt(c, lastRunning).phase;
  return {
    verdict: 'stopped',
    why: 'it was stopped (SIGSTOP, a debugger or a frozen cgroup)',
    sources: ['processes'],
    ...(before === 'idle' && {before}),
    ...(before === 'busy' && {before: 'request'}),
  };
}

function fromPhase(c: Circumstances, causes: readonly [Cause, ...Cause[]], seen: Seen | undefined): LastDoing {
  const [cause] = causes;
  const phase = seen?.phase;
  if (!seen || !phase || phase.phase === 'unknown' || phase.phase === 'stopped')
    return cause === 'timeout' && c.drain
      ? {verdict: 'draining', why: 'it had been asked to leave', sources: ['log']}
      : {verdict: 'unknown', why: phase?.why ?? 'no source showed what it was doing', sources: []};
  if (phase.phase === 'idle') return seenIdle(c, causes, seen);
  const nobody = phase.phase === 'busy' ? (noRequestBegan(c, {})?.fact ?? heldNobody(c, seen)) : undefined;
  if (nobody !== undefined) return {verdict: 'unknown', why: `${phase.why}, and ${nobody}`, sources: ['activity']};
  return {
    verdict: phase.phase === 'busy' ? 'request' : 'reading-request',
    why: phase.why,
    sources: ['activity'],
    ...age(c, cause),
    ...(phase.phase === 'busy' && phase.blockedOn && {blockedOn: phase.blockedOn}),
  };
}

/**
 * Without a client a worker of one thread or of a pool has no request. Connections are counted once a second, so that a
 * client may have come since: what tells is how it stood for longer than that.
 */
function heldNobody({life: {glimpses}, workerClass}: Circumstances, {glimpse}: Seen): string | undefined {
  if (workerClass === undefined || workerClass.cooperative) return undefined;
  const isBusyForNobody = ({sample: {activity}}: Glimpse): boolean =>
    activity?.clients === 0 && activity.main !== undefined && activity.main.kind !== 'accept';
  const until = glimpses.slice(0, glimpses.indexOf(glimpse) + 1);
  const since = until[until.findLastIndex((each) => !isBusyForNobody(each)) + 1];
  const forMs = since ? glimpse.at.monotonicMs - since.at.monotonicMs : 0;
  return forMs >= clientsCountedWithinMs ? `no client was connected for ${(forMs / 1000).toFixed(1)} s` : undefined;
}

/** What comes from a request, however short: native code crashes, Python exits and counts, and memory is asked for, only while it works. */
const fromWithin: ReadonlySet<Cause> = new Set(['crash', 'app-exit', 'out-of-memory', 'max-requests']);

const countedRequests: ReadonlySet<Cause> = new Set(['max-requests']);

/**
 * Idle when it was last seen, which is not the whole story where the end came from within, or may have. A sync worker's
 * heartbeat tells whether something had begun since.
 */
function seenIdle(c: Circumstances, [cause, ...candidates]: readonly [Cause, ...Cause[]], {glimpse}: Seen): LastDoing {
  const ago = `${((c.end.at.monotonicMs - glimpse.at.monotonicMs) / 1000).toFixed(1)} s before the end`;
  const perRequest = c.workerClass?.silentInLongRequest === true;
  const beatSince = perRequest && c.silence?.readAfterDeath === true && c.silence.lastBeatWallMs > glimpse.by.wallMs;
  if (fromWithin.has(cause) && beatSince)
    return {
      verdict: 'request',
      why: `one that began less than ${ago}, too short to have been seen`,
      sources: ['heartbeat', 'activity'],
    };
  const isUndecided = cause === 'clean-exit' || cause === 'unknown';
  // With a farewell it was told to leave, or had counted its requests.
  const mayBeFromWithin = said(c.life, 'worker-exiting') === undefined ? fromWithin : countedRequests;
  const isOpen = isUndecided && candidates.some((candidate) => mayBeFromWithin.has(candidate));
  if (fromWithin.has(cause) || (isOpen && !noRequestBegan(c, {})))
    return {verdict: 'unknown', why: `it was idle ${ago}; a shorter request is not seen`, sources: ['activity']};
  if (mayHaveDrained(c, cause))
    return {
      verdict: 'unknown',
      why: `it was idle ${ago}, and when it began to leave is not known`,
      sources: ['activity'],
    };
  return {verdict: 'idle', why: `it waited for a connection ${ago}`, sources: ['activity']};
}

/** A class that serves by turns waits for its requests before its farewell: being idle then says nothing where it had some. */
function mayHaveDrained(c: Circumstances, cause: Cause): boolean {
  const isTold = leaveToldMs(c, cause) !== undefined || !leavesInOrder.has(cause);
  return !isTold && c.workerClass?.cooperative === true && c.life.glimpses.some((glimpse) => tellsWork(c, glimpse));
}

function tellsWork(c: Circumstances, glimpse: Glimpse): boolean {
  const {phase} = phaseAt(c, glimpse);
  return phase === 'busy' || phase === 'reading-request';
}

/** The request that gunicorn itself named when it aborted the worker (22.0 and newer). */
function requestInLog(c: Circumstances): LastDoing | undefined {
  const fact = said(c.life, 'request-error');
  const line = timeoutLine(c);
  if (!fact || !line || fact.order < line.order) return undefined;
  const {method, path, noRequestRead, traceback} = fact.event;
  if (noRequestRead)
    return {
      verdict: 'reading-request',
      why: 'a client had connected and sent no complete request',
      sources: ['log'],
      ...age(c, 'timeout'),
    };
  return {
    verdict: 'request',
    why: 'gunicorn named the request when it aborted the worker',
    sources: ['log'],
    ...(method && {method}),
    ...(path && {path}),
    ...age(c, 'timeout'),
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
