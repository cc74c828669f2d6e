import {expect, test} from 'vitest';
import {history} from '../helpers/history.js';
import {startWallMs} from '../helpers/observations.js';
import {inShort, tellTo, toldOf} from '../helpers/verdicts.js';
import {seenBy} from '../helpers/history-view.js';

const shop = {version: '23.0.0', workerClass: 'sync', timeoutSeconds: 30, maxRequests: 0, reload: false};

function crash(workers: readonly number[] = [9101, 9102]) {
  return history({...shop, workers})
    .wait(3.1)
    .log('[812] [ERROR] Worker (pid:9101) was sent SIGSEGV!')
    .dies(9101, 'SIGSEGV');
}

/** When each restart was told, milliseconds after the beginning, by the time of the observation that made it known. */
function tellingTimes(observations: ReturnType<typeof seenBy>): readonly number[] {
  const seen = new Set<number>();
  return observations.flatMap((observation, index) => {
    if (observation.kind !== 'sample') return [];
    const restarts = toldOf(observations.slice(0, index + 1)).happenings.filter(({kind}) => kind === 'restart').length;
    if (seen.has(restarts) || restarts === 0) return [];
    seen.add(restarts);
    return [observation.at.wallMs - startWallMs];
  });
}

test('a restart is told at most two seconds after the death, at any moment of the sampling', () => {
  const late = [0, 60, 120, 180, 240].map((phaseMs) => {
    const story = crash().wait(2.5).story();
    return (tellingTimes(seenBy(story, {phaseMs}))[0] ?? Infinity) - 3100;
  });

  expect(Math.max(...late)).toBeLessThanOrEqual(2000);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(1250);
});

test('what does not change is told once', () => {
  const told = tellTo(crash().born(9103).log('[9103] [INFO] Booting worker with pid: 9103').boots(9103).wait(130));

  expect(told.revisions(9101).map(({revision}) => revision)).toEqual([1]);
});

test('a replacement that boots later is the next revision, with the time that a worker was missing', () => {
  const told = tellTo(
    crash().wait(0.1).born(9103).log('[9103] [INFO] Booting worker with pid: 9103').wait(4).boots(9103).wait(8),
  );

  expect(
    told.revisions(9101).map(({revision, replacement}) => [revision, replacement?.bootSeconds !== undefined]),
  ).toEqual([
    [1, false],
    [2, true],
  ]);
  expect(told.restart(9101).lost.secondsBelowTarget).toBeGreaterThan(3.9);
});

test('a record that is read late changes the verdict in the next revision', () => {
  const told = tellTo(
    history({...shop, workers: [9101, 9102]})
      .wait(3.1)
      .dies(9101, 'SIGSEGV')
      .born(9103)
      .wait(3)
      .log('[812] [ERROR] Worker (pid:9101) was sent SIGSEGV!')
      .wait(3),
    {without: ['exits']},
  );

  expect(told.revisions(9101).map(inShort)).toEqual([
    'unknown possible unknown origin unknown',
    'crash likely runtime unexpected',
  ]);
});

const stop = (workers: readonly number[]) =>
  workers
    .reduce(
      (teller, pid) => teller.log(`[${pid}] [INFO] Worker exiting (pid: ${pid})`).wait(0.01).dies(pid, 0),
      history({...shop, workers})
        .wait(5)
        .log('[812] [INFO] Handling signal: term')
        .wait(0.01),
    )
    .wait(0.1)
    .log('[812] [INFO] Shutting down: Master')
    .masterDies();

test('a shutdown is a service restart when another master comes within two minutes', () => {
  const told = tellTo(stop([9101, 9102]).wait(110).attach(950).born(9201).wait(0.5).boots(9201));

  expect(told.revisions(9101).map(inShort)).toEqual([
    'shutdown likely platform origin unknown',
    'service-restart certain platform origin unknown',
  ]);
  expect(told.snapshot.masterEvents.map(({event, pid}) => [event, pid])).toEqual([
    ['ended', 812],
    ['back', 950],
  ]);
});

test('a shutdown of which nobody took the place for two minutes is certain, and stays one', () => {
  const told = tellTo(stop([9101, 9102]).wait(125).attach(950).born(9201).wait(0.5).boots(9201));

  expect(told.revisions(9101).map(inShort)).toEqual([
    'shutdown likely platform origin unknown',
    'shutdown certain platform origin unknown',
  ]);
});

test('a stop of a master that left a successor is an upgrade from the first', () => {
  const told = tellTo(
    history({...shop, workers: [9101]})
      .wait(5)
      .log('[812] [INFO] Handling signal: usr2')
      .born(940, 'successor')
      .wait(4)
      .log('[812] [INFO] Handling signal: term', '[9101] [INFO] Worker exiting (pid: 9101)')
      .dies(9101, 0)
      .wait(0.1)
      .log('[812] [INFO] Shutting down: Master')
      .masterDies()
      .wait(3)
      .attach(940),
  );

  expect(told.pids).toEqual([9101]);
  expect(told.revisions(9101).map(inShort)).toEqual(['upgrade certain recycle expected']);
  expect(told.snapshot.masterEvents.map(({event}) => event)).toEqual(['upgrade', 'ended', 'back']);
});

test('deaths are told in the order in which they happened', () => {
  const told = tellTo(
    crash([9101, 9102, 9103]).wait(0.3).dies(9103, 'SIGSEGV').wait(0.3).dies(9102, 'SIGSEGV').wait(2),
  );

  expect(told.pids).toEqual([9101, 9103, 9102]);
  expect(told.snapshot.restarts.map(({worker}) => worker.pid)).toEqual([9102, 9103, 9101]);
});

test('a worker that one sample left out after its death was told is told again when it dies', () => {
  const story = crash().wait(6).story();
  const seen = seenBy(story, {without: ['exits', 'log']});
  const hidden = seen.map((observation, index) =>
    observation.kind === 'sample' && index > 2 && index < 10
      ? {...observation, workers: observation.workers.filter(({id}) => id.pid !== 9101)}
      : observation,
  );

  const told = toldOf(hidden);

  expect(told.revisions(9101).map(({revision}) => revision)).toEqual([1, 2]);
  expect(told.revisions(9101)[1]?.atMs).toBeGreaterThan(told.revisions(9101)[0]?.atMs ?? Infinity);
});

test('a child that ended before it was known to be a worker is one, unless a complete log has no boot of it', () => {
  const brief = (lines: readonly string[], without: readonly 'log'[] = []) =>
    tellTo(
      history({...shop, workers: [9101]})
        .wait(2)
        .log('[9101] [INFO] Autorestarting worker after current request.')
        .born(940, 'undecided')
        .log(...lines)
        .wait(0.5)
        .dies(940, 1)
        .wait(1),
      {without: ['heartbeat', 'exits', ...without]},
    ).pids;

  expect(brief(['[940] [INFO] Booting worker with pid: 940'])).toEqual([940]);
  expect(brief([], ['log'])).toEqual([940]);
  expect(brief(['[940] [INFO] Starting gunicorn 23.0.0'])).toEqual([]);
});

test('every death is followed by the pattern that it is part of', () => {
  const told = tellTo(crash().wait(2));
  const kinds = told.happenings.map(({kind}) => kind);

  expect(kinds.slice(kinds.indexOf('restart'))).toEqual(['restart', 'pattern']);
});
