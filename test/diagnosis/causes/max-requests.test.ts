import {expect, test} from 'vitest';
import {maxRequests} from '../../../source/diagnosis/causes/max-requests.js';
import {afterDeath, death} from '../../helpers/death.js';

const line = '[9101] [INFO] Autorestarting worker after current request.';
const exiting = '[9101] [INFO] Worker exiting (pid: 9101)';

function atLimit(known: Parameters<typeof death>[0]) {
  return maxRequests.judge({...death({booted: true, log: [line, exiting], ...known}), drain: 'max-requests'}).verdict;
}

test("the worker's own line and its farewell confirm it", () => {
  expect(atLimit({})).toBe('confirmed');
});

test('the line and an exit with 0 without a farewell are a likely one, for os._exit ends with 0 too', () => {
  expect(atLimit({log: [line], exit: 0})).toBe('likely');
});

test('the line without any sign of how it ended leaves it possible', () => {
  expect(atLimit({log: [line]})).toBe('possible');
});

test('a limit that is set and an exit with 0 leave it possible', () => {
  expect(maxRequests.judge(death({booted: true, exit: 0, maxRequests: 1000})).verdict).toBe('possible');
});

test('a worker that drained too long, an error code and a signal rule it out', () => {
  expect(atLimit({log: [line, '[812] [CRITICAL] WORKER TIMEOUT (pid:9101)']})).toBe('ruled-out');
  expect(atLimit({exit: 7})).toBe('ruled-out');
  expect(atLimit({exit: 'SIGKILL'})).toBe('ruled-out');
});

test('a uvicorn worker that ends by SIGTERM after its line left in order', () => {
  expect(atLimit({workerClass: 'uvicorn.workers.UvicornWorker', log: [line], exit: 'SIGTERM'})).toBe('confirmed');
});

test('no limit, an unfinished boot and a log of a class that prints the line rule it out', () => {
  expect(maxRequests.judge(death({exit: 0, maxRequests: 0})).verdict).toBe('ruled-out');
  expect(maxRequests.judge(death({exit: 0, booted: false})).verdict).toBe('ruled-out');
  expect(maxRequests.judge(death({exit: 0, workerClass: 'sync', logReadSeconds: 60})).verdict).toBe('ruled-out');
});

test('a log that is silent excludes nothing of a class that need not print the line, or when it was read too late', () => {
  const known = {exit: 0, logReadSeconds: 60};

  expect(maxRequests.judge(death({...known, workerClass: 'uvicorn.workers.UvicornWorker'})).verdict).toBe(
    'insufficient',
  );
  expect(maxRequests.judge(death({...known, workerClass: 'shop.workers.Own'})).verdict).toBe('insufficient');
  expect(maxRequests.judge(death({...known, workerClass: 'sync', logReadSeconds: 20})).verdict).toBe('insufficient');
});

/** Counts that were read so many seconds before the end, of a limit of 1000. */
function counted(...counts: ReadonlyArray<readonly [secondsBefore: number, count: number]>) {
  return {
    booted: true,
    memory: {maxRequests: 1000, counts: counts.map(([seconds, count]) => ({at: afterDeath(-seconds), count}))},
  };
}

test('without a log, its own count at its own limit and an exit with 0 make it likely', () => {
  const {verdict, evidence} = maxRequests.judge(death({...counted([0.02, 1000]), exit: 0}));

  expect(verdict).toBe('likely');
  expect(evidence[0]).toMatchObject({source: 'peek', fact: 'it had begun 1000 of 1000 requests 0.0 s before the end'});
});

test('its own count at its own limit and its farewell confirm it', () => {
  expect(maxRequests.judge(death({...counted([0.02, 1000]), log: [exiting], exit: 0})).verdict).toBe('confirmed');
});

test('a count that would have reached the limit at the rate it had makes it likely', () => {
  expect(maxRequests.judge(death({...counted([2.4, 760], [0.4, 960]), exit: 0})).verdict).toBe('likely');
});

test('a count far below the limit at the rate it had makes it no more than possible', () => {
  expect(maxRequests.judge(death({...counted([2.4, 10], [0.4, 20]), exit: 0, maxRequests: 1000})).verdict).toBe(
    'possible',
  );
});

test('a count from which nobody could have reached the limit rules it out', () => {
  const {memory} = counted([0.4, 20]);

  expect(maxRequests.judge(death({memory: {...memory, maxRequests: 100_000}, exit: 0, booted: true})).verdict).toBe(
    'ruled-out',
  );
});

test('a count at the limit of a worker that ended by a signal is not why it ended', () => {
  expect(maxRequests.judge(death({...counted([0.02, 1000]), exit: 'SIGKILL'})).verdict).toBe('ruled-out');
});

/** A sync worker with one listener, seen idle half a second before its end and silent since before that. */
const unbegun = {
  ...{booted: true, exit: 0, maxRequests: 1000, workerClass: 'sync', bind: ['127.0.0.1:8000']},
  ...{timeoutSeconds: 30, silentSeconds: 3, idleSeconds: 0.5},
} as const;

test('a heartbeat that shows that no request had begun since it was seen idle rules it out', () => {
  const {verdict, evidence} = maxRequests.judge(death(unbegun));

  expect(verdict).toBe('ruled-out');
  expect(evidence[0]?.fact).toBe('no request had begun since it was seen idle');
});

test('a heartbeat since, a second listener and another class leave it possible', () => {
  expect(maxRequests.judge(death({...unbegun, silentSeconds: 0.2})).verdict).toBe('possible');
  expect(maxRequests.judge(death({...unbegun, silentSeconds: 0.51})).verdict).toBe('possible');
  expect(maxRequests.judge(death({...unbegun, bind: ['127.0.0.1:8000', '[::1]:8000']})).verdict).toBe('possible');
  expect(maxRequests.judge(death({...unbegun, workerClass: 'gthread'})).verdict).toBe('possible');
});

test("a heartbeat that was not read after the death excludes nothing, and the worker's own line counts for more", () => {
  const {silence, ...known} = death(unbegun);

  expect(maxRequests.judge(known).verdict).toBe('possible');
  expect(maxRequests.judge({...known, silence: {...silence!, readAfterDeath: false}}).verdict).toBe('possible');
  expect(maxRequests.judge({...death({...unbegun, log: [line, exiting]}), drain: 'max-requests'}).verdict).toBe(
    'confirmed',
  );
});
