import fc from 'fast-check';
import {expect, test} from 'vitest';
import {applyPatch, PatchMisfit} from '../../source/recording/apply-json-patch.js';
import {diff, type Json} from '../../source/recording/json-patch.js';

/** What a reader of the file has: the patch went through its text. */
function throughText(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function there(before: Json, after: Json): Json | undefined {
  return applyPatch(before, throughText(diff(before, after)));
}

/** JSON with few keys and few values, so that two of them often have something in common. */
const {value: anyValue, row} = fc.letrec<{value: Json; row: Json}>((tie) => ({
  value: fc.oneof(
    {depthSize: 'small', withCrossShrink: true},
    fc.constantFrom<Json>(null, true, false, 0, 1, -1, 0.1, 1763815399123.25, 1763815399373.5, 'R', 'S', ''),
    fc.double({noDefaultInfinity: true, noNaN: true}).map((number) => number + 0),
    fc.array(tie('value'), {maxLength: 4}),
    fc.array(tie('row'), {maxLength: 4}),
    tie('row'),
  ),
  row: fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', '=', '0', '__proto__'), tie('value')), {
      selector: ([key]) => key,
      maxLength: 5,
    })
    .map((entries): Json => Object.fromEntries(entries)),
}));

test('a patch turns the first value into the second, to the order of the keys and the last digit', () => {
  fc.assert(
    fc.property(anyValue, anyValue, (before, after) => {
      const result = there(throughText(before), throughText(after));

      expect(JSON.stringify(result)).toBe(JSON.stringify(after));
    }),
    {numRuns: 5000},
  );
});

test('rows that change in some keys only come back in full', () => {
  const table = fc.array(row, {minLength: 1, maxLength: 4});
  const some = fc.infiniteStream(fc.boolean());
  fc.assert(
    fc.property(table, table, some, (before, other, picks) => {
      const after = throughText(
        before.map((own, index) => (picks.next().value === true ? own : (other[index] ?? own))),
      );

      const result = there(throughText(before), after);

      expect(JSON.stringify(result)).toBe(JSON.stringify(after));
    }),
    {numRuns: 1500},
  );
});

test('a patch and its result leave the value before as it was', () => {
  const before = Object.freeze({workers: Object.freeze([Object.freeze({pid: 1, cpuMs: 10})])});

  const result = there(before, {workers: [{pid: 1, cpuMs: 20}]});

  expect(result).toEqual({workers: [{pid: 1, cpuMs: 20}]});
});

test('what two samples of many workers differ in is a few short columns', () => {
  const before = {
    at: {wallMs: 1763815399123, monotonicMs: 5123456.123456},
    workers: [
      {pid: 11, cpuMs: 100, state: 'S', beat: {changedMs: 1763815399100.25}},
      {pid: 12, cpuMs: 250, state: 'S', beat: {changedMs: 1763815399104.5}},
    ],
  };
  const after = {
    at: {wallMs: 1763815399373, monotonicMs: 5123706.223457},
    workers: [
      {pid: 11, cpuMs: 110, state: 'R', beat: {changedMs: 1763815399100.25}},
      {pid: 12, cpuMs: 250, state: 'S', beat: {changedMs: 1763815399354.75}},
    ],
  };

  expect(JSON.stringify(diff(before, after))).toBe(
    '{"at":{"wallMs":250,"monotonicMs":250.100001},' +
      '"workers":{"cpuMs":[10,0],"state":["R",0],"beat":{"changedMs":[0,250.25]}}}',
  );
});

test.each<[what: string, before: Json, patch: Json]>([
  ['a number added to a text', 'R', 5],
  ['keys of a number', 5, {a: 1}],
  ['more elements than there are', [1, 2], [1, 1, 1]],
  ['elements of what is no list', {a: 1}, [1]],
  ['a column longer than the table', [{a: 1}], {a: [1, 1]}],
  ['a column that is a number', [{a: 1}], {a: 5}],
  ['a column of rows that are no objects', [1, 2], {a: [{'=': 1}, 0]}],
  ['an element taken away', [1, 2], [null, 0]],
])('a patch that does not fit is refused: %s', (_what, before, patch) => {
  expect(() => applyPatch(before, patch)).toThrow(PatchMisfit);
});

test('a patch that names __proto__ changes no prototype', () => {
  const result = applyPatch({a: 1}, JSON.parse('{"__proto__":{"=":{"polluted":true}}}') as Json);

  expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});
