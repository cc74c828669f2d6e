/**
 * The pure heart: folds observations into a history with verdicts, and draws the Snapshot from it.
 *
 * Live, replayed and recorded sessions all come through `observe`, so the same observations give the same
 * verdicts, byte for byte. It has no clock: time is whatever the newest observation says.
 */
import {bootLoopOf, type BootLoop} from './diagnosis/boot-loop.js';
import {headlineOf} from './diagnosis/headline.js';
import {heavyPathsOf} from './diagnosis/heavy-paths.js';
import {noIncident, settle, withPast} from './diagnosis/incident.js';
import type {Incident} from './diagnosis/incident.js';
import {farewellOf, masterEventsOf} from './diagnosis/master-events.js';
import {patternOf} from './diagnosis/pattern.js';
import {reconstructed} from './diagnosis/reconstructed.js';
import {incidentWindowMs} from './diagnosis/thresholds.js';
import {currentMaster, emptyLedger, logIsRead} from './ledger/ledger.js';
import type {Ledger} from './ledger/ledger.js';
import {logPidOf} from './ledger/master-log.js';
import {troubleNow} from './ledger/master-trouble.js';
import {endTale, retell, untold, type Tale} from './ledger/retold.js';
import {missedSoFar} from './ledger/spawns.js';
import {cpuNow, memoryNow, trafficNow} from './ledger/surroundings.js';
import {take} from './ledger/take.js';
import {wantedWorkers} from './ledger/wanted-workers.js';
import {workerRows} from './ledger/worker-row.js';
import type {LifeRow} from './ledger/worker-row.js';
import type {Settings} from './gunicorn/settings.js';
import type {Attached, HistoryObserved, Observation} from './observation.js';
import type {SourceState} from './source-state.js';
import type {MasterEvent, Missed, Pattern, Restart, Snapshot, WorkerRow} from './snapshot.js';

/** Something that became known with one observation, in the order in which it did: the stream prints these. */
export type Happening =
  | {readonly kind: 'attached'; readonly attached: Attached}
  | {readonly kind: 'restart'; readonly restart: Restart}
  | {readonly kind: 'missed'; readonly missed: Missed}
  | {readonly kind: 'master'; readonly event: MasterEvent}
  | {readonly kind: 'pattern'; readonly atMs: number; readonly pattern: Pattern};

/** Everything known so far. Opaque outside this file. */
export type Inspection = {
  readonly ledger: Ledger;
  readonly incident: Incident;
  readonly masterEvents: readonly MasterEvent[];
  /** Masters whose end was already told, by pid and start. */
  readonly farewells: ReadonlySet<string>;
  readonly missed: readonly Missed[];
  /** The log from before the attach, as far as it was told once more; absent when all of it was, or none. */
  readonly past?: Past;
};

/** An inspection of its own, whose only source is the log. */
type Past = {readonly tale: Tale; readonly inspection: Inspection};

const eventsKept = 200;

export function beginInspection(target: string): Inspection {
  return {ledger: emptyLedger(target), incident: noIncident, masterEvents: [], farewells: new Set(), missed: []};
}

/** Takes one observation in. The inspection passed in is not changed. */
export function observe(
  inspection: Inspection,
  observation: Observation,
): {readonly inspection: Inspection; readonly happenings: readonly Happening[]} {
  if (observation.kind === 'history') return observeHistory(inspection, observation);
  const ledger = take(inspection.ledger, observation);
  // Records come before the sample of the same tick: until that is there, the picture is not whole.
  const {incident, settled} = isWhole(observation)
    ? settle(inspection.incident, ledger)
    : {incident: inspection.incident, settled: []};
  const missed = missedBetween(inspection.ledger, ledger);
  const farewells = isWhole(observation) ? farewellsOf(inspection, ledger) : [];
  const events = [...farewells.map(({event}) => event), ...masterEventsOf(inspection.ledger, observation)];
  const happenings: Happening[] = [
    ...settled.map((restart): Happening => ({kind: 'restart', restart})),
    ...(missed ? [{kind: 'missed', missed} as const] : []),
    ...events.map((event): Happening => ({kind: 'master', event})),
    ...(observation.kind === 'attached' ? [{kind: 'attached', attached: observation} as const] : []),
    ...(missed || settled.some(({revision}) => revision === 1)
      ? [patternAt(incident, ledger, observation.at.wallMs)]
      : []),
  ];
  return {
    inspection: {
      ledger,
      incident,
      masterEvents:
        events.length > 0 ? [...inspection.masterEvents, ...events].slice(-eventsKept) : inspection.masterEvents,
      farewells: farewells.length > 0 ? told(inspection, farewells) : inspection.farewells,
      missed: missed ? [...inspection.missed, missed].slice(-eventsKept) : inspection.missed,
      ...(inspection.past && {past: inspection.past}),
    },
    happenings,
  };
}

/** Tells a part of the past to an inspection of its own; after the last one its restarts join those that were watched. */
function observeHistory(
  inspection: Inspection,
  {at, events, isLast}: HistoryObserved,
): {readonly inspection: Inspection; readonly happenings: readonly Happening[]} {
  const {past: before = {tale: untold, inspection: beginInspection('')}, ...rest} = inspection;
  const master = currentMaster(inspection.ledger);
  if (!master) return {inspection, happenings: []};

  const of = {logPid: logPidOf(master), settings: startOf(master.settings), offsetMs: at.wallMs - at.monotonicMs};
  const next = retell(before.tale, events, of);
  const observations = isLast ? [...next.observations, ...endTale(next.tale, at.wallMs, of)] : next.observations;
  const past = observations.reduce((so, each) => observe(so, each).inspection, before.inspection);
  if (!isLast) return {inspection: {...rest, past: {tale: next.tale, inspection: past}}, happenings: []};

  const restarts = reconstructed(past.incident.restarts, inspection.ledger, at);
  const incident = withPast(inspection.incident, restarts);
  return {
    inspection: {...rest, incident},
    happenings: [
      ...restarts.map((restart): Happening => ({kind: 'restart', restart})),
      ...(restarts.length > 0 ? [patternAt(incident, inspection.ledger, at.wallMs)] : []),
    ],
  };
}

/** What cannot have changed since the master started: a setting that a reload changes was perhaps another one then. */
function startOf({app, version, workerClass, threads}: Settings): Settings {
  return {...(app && {app}), ...(version && {version}), ...(workerClass && {workerClass}), ...(threads && {threads})};
}

function isWhole({kind}: Observation): boolean {
  return kind === 'sample' || kind === 'attached' || kind === 'master-gone';
}

function patternAt({restarts}: Incident, ledger: Ledger, atMs: number): Happening {
  return {kind: 'pattern', atMs, pattern: patternOf(restarts, atMs, bootLoopIn(restarts, ledger, atMs))};
}

function bootLoopIn(restarts: readonly Restart[], ledger: Ledger, atMs: number): BootLoop | undefined {
  return bootLoopOf(restarts, ledger, atMs, currentMaster(ledger)?.settings.app?.value);
}

/** Workers that nobody saw, as far as they became known with this observation. */
function missedBetween(before: Ledger, after: Ledger): Missed | undefined {
  const count = missedSoFar(after) - missedSoFar(before);
  if (count <= 0) return undefined;
  const {source, isExact} = howCounted(before, after);
  return {
    atMs: after.at?.wallMs ?? 0,
    count,
    atLeast: !isExact,
    why: `lived shorter than one sample; ${source}`,
  };
}

function howCounted(before: Ledger, after: Ledger): {readonly source: string; readonly isExact: boolean} {
  const {spawns} = after;
  if (spawns && spawns.hidden !== before.spawns?.hidden)
    return {source: "known from the arbiter's own counter", isExact: spawns.isExact};
  if (after.reaps && after.reaps.hidden !== (before.reaps?.hidden ?? 0))
    return {source: 'known from page faults that the master counts of its dead children', isExact: false};
  const fresh = after.unseen.slice(before.unseenCount - after.unseenCount);
  return fresh.every(({exit}) => exit !== undefined)
    ? {source: 'counted by the kernel', isExact: true}
    : {source: 'known from the log only', isExact: false};
}

type Farewell = {readonly key: string; readonly event: MasterEvent};

/** How masters ended of which that was not told yet. */
function farewellsOf({farewells}: Inspection, ledger: Ledger): readonly Farewell[] {
  return ledger.masters.flatMap((master) => {
    if (!master.goneAt) return [];
    const key = `${master.id.pid}@${master.id.startTicks}`;
    const event = farewells.has(key) ? undefined : farewellOf(ledger, master);
    return event ? [{key, event}] : [];
  });
}

/** Bounded as the masters are: of one that is forgotten nothing can be told twice. */
function told({farewells}: Inspection, news: readonly Farewell[]): ReadonlySet<string> {
  return new Set([...farewells, ...news.map(({key}) => key)].slice(-eventsKept));
}

/** The value to draw from. Cheap enough for every redraw. */
export function snapshotOf({ledger, incident, masterEvents, missed}: Inspection): Snapshot {
  const at = ledger.at ?? {wallMs: 0, monotonicMs: 0};
  const master = currentMaster(ledger);
  const wanted = master && wantedWorkers(master);
  const restartOf = new Map(incident.restarts.map((restart) => [restart.id, restart]));
  const workers = workerRows(ledger).map((row) => withVerdict(row, restartOf.get(row.id)));
  const bootLoop = bootLoopIn(incident.restarts, ledger, at.wallMs);
  const pattern = patternOf(incident.restarts, at.wallMs, bootLoop);
  const countsRequests = workers.some(({requests}) => requests !== undefined);
  return {
    at,
    target: ledger.target,
    ...(master && {
      master: {
        pid: master.id.pid,
        ...(master.nsPid !== undefined && {nsPid: master.nsPid}),
        startedMs: master.startedMs,
        ...(master.user !== undefined && {user: master.user}),
        settings: master.settings,
        ...(wanted !== undefined && {wantedWorkers: wanted}),
        alive: master.goneAt === undefined,
        trouble: troubleNow(ledger, master),
      },
    }),
    workers,
    restarts: newestFirst(incident.restarts),
    missed,
    masterEvents,
    ...(bootLoop && {bootLoop}),
    pattern,
    heavyPaths: heavyPathsOf(ledger, incident.restarts, at.wallMs),
    headline: headlineOf({
      nowMs: at.wallMs,
      masterAlive: master !== undefined && master.goneAt === undefined,
      ...(master && {settings: master.settings, trouble: troubleNow(ledger, master)}),
      everAttached: master !== undefined,
      sources: ledger.sources,
      memoryLimitBytes: memoryNow(ledger).limitBytes,
      workers,
      restarts: incident.restarts,
      pattern,
      bootLoop,
      missed: missed.filter(({atMs}) => at.wallMs - atMs <= incidentWindowMs).reduce((sum, {count}) => sum + count, 0),
    }),
    traffic: trafficNow(ledger),
    memory: memoryNow(ledger),
    cpu: cpuNow(ledger),
    sources: ledger.sources,
    ...(!countsRequests && {requestsUnknownBecause: whyNoRequests(ledger)}),
  };
}

/** One list for all snapshots with the same restarts: pictures of the past are kept, and share it. */
function newestFirst(restarts: readonly Restart[]): readonly Restart[] {
  const known = sorted.get(restarts);
  if (known !== undefined) return known;
  const made = restarts.toSorted((a, b) => b.atMs - a.atMs || b.worker.pid - a.worker.pid);
  sorted.set(restarts, made);
  return made;
}

const sorted = new WeakMap<readonly Restart[], readonly Restart[]>();

/** A dead row with what was said of its end, and when that was: the table and the list tell the same moment. */
function withVerdict(row: LifeRow, restart: Restart | undefined): WorkerRow {
  if (!row.ended || !restart) return row;
  const {cause, atMs} = restart;
  return {...row, now: cause, ended: {cause, atMs}};
}

function whyNoRequests(ledger: Ledger): string {
  const inLog = logIsRead(ledger)
    ? 'no access log carries worker pids (%(p)s in its format)'
    : 'the logs of this master are not readable';
  const memory = ledger.sources.find(({id}) => id === 'peek');
  return memory?.why === undefined ? inLog : `${inLog}, and memory is ${notReadable(memory)}`;
}

function notReadable({state, why = ''}: SourceState): string {
  return state === 'off' ? why : `not readable: ${why}`;
}
