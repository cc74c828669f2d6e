/** A boot loop folded into one fact: how many boots failed in the window, how fast, and the newest traceback. */
import {bootFailureOf, bootFailureSentence, type BootFailure} from '../gunicorn/boot-failure.js';
import type {Ledger} from '../ledger/ledger.js';
import {hasFailedBoot} from '../ledger/unseen.js';
import type {Traceback} from '../gunicorn/log-event.js';
import {changeText} from './boot-change.js';
import type {Restart} from './restart.js';
import {incidentWindowMs, loopsWithinMs, patternNeeds} from './thresholds.js';
import type {Cause} from './verdict.js';

/** Causes that end a worker in the middle of its boot without its boot having failed. */
const endsBootsToo: ReadonlySet<Cause> = new Set([
  'gave-up',
  'reload',
  'upgrade',
  'scale-down',
  'shutdown',
  'service-restart',
  'master-lost',
]);

/** A boot loop folded into one fact. */
export type BootLoop = {
  readonly count: number;
  readonly atLeast: boolean;
  readonly perMinute?: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** The newest boot failure's traceback, when the log is readable. */
  readonly traceback?: Traceback;
  /** What that one says. */
  readonly failure?: BootFailure;
  /** Why the newest failed, where no traceback says it. */
  readonly why?: string;
  /** What was changed on disk before the first of them, in words. */
  readonly changed?: string;
};

export function bootLoopOf(
  restarts: readonly Restart[],
  {unseen, unseenBefore}: Pick<Ledger, 'unseen' | 'unseenBefore'>,
  nowMs: number,
  app?: string,
): BootLoop | undefined {
  const allFailed = restarts.filter(({branch, cause}) => branch === 'boot' && !endsBootsToo.has(cause));
  const allHidden = unseen.filter(hasFailedBoot);
  const lastMs = Math.max(...allFailed.map(({atMs}) => atMs), ...allHidden.map(({at}) => at.wallMs));
  if (nowMs - lastMs > incidentWindowMs) return undefined;
  // Whole until it is over, as the incident is (incident-window.ts).
  const failed = allFailed.filter(({atMs}) => lastMs - atMs <= incidentWindowMs);
  const hidden = allHidden.filter(({at}) => lastMs - at.wallMs <= incidentWindowMs);
  const earlier = unseenBefore.filter(({fromMs}) => lastMs - fromMs <= incidentWindowMs);
  const count = failed.length + hidden.length + earlier.reduce((sum, minute) => sum + minute.failed, 0);
  if (count < patternNeeds) return undefined;
  const firstMs = Math.min(
    ...failed.map(({atMs}) => atMs),
    ...hidden.map(({at}) => at.wallMs),
    ...earlier.map(({fromMs}) => fromMs),
  );
  const told = failed.findLast((restart) => restart.bootFailure);
  const newest = failed.toSorted((a, b) => b.atMs - a.atMs)[0];
  const traceback =
    told?.traceback ?? hidden.flatMap(({log}) => log).findLast(({event}) => event.traceback)?.event.traceback;
  const failure = told?.bootFailure ?? (traceback && bootFailureOf({traceback, ...(app !== undefined && {app})}));
  const changed = changeText(failed);
  return {
    count,
    atLeast: hidden.some(({exit}) => exit === undefined) || earlier.some(({isExact}) => !isExact),
    ...(lastMs - firstMs >= 1000 && {perMinute: ((count - 1) / (lastMs - firstMs)) * 60_000}),
    firstMs,
    lastMs,
    ...(traceback && {traceback}),
    ...(failure ? {failure} : newest && {why: newest.summary}),
    ...(changed !== '' && {changed}),
  };
}

/**
 * "at least 12 failed boots, 40 a minute: missing module, ModuleNotFoundError: stripe, at shop/models.py:12,
 * requirements.txt changed 4 min earlier"; the rate while it goes on at `nowMs`.
 */
export function bootLoopText(
  {count, atLeast, perMinute, lastMs, failure, why, changed}: BootLoop,
  nowMs = lastMs,
): string {
  const said = failure ? bootFailureSentence(failure) : why;
  const what = said === undefined ? '' : `: ${said}`;
  const before = changed === undefined ? '' : `, ${changed}`;
  const goesOn = nowMs - lastMs <= loopsWithinMs;
  const rate = perMinute === undefined || !goesOn ? '' : `, ${Math.round(perMinute)} a minute`;
  return `${atLeast ? 'at least ' : ''}${count} failed boots${rate}${what}${before}`;
}
