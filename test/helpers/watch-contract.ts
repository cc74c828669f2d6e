/**
 * The JSON stream of `gunspect watch --json`, version 1, as a contract: which lines there are, which keys each may and
 * must carry, and in which units. Written down here a second time on purpose, and not taken from the code that writes
 * the stream: a change of the stream has to be made in both places.
 */
import {
  amount,
  count,
  either,
  flag,
  listOf,
  matching,
  object,
  oneOf,
  pid,
  text,
  time,
  tuple,
  type Check,
} from './watch-shape.js';

const version = oneOf(1);
const expectedCauses = ['max-requests', 'reload', 'upgrade', 'scale-down', 'code-reload'];
const undecidedCauses = ['shutdown', 'service-restart', 'clean-exit', 'unknown'];
const faultCauses = [
  ...['boot-error', 'boot-timeout', 'boot-exit', 'timeout', 'out-of-memory', 'crash', 'app-exit', 'killed'],
  ...['signalled', 'master-lost', 'gave-up'],
];
const cause = oneOf(...expectedCauses, ...undecidedCauses, ...faultCauses);
const branch = oneOf('boot', 'runtime', 'recycle', 'platform', 'unknown');
const confidence = oneOf('certain', 'likely', 'possible');
const variant = oneOf(
  ...['long-request', 'silent-client', 'loop-blocked', 'draining', 'stopped', 'cpu-starved', 'disk', 'clock-step'],
);
const kind = oneOf('worker', 'dirty');
const id = matching(/^[a-z][a-z-]*$/);
/** A path never carries its query: it may hold a secret. */
const path = matching(/^[^?\s]+$/);
const request = object({}, {method: matching(/^[A-Z]+$/), path, ageSeconds: amount});
const exit = either(object({code: count}), object({signal: matching(/^SIG[A-Z0-9]+$/)}, {core: flag}));

function question(name: string, ...verdicts: readonly string[]): Check {
  return object({id: oneOf(name), verdict: oneOf(...verdicts), answer: text, evidence: listOf(id)});
}

const questions = tuple(
  question('doing', 'request', 'reading-request', 'booting', 'idle', 'draining', 'stopped', 'unknown'),
  question('phase', 'handling-traffic', 'starting-up', 'waiting', 'shutting-down', 'unknown'),
  question('pressure', 'memory-first', 'timeout-first', 'cpu-first', 'neither', 'unknown'),
  question('without-traffic', 'yes', 'no', 'probably-yes', 'probably-no', 'unknown'),
);

const master = object(
  {pid},
  {
    startedAt: time,
    app: text,
    version: text,
    workerClass: text,
    workers: count,
    timeoutSeconds: amount,
    gracefulTimeoutSeconds: amount,
    maxRequests: count,
    maxRequestsJitter: count,
    bind: listOf(text),
    nsPid: pid,
  },
);

const sampleWorker = object(
  {pid},
  {
    nsPid: pid,
    kind,
    state: oneOf('booting', 'hung-boot', 'idle', 'busy', 'stuck', 'draining', 'stopped', 'orphan', 'dead'),
    generation: count,
    ageSeconds: amount,
    heartbeatAgeSeconds: amount,
    requests: count,
    requestsPerSecond: amount,
    cpuPercent: amount,
    rssBytes: count,
    request,
  },
);

const restartWorker = object(
  {pid},
  {nsPid: pid, kind, startedAt: time, ageSeconds: amount, requests: count, maxRequests: count, exit},
);

const lines: Readonly<Record<string, Check>> = {
  attached: object({
    v: version,
    type: oneOf('attached'),
    at: time,
    target: text,
    master,
    sources: listOf(object({id, state: oneOf('ok', 'partly', 'denied', 'unsupported', 'failed', 'off')}, {why: text})),
  }),
  sample: object(
    {v: version, type: oneOf('sample'), at: time, lateMs: amount, workers: listOf(sampleWorker)},
    {
      traffic: object({}, {requestsPerSecond: amount, backlog: count, backlogLimit: count}),
      memory: object({}, {usedBytes: count, limitBytes: count}),
    },
  ),
  restart: object(
    {
      v: version,
      type: oneOf('restart'),
      id: matching(/^\d+@\d+$/),
      revision: count,
      at: time,
      master: object({pid}),
      worker: restartWorker,
      branch,
      cause,
      confidence,
      summary: text,
      evidence: listOf(object({source: id, fact: text}, {at: time, supports: cause, contradicts: cause})),
      questions,
      candidates: listOf(object({cause, confidence})),
    },
    {
      replacement: object({pid, at: time}, {bootSeconds: amount}),
      variant,
      during: oneOf('reload', 'max-requests', 'scale-down'),
      limit: text,
      expected: flag,
      request,
      blockedOn: text,
      stack: listOf(text),
      onsets: object({}, {heartbeatAt: time, memoryAt: time, cpuAt: time, trafficAt: time}),
      lost: object({}, {inFlight: count, secondsBelowTarget: amount, drops: count}),
      reconstructed: oneOf(true),
    },
  ),
  missed: object({v: version, type: oneOf('missed'), at: time, count, atLeast: flag, why: text}),
  master: object({
    v: version,
    type: oneOf('master'),
    at: time,
    event: oneOf('reload', 'upgrade', 'scaled', 'ended', 'lost', 'gave-up', 'back'),
    pid,
  }),
  pattern: object({
    v: version,
    type: oneOf('pattern'),
    at: time,
    pattern: oneOf(
      ...['on-boot', 'after-traffic-spike', 'fixed-interval', 'fixed-request-count'],
      ...['after-memory-climb', 'deliberate', 'mixed', 'too-few'],
    ),
    branch,
    summary: text,
    restarts: count,
    expected: count,
  }),
  detached: object({v: version, type: oneOf('detached'), at: time, why: text}),
};

/** What one line of the stream, without its line break, does against the contract. Empty when nothing. */
export function problemsOfLine(lineText: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(lineText);
  } catch {
    return [`not JSON: ${lineText}`];
  }

  const type = typeof value === 'object' && value !== null && 'type' in value ? String(value.type) : 'nothing';
  return lines[type]?.(value, type) ?? [`no such type of line: ${type}`];
}

/** What the vocabulary says of a cause whatever happened: may it be called expected, and how sure can one be. */
export function problemsOfVerdict(verdict: {
  readonly cause: string;
  readonly confidence: string;
  readonly expected?: boolean;
  readonly evidence?: ReadonlyArray<{readonly source?: string; readonly supports?: string}>;
}): readonly string[] {
  const shouldBe = expectedCauses.includes(verdict.cause)
    ? true
    : undecidedCauses.includes(verdict.cause)
      ? undefined
      : false;
  const problems: string[] = [];
  if (verdict.expected !== shouldBe) {
    problems.push(
      `${verdict.cause} must have expected ${shouldBe ?? 'left out'}, got ${verdict.expected ?? 'left out'}`,
    );
  }

  if (['clean-exit', 'unknown'].includes(verdict.cause) && verdict.confidence !== 'possible') {
    problems.push(`${verdict.cause} can only be possible, got ${verdict.confidence}`);
  }

  // Without the sender of the signal, nothing tells an administrator's kill from another program's.
  const hasSender = verdict.evidence?.some(({source, supports}) => source === 'signals' && supports === 'killed');
  if (verdict.cause === 'killed' && verdict.confidence === 'certain' && !hasSender) {
    problems.push('killed can be at most likely without the sender of the signal');
  }

  return problems;
}
