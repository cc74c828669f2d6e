import type {Answer, Cause} from '../../source/diagnosis/verdict.js';
import type {Restart} from '../../source/snapshot.js';
import type {LifeRow} from '../../source/ledger/worker-row.js';
import {moment} from './observations.js';

const expectedCauses: readonly Cause[] = ['max-requests', 'reload', 'upgrade', 'scale-down', 'code-reload'];
const undecidedCauses: readonly Cause[] = ['shutdown', 'service-restart', 'clean-exit', 'unknown'];

export type RestartFacts = Partial<Omit<Restart, 'worker' | 'questions'>> & {
  readonly cause: Cause;
  /** Seconds from the beginning. */
  readonly at: number;
  readonly pid?: number;
  readonly ageSeconds?: number;
  readonly requests?: number;
  readonly pressure?: 'memory-first' | 'timeout-first' | 'neither' | 'unknown';
};

/** A restart of which only the cause and the moment matter, unless more is said. */
export function restart({at, pid = 9101, ageSeconds, requests, pressure, ...facts}: RestartFacts): Restart {
  const {cause} = facts;
  const isExpected = expectedCauses.includes(cause);
  return {
    id: `${pid}@${at}`,
    revision: 1,
    atMs: moment(at).wallMs,
    master: {pid: 812},
    worker: {
      pid,
      kind: 'worker',
      startedMs: moment(at - (ageSeconds ?? 60)).wallMs,
      ageSeconds: ageSeconds ?? 60 + at,
      ...(requests !== undefined && {requests}),
    },
    branch: isExpected ? 'recycle' : 'runtime',
    confidence: 'likely',
    ...(!undecidedCauses.includes(cause) && {expected: isExpected}),
    summary: `a ${cause}`,
    evidence: [],
    questions: questions(pressure ?? 'neither'),
    candidates: [{cause, confidence: 'likely'}],
    onsets: {},
    lost: {},
    ...facts,
  };
}

function questions(pressure: NonNullable<RestartFacts['pressure']>): readonly Answer[] {
  return [
    {id: 'doing', verdict: 'unknown', answer: '', evidence: []},
    {id: 'phase', verdict: 'unknown', answer: '', evidence: []},
    {id: 'pressure', verdict: pressure, answer: '', evidence: []},
    {id: 'without-traffic', verdict: 'unknown', answer: '', evidence: []},
  ];
}

/** A row of the worker table, a minute old, idle, with a fresh heartbeat. */
export function row(pid: number, more: Partial<LifeRow> = {}): LifeRow {
  return {
    id: `${pid}@1`,
    pid,
    kind: 'worker',
    generation: 1,
    ageSeconds: 60,
    state: 'idle',
    heartbeatAgeSeconds: 3,
    rssTrend: [],
    now: 'waiting',
    ...more,
  };
}
