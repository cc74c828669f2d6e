import {expect, test} from 'vitest';
import {problemsOfLine, problemsOfVerdict} from '../helpers/watch-contract.js';
import {restartLine} from './made-up-lines.js';

const sample = {
  v: 1,
  type: 'sample',
  at: '2026-11-22T14:03:10.000Z',
  lateMs: 0,
  workers: [{pid: 9121, kind: 'worker', generation: 3, ageSeconds: 724.1, state: 'busy', request: {method: 'POST'}}],
  traffic: {requestsPerSecond: 412, backlog: 37, backlogLimit: 2048},
};

const problemsOf = (line: object) => problemsOfLine(JSON.stringify(line));

test('lines with every kind of value keep the contract', () => {
  expect(problemsOf(restartLine())).toEqual([]);
  expect(problemsOf(sample)).toEqual([]);
});

test('a key that is not in the contract breaks it', () => {
  expect(problemsOf({...restartLine(), traceback: {}})).toEqual(['restart.traceback: not a key of the stream']);
});

test('an unknown value that is null instead of left out breaks the contract', () => {
  expect(problemsOf({...restartLine(), expected: null})).toEqual([
    'restart.expected: expected true or false, got null',
  ]);
});

test('a missing key breaks the contract', () => {
  const {summary: _, ...line} = restartLine();

  expect(problemsOf(line)).toEqual(['restart.summary: missing']);
});

test('a time without milliseconds breaks the contract', () => {
  const line = restartLine({at: '2026-11-22T14:03:10Z'});

  expect(problemsOf(line)).toEqual(['restart.at: expected a UTC time with milliseconds, got "2026-11-22T14:03:10Z"']);
});

test('a path with its query breaks the contract', () => {
  const line = restartLine({request: {method: 'GET', path: '/sleep?token=1'}});

  expect(problemsOf(line)[0]).toContain('restart.request.path');
});

test('a terminal escape in a text breaks the contract', () => {
  const line = restartLine({summary: 'no heartbeat \u001B[2J'});

  expect(problemsOf(line)[0]).toContain('restart.summary: expected a line of text');
});

test('a fourth question that is missing breaks the contract', () => {
  const {questions, ...line} = restartLine();

  expect(problemsOf({...line, questions: questions.slice(0, 3)})[0]).toContain(
    'restart.questions: expected a list of 4',
  );
});

test('a line that is not JSON, or of no known type, breaks the contract', () => {
  expect(problemsOfLine('watching 812')).toEqual(['not JSON: watching 812']);
  expect(problemsOf({v: 1, type: 'hello'})).toEqual(['no such type of line: hello']);
});

test('the vocabulary says which causes may be called expected, and which can never be certain', () => {
  expect(problemsOfVerdict({cause: 'reload', confidence: 'certain', expected: true})).toEqual([]);
  expect(problemsOfVerdict({cause: 'shutdown', confidence: 'certain'})).toEqual([]);
  expect(problemsOfVerdict({cause: 'shutdown', confidence: 'certain', expected: true})).toHaveLength(1);
  expect(problemsOfVerdict({cause: 'timeout', confidence: 'certain', expected: true})).toHaveLength(1);
  expect(problemsOfVerdict({cause: 'killed', confidence: 'certain', expected: false})).toHaveLength(1);
  expect(problemsOfVerdict({cause: 'clean-exit', confidence: 'likely'})).toHaveLength(1);
});
