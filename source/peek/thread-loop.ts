/**
 * What runs in the thread of its own: opens the master's memory, and reads whoever is due until it is ended.
 *
 * It has its own timer, because a worker near its limit or near its death is read more often than the session ticks,
 * and because a read that blocks must hold up nobody else.
 */
import {hrtime} from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Moment, ProcessId, WorkerPeek} from '../observation.js';
import type {MasterPeek, PeekOptions, PeekReader} from './peek-reader.js';
import type {Reading} from '../observation.js';
import {
  afterReading,
  countEveryMs,
  dueOf,
  isCountDue,
  isNearLimit,
  nothingRead,
  unchangedCount,
  type Attention,
  type ReadingsSoFar,
} from './schedule.js';
import type {Plan, Progress, ThreadMessage} from './thread-messages.js';

export type LoopOptions = {
  readonly open: (masterPid: number, options: PeekOptions) => Reading<PeekReader>;
  readonly master: ProcessId;
  readonly reader: PeekOptions;
  readonly progress: Progress;
  readonly post: (message: ThreadMessage) => void;
  /** The newest plan. */
  readonly plan: () => Plan;
  /** Calls back at every new plan. */
  readonly onPlan?: (listener: () => void) => void;
  readonly signal: AbortSignal;
  readonly now?: () => Moment;
};

/** A hair more than half of what counts are due after, so that they are due at every second turn. */
const turnMs = countEveryMs / 2 + 5;
const lastWordsTurnMs = 100;
const nearLimitTurnMs = 25;
const masterEveryMs = 1000;

/** A master that is still starting is asked again. */
const retryAfterMs = [500, 1000, 2000, 5000, 10_000] as const;

/** What stacks may cost in a second: 1 % of a core. Whoever is silent is looked at even so, up to three times that. */
const looksMs = 10;

function systemNow(): Moment {
  return {wallMs: Date.now(), monotonicMs: Number(hrtime.bigint()) / 1e6};
}

export async function readMemory(options: LoopOptions): Promise<void> {
  const {signal, post} = options;
  for (const waitMs of [...retryAfterMs, undefined]) {
    options.progress.begin(options.master.pid);
    const opened = options.open(options.master.pid, options.reader);
    options.progress.end();
    if (opened.kind === 'ok') {
      post({kind: 'opened', interpreter: opened.value.interpreter});
      // oxlint-disable-next-line no-await-in-loop -- the loop that follows ends this one
      await turns(opened.value, options);
      return;
    }
    post({kind: 'refused', reading: opened});
    if (opened.kind !== 'failed' || waitMs === undefined) return;
    // oxlint-disable-next-line no-await-in-loop -- one try after the other
    await sleep(waitMs, undefined, {signal}).catch(() => undefined);
    if (signal.aborted) return;
  }
}

async function turns(reader: PeekReader, {master, progress, post, plan, onPlan, signal, now = systemNow}: LoopOptions) {
  const readings = new Map<string, ReadingsSoFar>();
  const readMaster = masterReader(reader, master, progress);
  let budget = {secondMs: Number.NEGATIVE_INFINITY, usedMs: 0};

  const readWorker = (id: ProcessId, stack: boolean): WorkerPeek => {
    progress.begin(id.pid);
    const read = reader.readWorker(id, {stack});
    progress.end();
    return read;
  };

  const mayLook = (attention: Attention, nowMs: number): boolean => {
    if (nowMs - budget.secondMs >= 1000) budget = {secondMs: nowMs, usedMs: 0};
    return budget.usedMs < (attention === 'count' || attention === 'look' ? looksMs : 3 * looksMs);
  };

  const turn = (): void => {
    const at = now();
    const nowMs = at.monotonicMs;
    const {workers, oneAtATime} = plan();
    forgetEnded(reader, readings, workers);
    const read = workers.flatMap(({id, attention, beatWallMs}): readonly WorkerPeek[] => {
      const key = keyOf(id);
      const before = readings.get(key) ?? nothingRead;
      const due = dueOf(before, attention, oneAtATime, nowMs);
      if (!due) return [];
      const stack = due.stack && mayLook(attention, nowMs);
      if (!stack && !isCountDue(before, nowMs)) return [];
      const unchanged = stack ? undefined : unchangedCount(before, beatWallMs);
      if (unchanged !== undefined) {
        const peek = {id, requestsBegun: unchanged, ...limitOf(before)};
        readings.set(key, afterReading(before, peek, nowMs, false, beatWallMs));
        return [peek];
      }
      const startMs = now().monotonicMs;
      const peek = readWorker(id, stack);
      if (stack) budget = {...budget, usedMs: budget.usedMs + now().monotonicMs - startMs};
      readings.set(key, afterReading(before, peek, nowMs, stack, settledBeat(beatWallMs, at)));
      return [peek];
    });
    const ofMaster = readMaster(nowMs);
    if (read.length > 0 || ofMaster)
      post({kind: 'read', peeked: {kind: 'peek', at, ...(ofMaster && {master: ofMaster}), workers: read}});
  };

  let pause = new AbortController();
  /** Whoever was never read may be gone before the pause is over, and whoever is silent for too long is about to be killed. */
  const isUrgent = ({workers}: Plan): boolean =>
    workers.some(({id, attention}) => attention === 'last-words' || !readings.has(keyOf(id)));
  onPlan?.(() => {
    if (isUrgent(plan())) pause.abort();
  });
  signal.addEventListener('abort', () => pause.abort());

  for (turn(); !signal.aborted; turn()) {
    pause = new AbortController();
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    await sleep(pauseMs(plan(), readings), undefined, {signal: pause.signal}).catch(() => undefined);
  }
  reader.close();
}

function pauseMs({workers}: Plan, readings: ReadonlyMap<string, ReadingsSoFar>): number {
  if ([...readings.values()].some(isNearLimit)) return nearLimitTurnMs;
  return workers.some(({attention}) => attention === 'last-words') ? lastWordsTurnMs : turnMs;
}

/** Once a second: the counter always, the settings when they are new. */
function masterReader(
  reader: PeekReader,
  {pid}: ProcessId,
  progress: Progress,
): (nowMs: number) => MasterPeek | undefined {
  let readAtMs = Number.NEGATIVE_INFINITY;
  let told = '';
  return (nowMs) => {
    if (nowMs - readAtMs < masterEveryMs) return undefined;
    readAtMs = nowMs;
    progress.begin(pid);
    const reading = reader.readMaster();
    progress.end();
    if (reading.kind !== 'ok') return undefined;
    const {settings, ...rest} = reading.value;
    const text = JSON.stringify(settings);
    if (text === told) return rest;
    told = text;
    return reading.value;
  };
}

/** Between the beat and the counting of its request lies less than that, and the beat after it may have the same time. */
const beatSettlesMs = 50;

function settledBeat(beatWallMs: number | undefined, {wallMs}: Moment): number | undefined {
  return beatWallMs !== undefined && wallMs - beatWallMs >= beatSettlesMs ? beatWallMs : undefined;
}

function limitOf({maxRequests}: ReadingsSoFar): Pick<WorkerPeek, 'maxRequests'> {
  return maxRequests === undefined ? {} : {maxRequests};
}

function forgetEnded(reader: PeekReader, readings: Map<string, ReadingsSoFar>, workers: Plan['workers']): void {
  const living = new Set(workers.map(({id}) => keyOf(id)));
  for (const key of readings.keys()) {
    if (living.has(key)) continue;
    readings.delete(key);
    const [pid, startTicks] = key.split('@').map(Number);
    reader.forgetWorker({pid: pid ?? 0, startTicks: startTicks ?? 0});
  }
}

function keyOf({pid, startTicks}: ProcessId): string {
  return `${pid}@${startTicks}`;
}
