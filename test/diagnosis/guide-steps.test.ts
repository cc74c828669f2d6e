import {expect, test} from 'vitest';
import type {GuideInput} from '../../source/diagnosis/guide-case.js';
import {guideSteps} from '../../source/diagnosis/guide-steps.js';
import type {StepNumber} from '../../source/diagnosis/next-steps-table.js';
import {bootLoop} from '../helpers/snapshots/boot-loop.js';
import {recycleOnly} from '../helpers/snapshots/deliberate.js';
import {healthy} from '../helpers/snapshots/healthy.js';
import {timedOut} from '../helpers/snapshots/restarts.js';
import {timeoutStorm} from '../helpers/snapshots/timeout-storm.js';

function step(input: GuideInput, number: StepNumber) {
  const found = guideSteps(input).find(({step: other}) => other === number);
  if (!found) throw new Error(`No step ${number}`);
  return found;
}

test('there are always five steps, in the order of the guide', () => {
  for (const snapshot of [healthy, timeoutStorm, bootLoop, recycleOnly])
    expect(guideSteps(snapshot).map(({step: number}) => number)).toEqual([1, 2, 3, 4, 5]);
});

test('where nothing happened every step is quiet and nothing is decided', () => {
  expect(guideSteps(healthy).map(({state}) => state)).toEqual(['quiet', 'quiet', 'quiet', 'quiet', 'quiet']);
});

test('a storm of timeouts is runtime pressure in one path, timeout first', () => {
  expect(step(timeoutStorm, 1).text).toBe('5 at runtime, 1 by an expected recycle: timeout ×5, max-requests ×1');
  expect(step(timeoutStorm, 2).text).toBe('they come after traffic spikes; timeout pressure rose first in 5 of 5');
  expect(step(timeoutStorm, 3).text).toBe(
    'POST /checkout in 5 of 5 faults (typically 12.5 s, up to 30.4 s); waiting for 10.0.3.7:5432 (postgresql)',
  );
  expect(step(timeoutStorm, 4)).toMatchObject({state: 'quiet'});
  expect(step(timeoutStorm, 5)).toMatchObject({state: 'found'});
  expect(step(timeoutStorm, 5).text).toMatch(/^runtime pressure: .*beside it 1 recycle, simply visible/);
});

test('a boot loop is a startup failure with its traceback, and asks for no path', () => {
  expect(step(bootLoop, 1).text).toMatch(/^\d+ at boot/);
  expect(step(bootLoop, 3)).toMatchObject({state: 'quiet', text: expect.stringContaining('before they served')});
  expect(step(bootLoop, 4).text).toMatch(/failed boots: \w+Error: /);
  expect(step(bootLoop, 5).text).toMatch(/^startup failure/);
});

test('timeouts beside a boot loop keep their paths', () => {
  const restarts = [...bootLoop.restarts, ...timeoutStorm.restarts];
  const {heavyPaths} = timeoutStorm;

  expect(step({...bootLoop, restarts, heavyPaths}, 3)).toMatchObject({
    state: 'found',
    text: expect.stringMatching(/^POST \/checkout in 5 of 9 faults/),
  });
});

test('where no one pattern is in their times, the ages and counts that show it are told', () => {
  const input = {...timeoutStorm, pattern: {...timeoutStorm.pattern, pattern: 'mixed'}} as const;

  expect(step(input, 2).text).toMatch(
    /^no one pattern in their times: at ages from \d+ \w+ to \d+ min, after [\d,]+ to/,
  );
});

test('what changed before a failed boot stands beside it, and where it is not readable that is said', () => {
  const changed = {source: 'changes', fact: 'requirements.txt changed 4 min before this boot'} as const;
  const restarts = bootLoop.restarts.map((restart) => ({...restart, evidence: [...restart.evidence, changed]}));
  expect(step({...bootLoop, restarts}, 4).text).toMatch(/; requirements\.txt changed 4 min before this boot$/);
  const again = restarts.map((restart, index) => ({
    ...restart,
    changed: {name: 'requirements.txt', atMs: restarts.at(-1)!.worker.startedMs - 4000, isOneOfMore: false},
    evidence: [{...changed, fact: `requirements.txt changed ${index} min before this boot`}],
  }));
  expect(step({...bootLoop, restarts: again}, 4).text).toMatch(/'; requirements\.txt changed 4 s earlier$/);
  const denied = [{id: 'changes', state: 'denied', why: 'another user', unlock: 'run as root'}] as const;
  expect(step({...bootLoop, sources: denied}, 4).missing).toContainEqual({
    what: 'what was changed before (changes: another user)',
    how: 'run as root',
  });
});

test('recycles that were all expected are called simply visible', () => {
  expect(step(recycleOnly, 5)).toMatchObject({state: 'found'});
  expect(step(recycleOnly, 5).text).toMatch(/^normal recycle: \d+ recycles, simply visible/);
  expect(step(recycleOnly, 3)).toMatchObject({state: 'quiet'});
});

test('what is not readable is named with how to get it, and nothing is decided without it', () => {
  const unknownRequest = timedOut(9101, '14:03:19', 720, 9123, {
    request: undefined as never,
    blockedOn: undefined as never,
    branch: 'unknown',
    cause: 'unknown',
  });
  const {request: _request, blockedOn: _blockedOn, ...rest} = unknownRequest;
  const restart = {
    ...rest,
    questions: rest.questions.map((answer) =>
      answer.id === 'doing' ? {...answer, verdict: 'unknown' as const} : answer,
    ),
  };
  const input: GuideInput = {
    ...timeoutStorm,
    restarts: [restart],
    pattern: {...timeoutStorm.pattern, pattern: 'too-few', branch: 'unknown'},
    heavyPaths: [],
    sources: [{id: 'activity', state: 'denied', why: 'another user', unlock: 'run as root'}],
  };
  expect(step(input, 1)).toMatchObject({state: 'missing'});
  expect(step(input, 3)).toMatchObject({state: 'missing', text: 'no path is known'});
  expect(step(input, 3).missing).toContainEqual({
    what: 'what workers wait for (activity: another user)',
    how: 'run as root',
  });
  expect(step(input, 5)).toMatchObject({state: 'missing'});
  expect(step(input, 5).text).toContain('leave the number of workers and the timeout as they are');
});

test('a worker that was idle when it was killed had no request, and none is missed', () => {
  const {request: _request, blockedOn: _blockedOn, ...rest} = timedOut(9101, '14:03:19', 720, 9123);
  const idle = {
    ...rest,
    questions: rest.questions.map((answer) => (answer.id === 'doing' ? {...answer, verdict: 'idle' as const} : answer)),
  };
  expect(step({...timeoutStorm, restarts: [idle], heavyPaths: []}, 3)).toMatchObject({
    state: 'quiet',
    text: 'no worker ended in a request',
  });
});

test('restarts of an incident before this one have no say', () => {
  const [newest] = timeoutStorm.restarts;
  const old = {...timeoutStorm, restarts: newest ? [{...newest, atMs: newest.atMs - 3_600_000}] : []};
  expect(step(old, 1)).toMatchObject({state: 'quiet'});
});
