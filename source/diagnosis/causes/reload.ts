/**
 * HUP: the whole generation was replaced. New workers are forked first, then the old ones are told to stop.
 *
 * A worker of the old generation that was killed for a timeout while it drained is a `timeout`, and one that crashed is a `crash`.
 */
import type {Circumstances} from '../../ledger/circumstances.js';
import {isAtLeast} from '../../gunicorn/versions.js';
import {confirmed, insufficient, likely, possible, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {exitCode, heartbeatWasFresh, known, logEvidence, logHasNo} from '../facts.js';
import {otherWords, ownWords} from '../own-words.js';
import {masterWasTold, notToldToStop} from '../senders.js';
import type {SpawnReason} from '../../observation.js';
import type {Life} from '../../ledger/life.js';
import {nearMs} from '../../ledger/siblings.js';
import {clearlyBelowTimeoutMs} from '../thresholds.js';
import type {Evidence, Judgement} from '../verdict.js';
import {withEvidence} from './master-stop.js';
import {leftWithoutWord, notDeliberate, orderlyExit, ownFarewell} from './deliberate-exit.js';

const self = {supports: 'reload'} as const;
const against = {contradicts: 'reload'} as const;

export const reload: CauseRule = {
  id: 'reload',
  means: 'HUP: the whole generation was replaced',
  branch: 'recycle',
  expected: true,
  judge(c) {
    const words = otherWords(c, 'reload');
    if (words) return ruledOut(words);
    const odd = notDeliberate(c, 'reload') ?? leftWithoutWord(c, 'reload');
    if (odd) return ruledOut(odd);
    const notTold = c.life.order ? undefined : notToldToStop(c, against);
    if (notTold) return ruledOut(notTold);
    const order = c.life.order?.reason === 'reload' ? c.life.order.fact : undefined;
    const hangUp = masterWasTold(c, ['SIGHUP'], self);
    const farewell = ownFarewell(c, 'reload');
    if (order) {
      // A master that is gone may have left before it told its workers anything, as with a config file that is broken.
      const wasThere = !c.master.goneAt || c.master.goneAt.monotonicMs > c.end.at.monotonicMs;
      const evidence = known(logEvidence(order, self), hangUp, farewell);
      if (!ownWords(c)) return possible(...evidence);
      return farewell && wasThere ? confirmed(...evidence) : likely(...evidence);
    }
    const noHup = logHasNo(c, 'HUP while it lived', {withinMs: c.longestDrainMs, hidden: true}, against);
    return noHup ? ruledOut(noHup) : withEvidence(judgeBirths(c), hangUp);
  },
};

/** Without a word of the log: a generation that is forked before the other ends. */
function judgeBirths(c: Circumstances): Judgement {
  const farewell = orderlyExit(c, 'reload');
  const {surplus, endedNear, living, replacement, bornMeanwhile} = c.siblings;
  const byReload = forkedByReload(c);
  if (byReload) {
    const verdict = mayHaveOverrun(c) ? possible : ownFarewell(c, 'reload') ? confirmed : likely;
    return verdict(...known(byReload, farewell));
  }
  if (replacement?.memory?.spawnReason === 'reload')
    return possible(
      ...known({source: 'peek', fact: `${replacement.id.pid} was forked by a reload as it ended`, ...self}, farewell),
    );
  const forked = replacement ? [...bornMeanwhile, replacement] : bornMeanwhile;
  if (surplus.length > 0 && forked.every(({memory}) => isOtherReason(memory?.spawnReason)))
    return ruledOut({source: 'peek', fact: 'who was forked while it lived was one worker more (TTIN)', ...against});
  if (surplus.length > 0 && !c.life.replacedBy) {
    const [first] = surplus;
    const fact =
      surplus.length === 1
        ? `worker ${first?.id.pid} was forked before it ended, and none after`
        : `${surplus.length} workers were forked before it ended, and none after`;
    const evidence = known({source: 'workers', fact, ...self}, farewell);
    return surplus.length > 1 && !mayHaveOverrun(c) ? likely(...evidence) : possible(...evidence);
  }
  if (c.life.replacedBy && allWereReplaced(c) && farewell) return judgeAllAtOnce(c, farewell);
  if (c.life.replacedBy && surplus.length === 0 && endedNear.length === 0 && living.some((other) => stayed(c, other)))
    return ruledOut({
      source: 'workers',
      fact: `${c.life.replacedBy.pid} was forked in its place, and no other worker was replaced`,
      ...against,
    });
  return insufficient('the error log');
}

/** Known, and no reload. */
function isOtherReason(reason: SpawnReason | undefined): boolean {
  return reason !== undefined && reason !== 'reload';
}

/**
 * A worker that a reload would have told to leave as well, and that waits for the next connection. Whoever came after
 * this one may be of the generation that took over, and one that is busy or hangs may be leaving.
 */
function stayed({life, end, longestDrainMs}: Circumstances, {firstSeen, glimpses}: Life): boolean {
  const toldTooMs = Math.max(life.firstSeen.monotonicMs, end.at.monotonicMs - longestDrainMs);
  return firstSeen.monotonicMs <= toldTooMs && glimpses.at(-1)?.sample.activity?.main?.kind === 'accept';
}

/** Workers that were forked while it lived, by a master that was reloading: their own memory tells. */
function forkedByReload(c: Circumstances): Evidence | undefined {
  const forked = c.siblings.surplus.filter(({memory}) => memory?.spawnReason === 'reload');
  const [first] = forked;
  if (!first || c.life.replacedBy) return undefined;
  const who = forked.length === 1 ? `worker ${first.id.pid} was` : `${forked.length} workers were`;
  return {source: 'peek', fact: `${who} forked by a reload while it lived`, atMs: first.startedMs, ...self};
}

/** No other worker is left of those that were there with it, and others took all their places. */
function allWereReplaced({siblings: {endedNear, living}, life}: Circumstances): boolean {
  const others = endedNear.filter(({order}) => order?.reason !== 'scale-down');
  return (
    others.length > 0 &&
    others.every(({replacedBy, succeededBy}) => replacedBy ?? succeededBy) &&
    living.every(({firstSeen}) => firstSeen.monotonicMs > life.lastSeen.monotonicMs - nearMs)
  );
}

/** Between two samples a whole generation can go and the next one come, so that nobody sees which was first. */
function judgeAllAtOnce(c: Circumstances, farewell: Evidence): Judgement {
  const evidence = [{source: 'workers', fact: 'all workers were replaced at once', ...self} as const, farewell];
  const {maxRequests, reload: watchesFiles} = c.settings;
  const isOnlyWay = heartbeatWasFresh(c, {}) && maxRequests?.value === 0 && watchesFiles?.value === false;
  return isOnlyWay ? likely(...evidence) : possible(...evidence);
}

/**
 * A worker that took as long as `timeout` to leave may have been aborted for that, which ends with 0, too (22.0 and
 * newer); before, a second SIGTERM may end it while it handles the abort.
 */
function mayHaveOverrun(c: Circumstances): boolean {
  const newest = c.siblings.surplus.at(-1);
  const endsWithOne = c.timeoutSeconds === undefined || isAtLeast(c.version, '22.0') === false;
  const wasNotAborted = exitCode(c) === 0 && endsWithOne;
  if (!newest || wasNotAborted || heartbeatWasFresh(c, {})) return false;
  const drainedMs = c.end.at.monotonicMs - newest.firstSeen.monotonicMs;
  return c.timeoutSeconds !== 0 && drainedMs >= (c.timeoutSeconds ?? 0) * 1000 - clearlyBelowTimeoutMs;
}
