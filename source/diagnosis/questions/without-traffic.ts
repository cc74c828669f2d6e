/** Would it still happen with no user traffic? Reasoned from the cause and from what the worker was doing. */
import type {Circumstances} from '../../ledger/circumstances.js';
import {branchOfHalt} from '../branch.js';
import type {Life} from '../../ledger/life.js';
import {stateOf} from '../../ledger/worker-state.js';
import type {LastDoing} from '../last-doing.js';
import {memoryStop} from '../memory-stop.js';
import type {Answer, Cause, TimeoutVariant, WithoutTrafficVerdict} from '../verdict.js';

export function withoutTraffic(
  c: Circumstances,
  {cause, variant}: {readonly cause: Cause; readonly variant?: TimeoutVariant},
  last: LastDoing,
): Answer {
  const [verdict, answer] = (variant && machineReason(variant, last)) ?? reason(c, cause, last);
  return {id: 'without-traffic', verdict, answer, evidence: last.sources};
}

/** Where the machine is at fault, what the worker did matters less. */
function machineReason(variant: TimeoutVariant, last: LastDoing): readonly [WithoutTrafficVerdict, string] | undefined {
  switch (variant) {
    case 'clock-step':
      return ['yes', 'yes: the clock was set, whatever the worker was doing'];
    case 'cpu-starved':
      return last.verdict === 'idle'
        ? ['probably-yes', 'probably: it was idle, and the machine did not let it run']
        : ['unknown', 'unknown: the machine did not let it run, and whether traffic took the processor was not seen'];
    case 'disk':
    case 'long-request':
    case 'silent-client':
    case 'loop-blocked':
    case 'draining':
    case 'stopped':
      return undefined;
  }
}

function reason(c: Circumstances, cause: Cause, last: LastDoing): readonly [WithoutTrafficVerdict, string] {
  switch (cause) {
    case 'boot-error':
    case 'boot-timeout':
    case 'boot-exit':
      return ['yes', 'yes: it never got as far as serving a request'];
    case 'gave-up':
      return haltReason(c);
    case 'shutdown':
    case 'service-restart': {
      const stop = memoryStop(c, cause);
      if (!stop) return ['yes', 'yes: traffic has no part in it'];
      const victim = stop.victimPid === undefined ? 'another process' : `worker ${stop.victimPid}`;
      return ['unknown', `unknown: it had to go because ${victim} was killed for memory, whose own traffic decides`];
    }
    case 'reload':
    case 'upgrade':
    case 'scale-down':
    case 'code-reload':
    case 'master-lost':
      return ['yes', 'yes: traffic has no part in it'];
    case 'max-requests':
      return ['no', 'no: only requests count towards the limit'];
    case 'timeout':
      return timeoutReason(c, last);
    case 'out-of-memory':
      return last.verdict === 'request'
        ? ['probably-no', 'probably not: it was handling a request when it was killed']
        : ['unknown', 'unknown: whether memory grew with traffic was not seen'];
    case 'killed':
    case 'signalled':
      return ['probably-yes', 'probably: the signal came from outside, whatever the worker was doing'];
    case 'crash':
    case 'app-exit':
      return last.verdict === 'request'
        ? ['probably-no', 'probably not: it was handling a request']
        : ['unknown', `unknown: ${last.why}`];
    case 'clean-exit':
    case 'unknown':
      return ['unknown', 'unknown: the cause is not known'];
  }
}

function haltReason(c: Circumstances): readonly [WithoutTrafficVerdict, string] {
  const branch = branchOfHalt(c);
  if (branch === 'boot') return ['yes', 'yes: another worker failed to boot, and gunicorn stopped them all'];
  return branch === 'runtime'
    ? ['unknown', 'unknown: another worker was serving when it ended as if it had failed to boot']
    : ['unknown', 'unknown: which worker made gunicorn give up is not known'];
}

function timeoutReason(c: Circumstances, last: LastDoing): readonly [WithoutTrafficVerdict, string] {
  if (last.verdict === 'reading-request') return ['no', 'no: it takes a client that connects and sends nothing'];
  if (last.verdict === 'stopped') return ['yes', 'yes: a stopped process is silent with or without traffic'];
  if (last.verdict === 'idle') return ['probably-yes', 'probably: it was idle when it went silent'];
  if (last.verdict === 'draining') return ['unknown', 'unknown: it hung while finishing its last requests'];
  if (last.verdict !== 'request') return ['unknown', `unknown: ${last.why}`];
  const others = c.siblings.living.filter((other) => other.firstSeen.monotonicMs < c.end.at.monotonicMs);
  const count = others.filter((other) => wentOn(other, c)).length;
  if (count === 0) return ['probably-no', 'probably not: it hung in a request'];
  const all = count === 1 ? 'the other worker' : `the ${count} others`;
  return [
    'no',
    `no: it hung in a request, and ${count === others.length ? all : `${count} of ${others.length} others`} went on`,
  ];
}

/** That another worker is alive proves nothing: it may hang in the same request. */
function wentOn(other: Life, {settings}: Circumstances): boolean {
  const {state, heartbeatAgeMs = Infinity} = stateOf(other, settings, other.lastSeen, {
    masterGone: false,
    drain: undefined,
  });
  return state === 'idle' || heartbeatAgeMs < freshBeatMs;
}

/** Busy or not, a worker that beat this shortly ago does not hang. */
const freshBeatMs = 2000;
