/** The first thing a reader sees: what is going on, in one word and one sentence. It claims nothing of a source it could not read. */
import type {Settings} from '../gunicorn/settings.js';
import type {SourceState} from '../source-state.js';
import type {MasterTroubleNow} from '../ledger/master-trouble.js';
import type {LifeRow} from '../ledger/worker-row.js';
import {changeText} from './boot-change.js';
import {bootLoopText} from './boot-loop.js';
import type {BootLoop} from './boot-loop.js';
import {limitAhead} from './limit-ahead.js';
import {mostCommon} from './most-common.js';
import {faultText} from './fault-text.js';
import {incidentWindow} from './incident-window.js';
import type {IncidentWindow} from './incident-window.js';
import {patternOf, patternWords} from './pattern.js';
import type {Pattern} from './pattern.js';
import type {Restart} from './restart.js';
import {recycleHerdOf, recycleHerdText} from './recycle-herd.js';
import {stuckText} from './stuck-text.js';
import {troubleInShort, troubleText} from './trouble-text.js';
import type {Cause} from './verdict.js';

/** The first thing a reader sees. `label` is one upper-case word, `text` one sentence. */
export type Headline = {
  readonly status: 'healthy' | 'incident' | 'recycle' | 'watching' | 'waiting';
  readonly label: string;
  readonly text: string;
  readonly sinceMs?: number;
  readonly lastMs?: number;
};

export type HeadlineInput = {
  readonly nowMs: number;
  readonly masterAlive: boolean;
  /** The settings of the current master, as far as they are known. */
  readonly settings?: Settings;
  readonly trouble?: MasterTroubleNow;
  readonly everAttached: boolean;
  readonly sources: readonly SourceState[];
  readonly memoryLimitBytes?: number | undefined;
  readonly workers: readonly LifeRow[];
  readonly restarts: readonly Restart[];
  readonly pattern: Pattern;
  readonly bootLoop: BootLoop | undefined;
  /** Deaths of the incident that only the log knows. */
  readonly missed: number;
};

export function headlineOf(input: HeadlineInput): Headline {
  const {pattern, bootLoop, nowMs} = input;
  const incident = incidentWindow(input.restarts, nowMs);
  const times = {
    ...(pattern.firstMs !== undefined && {sinceMs: pattern.firstMs}),
    ...(pattern.lastMs !== undefined && {lastMs: pattern.lastMs}),
  };
  if (!input.everAttached) return {status: 'waiting', label: 'WAITING', text: 'no gunicorn master found yet'};
  if (bootLoop) return loopHeadline(input, bootLoop);
  if (incident.faults.length > 0)
    return {status: 'incident', label: labelOf(pattern), text: incidentText(input, incident), ...times};
  if (!input.masterAlive) return {status: 'waiting', label: 'MASTER GONE', text: 'waiting for a successor', ...times};
  const stuck = input.workers.filter(({state}) => state === 'stuck' || state === 'stopped' || state === 'hung-boot');
  const trouble = troubleText(input.trouble);
  if (trouble !== '') return {status: 'incident', label: 'MASTER', text: `${trouble}${stuckNow(stuck.length)}`};
  if (stuck.length > 0) return {status: 'incident', label: 'STUCK', text: stuckText(stuck)};
  if (incident.restarts.length > 0)
    return {status: 'recycle', label: 'RECYCLE', text: recycleText(input, incident.restarts), ...times};
  return quiet(input);
}

/**
 * A boot loop with its rate, or that it is over: workers that boot and fail leave none that serves for so long. What
 * went wrong after that leads.
 */
function loopHeadline(input: HeadlineInput, bootLoop: BootLoop): Headline {
  const {masterAlive, workers, nowMs} = input;
  const {firstMs: sinceMs, lastMs} = bootLoop;
  const told = {status: 'incident', label: 'BOOT', sinceMs, lastMs} as const;
  const serving = workers.filter(({state}) => state === 'idle' || state === 'busy').length;
  const isOver = masterAlive && serving > 0 && nowMs - lastMs >= servesAfterMs;
  if (!isOver) return {...told, text: bootLoopText(bootLoop, nowMs)};
  const restarts = input.restarts.filter(({atMs, branch}) => atMs > lastMs && branch !== 'boot');
  if (incidentWindow(restarts, nowMs).faults.length > 0) {
    const newer = headlineOf({...input, restarts, bootLoop: undefined, pattern: patternOf(restarts, nowMs)});
    return {...newer, text: `${newer.text} · after ${bootLoop.count} failed boots`};
  }
  const {perMinute: _rate, ...past} = bootLoop;
  const serve = serving === 1 ? 'worker serves' : 'workers serve';
  return {...told, text: `${bootLoopText(past)} · over: ${serving} ${serve} now`};
}

/** Longer than a supervisor takes to start gunicorn again and that to fail, where neither holds back. */
const servesAfterMs = 5000;

/** Nothing has happened. Healthy is said only of heartbeats that were read and are fresh. */
function quiet({workers, missed, settings, restarts, nowMs, sources, memoryLimitBytes}: HeadlineInput): Headline {
  const timeoutSeconds = settings?.timeoutSeconds?.value;
  const lastMs = Math.max(...restarts.map(({atMs}) => atMs));
  const restarted = restarts.length === 0 ? 'no restart seen' : `no restart for ${minutes(nowMs - lastMs)}`;
  const living = workers.filter(({state, kind}) => state !== 'dead' && kind !== 'dirty');
  const all =
    living.length === 0 ? 'no worker lives' : `${living.length} ${living.length === 1 ? 'worker' : 'workers'}`;
  if (missed > 0) {
    const text = `${all}; at least ${missed} ended too soon to be seen`;
    return {status: 'watching', label: 'WATCHING', text};
  }
  const settled = living.filter(({ageSeconds}) => ageSeconds >= heartbeatFoundAfterSeconds);
  const unread = settled.filter(({heartbeatAgeSeconds}) => heartbeatAgeSeconds === undefined).length;
  const oldest = Math.max(0, ...settled.map(({heartbeatAgeSeconds}) => heartbeatAgeSeconds ?? 0));
  const why =
    unread > 0
      ? `; ${unread === settled.length ? 'heartbeats are' : `${unread} of ${settled.length} heartbeats are`} not readable${unlockText(sources, ['heartbeat'])}`
      : !timeoutSeconds && oldest > freshForSeconds
        ? `; the oldest heartbeat is ${Math.round(oldest)} s old`
        : '';
  const ahead = limitAhead(living, memoryLimitBytes);
  if (ahead !== '') return {status: 'watching', label: 'WATCHING', text: `${all}, ${restarted}${why}${ahead}`};
  return why === '' && settled.length > 0
    ? {status: 'healthy', label: 'HEALTHY', text: `${all}, heartbeats fresh, ${restarted}`}
    : {status: 'watching', label: 'WATCHING', text: `${all}, ${restarted}${why}`};
}

/** A worker's heartbeat file is found this long after its birth, at the latest. */
const heartbeatFoundAfterSeconds = 2;

/** Where no timeout tells who is stuck: a worker of the default timeout, 30 s, beats more often than this. */
const freshForSeconds = 31;

/** ": run gunspect as the same user, or as root", where one of these sources is closed and could be opened. */
function unlockText(sources: readonly SourceState[], ids: ReadonlyArray<SourceState['id']>): string {
  const unlock = sources.find(({id, state}) => ids.includes(id) && state === 'denied')?.unlock;
  return unlock === undefined ? '' : `: ${unlock}`;
}

function labelOf({branch}: Pattern): string {
  return branch === 'unknown' ? 'UNKNOWN' : branch.toUpperCase();
}

/** Causes that say themselves that the master is gone. */
const endsWithMaster: ReadonlySet<Cause | undefined> = new Set(['shutdown', 'master-lost', 'gave-up']);

function incidentText(
  {workers, masterAlive, pattern, sources, trouble}: HeadlineInput,
  {restarts, faults, isLonger}: IncidentWindow,
): string {
  const failed =
    faults.findLast((restart) => restart.cause === 'boot-error') ??
    faults.findLast((restart) => restart.cause === 'app-exit');
  if (failed && faults.some((restart) => restart.cause === 'gave-up')) return gaveUpText(failed, faults);
  const cause = mostCommon(faults.map((restart) => restart.cause));
  const isBoot = faults.every((restart) => restart.cause === 'boot-error');
  const newest = faults.filter((restart) => restart.cause === cause).toSorted((a, b) => b.atMs - a.atMs)[0];
  const expected = restarts.filter((restart) => restart.expected === true).length;
  const unclear = restarts.filter((restart) => restart.expected === undefined && !faults.includes(restart));
  const stuck = workers.filter(({state}) => state === 'stuck').length;
  const {text, isPlaced} = faultText(faults, isLonger);
  const parts = [
    isBoot ? `${counted(faults, 'worker')} failed to boot: ${newest?.summary}${changedBefore(faults)}` : text,
    isBoot ? '' : patternWords(pattern.pattern, faults),
    ...(masterAlive ? troubleInShort(trouble).map((words) => ` · ${words}`) : []),
    !isBoot && !isPlaced && newest ? ` · ${newest.summary}` : '',
    pattern.branch === 'unknown' ? unlockText(sources, ['log', 'heartbeat']) : '',
    stuckNow(stuck),
    !masterAlive && !endsWithMaster.has(cause) ? ' · the master is gone' : '',
    unclear.length > 0 ? ` · ${unclear.length} more ${sharedEnd(unclear)}` : '',
    expected > 0 ? ` · ${expected} expected` : '',
  ];
  return parts.join('');
}

/** What those have in common of which nobody can say whether they were wanted. */
function sharedEnd(unclear: readonly Restart[]): string {
  return unclear.every(({branch}) => branch === 'platform') ? 'by a stop of the master' : 'unclear';
}

function stuckNow(count: number): string {
  return count > 0 ? ` · ${count} stuck now` : '';
}

/** The worker that failed is the cause, and the siblings that gunicorn stopped for it are its price. */
function gaveUpText(failed: Restart, faults: readonly Restart[]): string {
  const alike = faults.filter((restart) => restart.cause === failed.cause);
  const siblings = faults.filter((restart) => restart.cause === 'gave-up').length;
  const others = faults.length - alike.length - siblings;
  const many = counted(alike, 'worker');
  return [
    failed.cause === 'boot-error' ? `${many} failed to boot: ` : `${many} ended as if it had failed to boot: `,
    failed.summary,
    changedBefore(alike),
    `; gunicorn stopped itself and took ${siblings} more with it`,
    others > 0 ? ` · ${others} other ${others === 1 ? 'restart' : 'restarts'}` : '',
  ].join('');
}

/** ", requirements.txt changed 4 min earlier", where something was. */
function changedBefore(failed: readonly Restart[]): string {
  const text = changeText(failed);
  return text === '' ? '' : `, ${text}`;
}

/** "14 restarts, all expected (max-requests, jitter too small: 12 within 3 s)", or "(12 max-requests, 2 reload)". */
function recycleText({settings, workers}: HeadlineInput, recent: readonly Restart[]): string {
  const kinds = [...new Set(recent.map(({cause}) => cause))];
  const each = kinds.map((kind) => `${recent.filter(({cause}) => cause === kind).length} ${kind}`);
  const living = workers.filter(({state, kind}) => state !== 'dead' && kind === 'worker').length;
  const together = recycleHerdOf(recent, settings?.workers?.value ?? living);
  const words = [
    kinds.length === 1 ? kinds[0] : each.join(', '),
    ...(together ? [recycleHerdText(together, settings?.maxRequestsJitter?.value)] : []),
  ];
  const draining = workers.filter(({state}) => state === 'draining').length;
  const rest = draining > 0 ? ` · ${draining} still draining` : '';
  return `${counted(recent, 'restart')}, ${recent.length === 1 ? '' : 'all '}expected (${words.join(', ')})${rest}`;
}

/** "1 worker", "3 workers". */
function counted(things: readonly unknown[], name: string): string {
  return `${things.length} ${name}${things.length === 1 ? '' : 's'}`;
}

/** "23 min", "3 h". */
function minutes(durationMs: number): string {
  const whole = Math.floor(durationMs / 60_000);
  return whole < 120 ? `${whole} min` : `${Math.floor(whole / 60)} h`;
}
