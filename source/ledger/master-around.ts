/** The master around the death of one of its workers: what it was told, what it said, and whether it lived on. */
import type {Moment, ProcessId} from '../observation.js';
import {bootedOf} from './booted.js';
import {said, sameProcess} from './life.js';
import type {Life, LifeEnd, LogFact, LogFactOf} from './life.js';
import type {Ledger, MasterRecord} from './ledger.js';
import {drainMarginMs, recordReadWithinMs} from './limits.js';
import {printedBy} from './master-log.js';
import {isFarewell} from './orders.js';
import {unseenNear} from './unclaimed.js';

export type MasterAround = {
  readonly id: ProcessId;
  readonly aliveAfter: boolean;
  readonly goneAt?: Moment;
  /** The next master of the same target, when one was attached. */
  readonly next?: MasterRecord;
  /** Whether that one, or one that is alive beside it, was forked by it for a USR2. */
  readonly successor: boolean;
  /** The first signal to stop that it handled while the worker was there or after. */
  readonly stop?: LogFactOf<'handling-signal'>;
  /** The newest WINCH that it handled before the death: it stops all workers of a daemon, and nothing else. */
  readonly winch?: LogFactOf<'handling-signal'>;
  readonly shuttingDown?: LogFact;
  /** "Worker failed to boot" or "App failed to load", or the HaltServer traceback that stands for them. */
  readonly halted?: LogFact;
  /** The worker that made it halt, as far as that is known. */
  readonly haltedBy?: HaltedBy;
};

export type HaltedBy = {
  readonly pid: number;
  readonly isThis: boolean;
  /** Whether it had finished booting. */
  readonly booted?: boolean;
  /** What shows it: its own failure, or gunicorn's line of its exit code. */
  readonly fact?: LogFact;
};

export function masterAround(
  ledger: Ledger,
  life: Life & {readonly end: LifeEnd},
  master: MasterRecord | undefined,
): MasterAround {
  const own = master ? printedBy(ledger, master).filter(({at}) => at.monotonicMs >= life.firstSeen.monotonicMs) : [];
  const signals = own.filter((fact): fact is LogFactOf<'handling-signal'> => fact.event.event === 'handling-signal');
  const stop = signals.find(({event}) => ['term', 'int', 'quit'].includes(event.signal));
  const winch = signals.findLast((fact) => fact.event.signal === 'winch' && precedesEnd(life, fact));
  const shuttingDown = own.findLast(({event}) => event.event === 'shutting-down');
  const halted = haltIn(own, master);
  const haltedBy = haltedByOf(ledger, life, master, halted);
  const next = master && ledger.masters[ledger.masters.indexOf(master) + 1];
  return {
    id: master?.id ?? life.master,
    aliveAfter: master !== undefined && master.goneAt === undefined,
    ...(master?.goneAt && {goneAt: master.goneAt}),
    ...(next && {next}),
    successor: master?.successor !== undefined || (next !== undefined && next.parentPid === master?.id.pid),
    ...(stop && {stop}),
    ...(winch && {winch}),
    ...(shuttingDown && {shuttingDown}),
    ...(halted && {halted}),
    ...(haltedBy && {haltedBy}),
  };
}

/** Whether a record was printed before the worker began to leave, or, where that left no record, before it was missed. */
function precedesEnd(life: Life & {readonly end: LifeEnd}, fact: LogFact): boolean {
  const farewell = life.log.find(({event}) => isFarewell(event));
  return farewell ? fact.order < farewell.order : fact.at.monotonicMs <= life.end.at.monotonicMs;
}

/**
 * The record with which a master says that it gives up. One without a pid may be a broken successor's: it counts when
 * our own master was gone in that moment.
 */
export function haltIn(log: readonly LogFact[], master: MasterRecord | undefined): LogFact | undefined {
  const {goneAt, goneBy = goneAt} = master ?? {};
  const isNearItsEnd = ({monotonicMs}: Moment): boolean =>
    goneAt !== undefined &&
    goneBy !== undefined &&
    monotonicMs >= goneAt.monotonicMs - recordReadWithinMs &&
    monotonicMs <= goneBy.monotonicMs + recordReadWithinMs;
  return log.findLast(
    ({at, event}) =>
      (event.event === 'halted' || event.event === 'bare-traceback') &&
      (event.emitterPid !== undefined || isNearItsEnd(at)),
  );
}

/**
 * The first worker that failed in the time in which a halting master waits for the others. gunicorn halts for any
 * worker that ends with code 3 or 4, so one that had booted counts when its code is known.
 */
function haltedByOf(
  ledger: Ledger,
  life: Life & {readonly end: LifeEnd},
  master: MasterRecord | undefined,
  halted: LogFact | undefined,
): HaltedBy | undefined {
  // A master that forked somebody after this death was not halting.
  if (!master || life.replacedBy) return undefined;
  const until = halted?.at ?? life.end.at;
  const graceMs = (master.settings.gracefulTimeoutSeconds?.value ?? 30) * 1000 + drainMarginMs;
  const isNear = (at: Moment): boolean =>
    at.monotonicMs <= until.monotonicMs + recordReadWithinMs && until.monotonicMs - at.monotonicMs <= graceMs;
  const failed = ledger.ended.flatMap((other): ReadonlyArray<HaltedBy & {readonly order: number}> => {
    if (!sameProcess(other.master, life.master) || !other.end || !isNear(other.end.at)) return [];
    const fact = haltingFact(other);
    if (!fact && !hasHaltingExit(other)) return [];
    const booted = fact && isFailedBoot(fact) ? false : bootedOf(other, master.settings);
    return [
      {
        pid: other.id.pid,
        isThis: sameProcess(other.id, life.id),
        ...(booted !== undefined && {booted}),
        ...(fact && {fact}),
        order: fact?.order ?? 0,
      },
    ];
  });
  const unseen = unseenNear(ledger, until, graceMs)
    .filter(isFailedBoot)
    .map((fact) => ({pid: fact.event.emitterPid ?? 0, isThis: false, booted: false, fact, order: fact.order}));
  const [first] = [...failed, ...unseen].toSorted((a, b) => a.order - b.order);
  if (!first) return undefined;
  const {order: _order, ...haltedBy} = first;
  return haltedBy;
}

function hasHaltingExit({end}: Life): boolean {
  const status = end?.exit?.status;
  return status !== undefined && 'code' in status && (status.code === 3 || status.code === 4);
}

function haltingFact(life: Life): LogFact | undefined {
  const failure = life.booted === true ? undefined : life.log.find(isFailedBoot);
  const code = said(life, 'exited-with-code');
  return failure ?? (code && (code.event.code === 3 || code.event.code === 4) ? code : undefined);
}

function isFailedBoot({event}: LogFact): boolean {
  return event.event === 'exception-in-worker' || event.event === 'app-load-error' || event.event === 'lifespan-failed';
}
