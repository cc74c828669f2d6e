import {expect, test} from 'vitest';
import {harmOf, harmOfAll} from '../../source/diagnosis/harm.js';

test('an expected end that lost nothing is simply visible', () => {
  expect(harmOf({expected: true, lost: {inFlight: 0, secondsBelowTarget: 2}})).toEqual({
    verdict: 'simply-visible',
    text: 'simply visible: expected, and no request was seen to be lost; one worker fewer for 2.0 s',
  });
});

test('an expected end that lost a request, or left a long gap, cost something', () => {
  expect(harmOf({expected: true, lost: {inFlight: 2}})).toMatchObject({verdict: 'expected-but-costly'});
  expect(harmOf({expected: true, lost: {secondsBelowTarget: 42}})).toMatchObject({verdict: 'expected-but-costly'});
});

test('an unexpected end is harmful where something was seen to be lost', () => {
  expect(harmOf({expected: false, lost: {inFlight: 1, secondsBelowTarget: 2.1}})).toEqual({
    verdict: 'harmful-and-unexpected',
    text: 'harmful and unexpected: 1 request lost, one worker fewer for 2.1 s',
  });
  expect(harmOf({expected: false, lost: {inFlight: 1, secondsBelowTarget: 0.04}}).text).toBe(
    'harmful and unexpected: 1 request lost',
  );
  expect(harmOf({expected: false, lost: {}})).toEqual({
    verdict: 'unexpected',
    text: 'unexpected; nothing was seen to be lost',
  });
});

test('of an end of unknown origin it is not said whether it was wanted', () => {
  expect(harmOf({lost: {}})).toMatchObject({verdict: 'unknown'});
});

test('many recycles are counted with those that cost something', () => {
  expect(harmOfAll([{expected: true, lost: {}}])).toMatch(/^1 recycle, simply visible/);
  expect(
    harmOfAll([
      {expected: true, lost: {}},
      {expected: true, lost: {inFlight: 1}},
    ]),
  ).toBe('2 recycles, expected, of which 1 cost something');
});
