import fc from 'fast-check';
import type {KernelEvent, KernelSourceId, Moment, Observation, WorkerSample} from '../../source/observation.js';
import type {Sender} from '../../source/sender.js';
import type {SourceId} from '../../source/source-state.js';
import {attached, eventsOf, moment, processId, sample, sourceStates, worker} from './observations.js';

/** Sequences of observations that no gunicorn would make: nothing fits, but each one is of the right shape. */

const pids = [9101, 9102, 9103, 812, 950, 1];
const pid = fc.constantFrom(...pids);

const templates: ReadonlyArray<(pid: number, master: number) => readonly string[]> = [
  (a) => [`[${a}] [INFO] Booting worker with pid: ${a}`],
  (a) => [`[${a}] [INFO] Worker exiting (pid: ${a})`],
  (a, b) => [`[${b}] [CRITICAL] WORKER TIMEOUT (pid:${a})`],
  (a, b) => [`[${b}] [ERROR] Worker (pid:${a}) exited with code 3.`],
  (a, b) => [`[${b}] [ERROR] Worker (pid:${a}) exited with code 7`],
  (a, b) => [`[${b}] [ERROR] Worker (pid:${a}) was sent SIGKILL! Perhaps out of memory?`],
  (a, b) => [`[${b}] [WARNING] Worker with pid ${a} was terminated due to signal 11`],
  (a) => [`[${a}] [INFO] Autorestarting worker after current request.`],
  (a) => [`[${a}] [INFO] Worker reloading: /srv/shop/views.py modified`],
  (a) => [`[${a}] [INFO] Parent changed, shutting down: <Worker ${a}>`],
  (a) => [`[${a}] [ERROR] Exception in worker process`, 'Traceback (most recent call last):', 'KeyError: 1'],
  (a) => [`[${a}] [ERROR] Error handling request /checkout`, 'Traceback (most recent call last):', 'SystemExit: 1'],
  (a) => [`[${a}] [ERROR] Application startup failed. Exiting.`],
  () => ["Failed to find attribute 'app' in 'shop'."],
  () => ['Traceback (most recent call last):', "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>"],
  ...['hup', 'term', 'ttin', 'ttou', 'usr2', 'winch', 'int'].map((signal) => (_: number, b: number) => [
    `[${b}] [INFO] Handling signal: ${signal}`,
  ]),
  (_, b) => [`[${b}] [INFO] Hang up: Master`],
  (_, b) => [`[${b}] [INFO] Shutting down: Master`],
  (_, b) => [`[${b}] [ERROR] Reason: Worker failed to boot.`],
  (_, b) => [`[${b}] [INFO] Starting gunicorn 26.1.0`],
];

function stamped(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (/^\[\d/.test(line) ? `[2026-11-22 14:00:00 +0000] ${line}` : line));
}

const logAt = (at: Moment): fc.Arbitrary<readonly Observation[]> =>
  fc.tuple(fc.constantFrom(...templates), pid, pid, fc.boolean()).map(([template, a, b, loose]) =>
    eventsOf(stamped(template(a, b))).map((event) => ({
      kind: 'log',
      at,
      event: loose ? {...event, loose: true as const} : event,
    })),
  );

const workerAt = (at: Moment): fc.Arbitrary<WorkerSample> =>
  fc
    .record({
      pid,
      bornSeconds: fc.integer({min: -70, max: 40}),
      kind: fc.constantFrom('worker', 'undecided', 'dirty', 'successor', 'other'),
      processState: fc.constantFrom('R', 'S', 'D', 'T', 'Z', 'X'),
      parentPid: fc.constantFrom(812, 1),
      rssBytes: fc.option(fc.integer({min: 0, max: 2 ** 33}), {nil: undefined}),
      beatMs: fc.option(fc.integer({min: -100_000, max: 5000}), {nil: undefined}),
      notified: fc.boolean(),
      exit: fc.option(fc.constantFrom({code: 0}, {code: 3}, {signal: 'SIGKILL', core: false}), {nil: undefined}),
      main: fc.option(fc.constantFrom('client', 'accept', 'peer', 'cpu', 'lock', 'disk'), {nil: undefined}),
    })
    .map(({pid: own, bornSeconds, rssBytes, beatMs, notified, exit, main, ...rest}) => {
      const {rssBytes: _rss, ...plain} = worker(processId(own, bornSeconds), rest);
      return {
        ...plain,
        ...(rssBytes !== undefined && {rssBytes}),
        ...(beatMs !== undefined && {heartbeat: {changedWallMs: at.wallMs + beatMs, notified}}),
        ...(exit && {exit}),
        ...(main && {activity: {main: {kind: main}, clients: 1}}),
      };
    });

const sampleAt = (at: Moment): fc.Arbitrary<readonly Observation[]> =>
  fc
    .tuple(
      fc.uniqueArray(workerAt(at), {selector: ({id}) => id.pid, maxLength: 5}),
      fc.boolean(),
      fc.option(fc.record({oomKills: fc.nat(3), cgroupOomKills: fc.nat(3)}), {nil: undefined}),
    )
    .map(([workers, hasMaster, memory]) => {
      const {master, ...rest} = sample(at, workers, memory ? {memory} : {});
      return [hasMaster && master ? {...rest, master} : rest];
    });

const peekAt = (at: Moment): fc.Arbitrary<readonly Observation[]> =>
  fc
    .record(
      {
        id: fc.tuple(pid, fc.integer({min: -70, max: 40})).map(([own, seconds]) => processId(own, seconds)),
        requestsBegun: fc.nat(120),
        maxRequests: fc.constantFrom(10, 100),
        spawnReason: fc.constantFrom('initial', 'replacement', 'reload', 'scale-up'),
        requests: fc.constantFrom([], [{method: 'GET', path: '/cart', startedWallMs: at.wallMs - 700}]),
        why: fc.constant('it changed while it was read'),
      },
      {requiredKeys: ['id']},
    )
    .map((read) => [{kind: 'peek', at, workers: [read]}]);

/** One event of one of the kernel's sources; without one, something was lost. */
function kernelSaid(at: Moment, source: KernelSourceId, event?: KernelEvent): readonly Observation[] {
  return [{kind: 'kernel', at, source, events: event ? [event] : [], ...(!event && {hasGap: true})}];
}

const kernelAt = (at: Moment): fc.Arbitrary<readonly Observation[]> =>
  fc.oneof(
    fc
      .record({
        pid: fc.oneof(pid, fc.constant(812)),
        signal: fc.constantFrom('SIGTERM', 'SIGKILL', 'SIGABRT', 'SIGHUP', 'SIGTTOU', 'SIGSEGV'),
        sender: fc.constantFrom<Sender>({pid: 812}, {pid: 0, isKernel: true}, {pid: 3293, name: 'bash'}),
      })
      .map((sent) => kernelSaid(at, 'signals', {kind: 'signal', at, ...sent})),
    pid.map((own) => kernelSaid(at, 'kernel-log', {kind: 'memory-victim', at, pid: own, scope: 'cgroup'})),
    pid.map((own) => kernelSaid(at, 'kernel-log', {kind: 'fault', at, pid: own, text: 'segfault at 0'})),
    fc.constantFrom<KernelSourceId>('connector', 'kernel-log', 'signals').map((source) => kernelSaid(at, source)),
  );

const otherAt = (at: Moment): fc.Arbitrary<readonly Observation[]> =>
  fc.oneof(
    fc.constantFrom(812, 950, 9103).map((id) => [attached({id: processId(id, -5), settings: {}}, at)]),
    fc
      .subarray<SourceId>(['log', 'heartbeat', 'exits'])
      .map((denied) => sourceStates(denied).map((source) => ({kind: 'source' as const, at, source}))),
    fc.constant([{kind: 'master-gone' as const, at, id: processId(812, -900)}]),
    pid.map((own) => [{kind: 'access' as const, at, requests: [{pid: own, count: 3}]}]),
  );

/** Up to sixty steps of up to forty seconds, with the attach first or not. */
export const observationLists: fc.Arbitrary<readonly Observation[]> = fc
  .array(fc.constantFrom(0, 1, 250, 250, 250, 1300, 40_000), {maxLength: 60})
  .chain((steps) => {
    let now = 0;
    const moments = steps.map((step) => moment((now += step) / 1000));
    return fc.tuple(
      ...moments.map((at) =>
        fc.oneof(
          {arbitrary: sampleAt(at), weight: 5},
          {arbitrary: logAt(at), weight: 5},
          {arbitrary: peekAt(at), weight: 2},
          {arbitrary: kernelAt(at), weight: 2},
          {arbitrary: otherAt(at), weight: 1},
        ),
      ),
    );
  })
  .chain((lists) => fc.boolean().map((starts) => [...(starts ? [attached()] : []), ...lists.flat()]));
