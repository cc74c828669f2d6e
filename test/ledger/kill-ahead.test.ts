import {expect, test} from 'vitest';
import type {Observation} from '../../source/observation.js';
import {workerRows} from '../../source/ledger/worker-row.js';
import {attached, logged, moment, peeked, processId, sample, settingsOf, worker} from '../helpers/observations.js';
import {fold} from './fold.js';

const hung = processId(9101, -60);
const successor = processId(9103, 2);
const at = (seconds: number) => sample(moment(seconds), [silentSince(-1), worker(processId(9102, -59))]);

/** A worker that wrote its last heartbeat then. */
function silentSince(seconds: number) {
  const beat = {changedWallMs: moment(seconds).wallMs, notified: true};
  return worker(hung, {heartbeat: beat, activity: {main: {kind: 'sleep'}, clients: 1}});
}

/** In how many seconds its kill is expected, after these observations; a `timeout` of 5 s, a `graceful_timeout` of 30 s. */
function killIn(version: string, ...observations: readonly Observation[]): number | undefined {
  const settings = settingsOf({version, workerClass: 'sync', timeoutSeconds: 5, gracefulTimeoutSeconds: 30});
  const ledger = fold([attached({settings}), at(0), ...observations]);
  return workerRows(ledger).find(({pid}) => pid === hung.pid)?.killInSeconds;
}

const told = (signal: string, seconds: number) =>
  logged(moment(seconds), `[2026-11-22 14:00:00 +0000] [812] [INFO] Handling signal: ${signal}`);

test('a silent worker is killed when its timeout has passed', () => {
  expect(killIn('26.1.0', at(4))).toBe(0);
  expect(killIn('26.1.0', at(5))).toBe(-1);
});

test('from 24.0 on a reload that waits for it kills it at the end of the graceful timeout only', () => {
  expect(killIn('26.1.0', ...told('hup', 2), at(2), at(10))).toBe(22);
  expect(killIn('23.0.0', ...told('hup', 2), at(2), at(10))).toBe(-6);
});

test('without the log its successors tell of the reload', () => {
  const births = (seconds: number) => {
    const {workers, ...rest} = at(seconds);
    return {...rest, workers: [...workers, worker(successor)]};
  };
  const read = peeked(moment(3), [{id: successor, spawnReason: 'reload'}]);
  expect(killIn('26.1.0', births(2), read, births(10))).toBe(22);
});

test('a master that stops kills it at the end of the graceful timeout, whatever its version', () => {
  expect(killIn('23.0.0', ...told('term', 2), at(2), at(10))).toBe(22);
});
