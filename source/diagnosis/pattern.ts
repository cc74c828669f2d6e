/**
 * The incident as a whole: what its restarts have in common (incident-window.ts says which those are).
 *
 * The guide's timing question: on boot, after traffic, after a fixed time or count, after memory, or deliberate?
 */
import {bootFailureText} from '../gunicorn/boot-failure.js';
import {pathOf} from '../ledger/paths.js';
import {changeText} from './boot-change.js';
import type {Restart} from './restart.js';
import {bootLoopText} from './boot-loop.js';
import type {BootLoop} from './boot-loop.js';
import {incidentWindow} from './incident-window.js';
import {mostCommon} from './most-common.js';
import {fixedSpread, patternNeeds} from './thresholds.js';
import type {Branch, Cause, PatternId} from './verdict.js';

/** The incident as a whole, from all restarts in the window. */
export type Pattern = {
  readonly pattern: PatternId;
  readonly branch: Branch;
  readonly summary: string;
  readonly restarts: number;
  readonly expected: number;
  readonly firstMs?: number;
  readonly lastMs?: number;
};

/** `bootLoop` counts failed boots that no sample caught, so it speaks louder than the restarts that were seen. */
export function patternOf(restarts: readonly Restart[], nowMs: number, bootLoop?: BootLoop): Pattern {
  const {restarts: inWindow, faults, sinceMs, lastMs} = incidentWindow(restarts, nowMs);
  const pattern = bootLoop ? 'on-boot' : patternId(inWindow, faults);
  return {
    pattern,
    branch: bootLoop ? 'boot' : branchOfAll(faults.length > 0 ? faults : inWindow),
    summary: bootLoop ? bootLoopText(bootLoop) : summaryOf(pattern, inWindow, faults),
    restarts: inWindow.length,
    expected: inWindow.filter(({expected}) => expected === true).length,
    ...(sinceMs !== undefined && {firstMs: sinceMs}),
    ...(lastMs !== undefined && {lastMs}),
  };
}

function patternId(all: readonly Restart[], faults: readonly Restart[]): PatternId {
  if (all.length > 0 && all.every(({expected}) => expected === true)) return 'deliberate';
  if (faults.length >= 2 && faults.every(({branch}) => branch === 'boot')) return 'on-boot';
  if (faults.length < patternNeeds) return 'too-few';
  if (share(faults, (restart) => isAfterSpike(restart)) > mostShare) return 'after-traffic-spike';
  if (share(faults, (restart) => restart.questions[2]?.verdict === 'memory-first') > mostShare)
    return 'after-memory-climb';
  if (!outlastOneLife(faults)) return 'mixed';
  const requests = faults.flatMap(({worker}) => (worker.requests === undefined ? [] : [worker.requests]));
  if (requests.length === faults.length && isFixed(requests)) return 'fixed-request-count';
  if (faults.length > patternNeeds && isFixed(faults.map(({worker}) => worker.ageSeconds))) return 'fixed-interval';
  return 'mixed';
}

/** More than this share of the faults have something in common: then the incident has. */
const mostShare = 0.6;

/** Traffic rose before it went wrong, and before memory climbed if it did. */
function isAfterSpike({onsets: {trafficAtMs, memoryAtMs}}: Restart): boolean {
  return trafficAtMs !== undefined && trafficAtMs <= (memoryAtMs ?? Infinity);
}

function share(restarts: readonly Restart[], holds: (restart: Restart) => boolean): number {
  return restarts.length === 0 ? 0 : restarts.filter(holds).length / restarts.length;
}

/** Whether values scatter little around a mean that is not close to nothing. */
function isFixed(values: readonly number[]): boolean {
  const middle = mean(values);
  if (middle < 5) return false;
  const variance = mean(values.map((value) => (value - middle) ** 2));
  return Math.sqrt(variance) / middle < fixedSpread;
}

/** Workers that end together are of one age and share their load: only one generation after another shows what is fixed. */
function outlastOneLife(faults: readonly Restart[]): boolean {
  const ages = faults.map(({worker}) => worker.ageSeconds);
  const times = faults.map(({atMs}) => atMs);
  return Math.max(...times) - Math.min(...times) >= Math.min(...ages) * 1000;
}

function branchOfAll(restarts: readonly Restart[]): Branch {
  return mostCommon(restarts.map(({branch}) => branch)) ?? 'unknown';
}

function summaryOf(pattern: PatternId, all: readonly Restart[], faults: readonly Restart[]): string {
  if (all.length === 0) return 'no restarts seen';
  const cause: Cause | undefined = mostCommon((faults.length > 0 ? faults : all).map((restart) => restart.cause));
  const same = (faults.length > 0 ? faults : all).filter((restart) => restart.cause === cause);
  const total = `${all.length} ${all.length === 1 ? 'restart' : 'restarts'}`;
  const counted = `${same.length === all.length ? total : `${same.length} of ${total}`}: ${cause}`;
  const paths = same.flatMap(({request}) => (request?.path ? [pathOf({...request, path: request.path})] : []));
  const path = mostCommon(paths);
  const there = paths.filter((other) => other === path).length;
  const where = path ? (there === same.length ? ` in ${path}` : `, ${there} in ${path}`) : '';
  return `${counted}${where}${patternWords(pattern, faults)}${failureWords(same)}`;
}

/** ": ModuleNotFoundError: stripe, at shop.py:3, requirements.txt changed 4 min earlier", of boots that failed. */
function failureWords(same: readonly Restart[]): string {
  const failure = same.toSorted((a, b) => b.atMs - a.atMs).find(({bootFailure}) => bootFailure)?.bootFailure;
  const changed = changeText(same);
  return `${failure ? `: ${bootFailureText(failure)}` : ''}${changed === '' ? '' : `, ${changed}`}`;
}

/** ", on boot", ", after about 500 requests": what an incident's restarts have in common, as the end of a sentence; empty where nothing. */
export function patternWords(pattern: PatternId, faults: readonly Restart[]): string {
  switch (pattern) {
    case 'on-boot':
      return ', on boot';
    case 'after-traffic-spike':
      return ', after traffic spikes';
    case 'fixed-interval':
      return `, at an age of about ${Math.round(mean(faults.map(({worker}) => worker.ageSeconds)))} s`;
    case 'fixed-request-count':
      return `, after about ${Math.round(mean(faults.map(({worker}) => worker.requests ?? 0)))} requests`;
    case 'after-memory-climb':
      return ', after memory climbed';
    case 'deliberate':
      return ', all expected';
    case 'mixed':
    case 'too-few':
      return '';
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
