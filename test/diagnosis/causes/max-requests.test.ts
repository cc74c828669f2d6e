import {expect, test} from 'vitest';
import {maxRequests} from '../../../source/diagnosis/causes/max-requests.js';
import {death} from '../../helpers/death.js';

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
