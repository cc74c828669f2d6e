import {expect, test} from 'vitest';
import type {RestartLine, WatchLine} from '../helpers/watch-stream.js';
import {faultNamed} from './faults.js';
import {problemsOfStream as problemsOf} from './judge.js';
import {restartLine} from './made-up-lines.js';
import {problemsOfFault} from './prove.js';
import {seenFrom} from './sights.js';
import type {Trial, Watched} from './trial.js';

const diedMs = Date.parse('2026-11-22T14:03:10.412Z');
const at = '2026-11-22T14:03:09.000Z';

function lineOf(value: object): WatchLine {
  return {text: JSON.stringify(value), receivedMs: diedMs + 900, value: value as NonNullable<WatchLine['value']>};
}

const sight: Watched['sight'] = {id: 'root', mayLookInside: true, without: []};

/** A timeout of worker 9101 beside 9102, which lives; the stream says `between` after attaching and before it ends. */
function trialOf(...between: readonly object[]): Trial {
  const attached = {v: 1, type: 'attached', at, target: '812', master: {pid: 812}, sources: []};
  const detached = {v: 1, type: 'detached', at, why: 'SIGTERM'};
  return {
    fault: faultNamed('timeout-sleep'),
    target: {version: '23.0.0', major: 23, workerClass: 'sync', log: 'file'},
    masterPid: 812,
    deaths: [{pid: 9101, role: 'victim'}],
    lives: [{pid: 9101, diedMs, exit: {code: 0}}, {pid: 9102}],
    log: '[2026-11-22 14:03:09 +0000] [812] [CRITICAL] WORKER TIMEOUT (pid:9101)\n',
    watched: [
      {
        sight,
        attachMs: 400,
        withSamples: false,
        lines: [attached, ...between, detached].map((value) => lineOf(value)),
        standardError: '',
        end: {code: 0, signal: null},
      },
    ],
  };
}

const problemsOfStream = (trial: Trial) => problemsOf(trial, trial.watched[0]!);

const other = (change: Partial<RestartLine>) => restartLine({...change, revision: 2});

test('a stream that tells the truth passes', () => {
  expect(problemsOfStream(trialOf(restartLine()))).toEqual([]);
});

test('a death that the stream does not tell is found', () => {
  expect(problemsOfStream(trialOf())).toEqual(['victim: no restart line']);
});

test('a wrong certainty is found even when a later revision takes it back', () => {
  const early = restartLine({cause: 'out-of-memory'});

  expect(problemsOfStream(trialOf(early, other({})))).toEqual(['victim: WRONG CERTAIN: out-of-memory']);
});

test('a verdict on a worker that lived is found', () => {
  const accused = restartLine({id: '9102@88123999', worker: {pid: 9102}});

  expect(problemsOfStream(trialOf(restartLine(), accused))).toEqual(['ACCUSED: 9102 of timeout/certain, and it lived']);
});

test('a wrong cause, branch, variant, answer, request and exit are each found', () => {
  const wrong = restartLine({
    cause: 'killed',
    confidence: 'likely',
    branch: 'boot',
    worker: {pid: 9101, exit: {code: 1}},
    request: {path: '/checkout'},
  });

  expect(problemsOfStream(trialOf(wrong))).toEqual([
    'victim: cause killed/likely, not timeout',
    'victim: branch boot, not runtime',
    'victim: exit code 1, but it was code 0',
    'victim: request /checkout, but it was /sleep',
  ]);
});

test('a silent client that is called a long request is found', () => {
  const line = restartLine({variant: 'silent-client'});

  expect(problemsOfStream(trialOf(line))).toEqual(['victim: variant silent-client, not long-request']);
});

test('a drain that overran for another reason than it did is found', () => {
  const line = restartLine({during: 'reload'});

  expect(problemsOfStream(trialOf(line))).toEqual(['victim: during reload, not anything']);
});

test('a first verdict that only later events could justify is found, and a right one may be certain', () => {
  const trial = trialOf(restartLine({cause: 'app-exit'}), other({cause: 'timeout'}));
  const expectation = trial.fault.deaths(seenFrom(trial.target, sight)).victim!;
  const revisedFrom = (cause: string): Trial => ({
    ...trial,
    fault: {...trial.fault, deaths: () => ({victim: {...expectation, revisedFrom: cause}})},
  });

  expect(problemsOfStream(revisedFrom('app-exit'))).toEqual([]);
  expect(problemsOfStream(revisedFrom('reload'))).toEqual([
    'victim: WRONG CERTAIN: app-exit',
    'victim: first said to be app-exit, not reload',
  ]);
});

test('a state that no sample shows, or that two workers are shown in, is found', () => {
  const showing = (...pids: readonly number[]): readonly string[] => {
    const workers = pids.map((pid) => ({pid, state: 'hung-boot'}));
    const trial = trialOf(restartLine(), {v: 1, type: 'sample', at, lateMs: 0, workers});
    const fault = {...trial.fault, showsState: 'hung-boot'};
    return problemsOf({...trial, fault}, {...trial.watched[0]!, withSamples: true});
  };

  expect(showing(9102)).toEqual([]);
  expect(showing()).toEqual(['0 workers shown as hung-boot, not one']);
  expect(showing(9102, 9103)).toEqual(['2 workers shown as hung-boot, not one']);
});

test('a death that is told seconds too early is found', () => {
  const line = restartLine({at: '2026-11-22T14:03:08.400Z'});

  expect(problemsOfStream(trialOf(line))).toEqual(['victim: moment of death -2012 ms off']);
});

test('a revision that changes nothing is found', () => {
  expect(problemsOfStream(trialOf(restartLine(), other({})))).toEqual(['victim: a revision that changes nothing']);
});

test('a master event that did not happen is found', () => {
  const event = {v: 1, type: 'master', at, event: 'reload', pid: 812};

  expect(problemsOfStream(trialOf(restartLine(), event))).toEqual(['a master line says reload']);
});

test('a fault that did not happen as meant is no matter of the stream', () => {
  const trial = trialOf(restartLine());

  expect(problemsOfFault(trial)).toEqual([]);
  expect(problemsOfFault({...trial, log: ''})).toHaveLength(1);
  expect(problemsOfFault({...trial, lives: [{pid: 9101, diedMs, exit: {code: 1}}, {pid: 9102}]})).toEqual([
    'victim 9101 ended with code 1, not with code 0',
  ]);
  expect(problemsOfFault({...trial, lives: [...trial.lives, {pid: 9103, diedMs, exit: {code: 0}}]})).toEqual([
    'worker 9103 died too, with code 0, and should not have',
  ]);
});
