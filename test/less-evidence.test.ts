import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Restart} from '../source/snapshot.js';
import {observationLists} from './helpers/arbitrary-observations.js';
import {hidden, plots} from './helpers/arbitrary-views.js';
import {seenBy} from './helpers/history-view.js';
import {imagine} from './helpers/imagined-gunicorn.js';
import {inShort, toldOf, type Told} from './helpers/verdicts.js';
import {withoutSources} from './helpers/without-sources.js';

/** What somebody with fewer sources says against somebody with more, of whoever both say something; in words where it is wrong. */
function compared(more: Told, less: Told, isWrong: (less: Restart, more: Restart) => boolean): readonly string[] {
  return less.pids
    .filter((pid) => more.pids.includes(pid))
    .flatMap((pid) => {
      const pair = [less.restart(pid), more.restart(pid)] as const;
      return pair[0].id === pair[1].id && isWrong(...pair)
        ? [`${pid}: ${inShort(pair[0])}, and with more evidence ${inShort(pair[1])}`]
        : [];
    });
}

const isCertain = ({confidence}: Restart): boolean => confidence === 'certain';
const rank = {possible: 0, likely: 1, certain: 2} as const;

test('whatever is observed, no source more turns one certain verdict into another', () => {
  fc.assert(
    fc.property(observationLists, hidden, (observations, without) => {
      const [more, less] = [toldOf(observations), toldOf(withoutSources(observations, without))];

      expect(compared(more, less, (a, b) => isCertain(a) && isCertain(b) && a.cause !== b.cause)).toEqual([]);
    }),
    {numRuns: 2000},
  );
}, 120_000);

const versions = fc.constantFrom('20.1.0', '21.2.0', '23.0.0', '26.1.0');

test('whatever is done to a gunicorn, whoever sees less of it is less sure of the same, or has it among what it may have been', () => {
  fc.assert(
    fc.property(
      versions,
      fc.integer({min: 1, max: 4}),
      plots,
      fc.nat(249),
      hidden,
      hidden,
      (version, count, plot, phaseMs, one, other) => {
        const story = imagine(version, count, plot).story;
        const told = (without: typeof one) =>
          toldOf(seenBy(story, {phaseMs, without, more: ['peek', 'signals'], afterSeconds: 3}));
        const [more, less] = [told(one), told([...new Set([...one, ...other])])];
        const isWrong = (a: Restart, b: Restart): boolean =>
          a.cause === b.cause
            ? rank[a.confidence] > rank[b.confidence]
            : isCertain(a) || (isCertain(b) && !mayBe(a, b));

        expect(compared(more, less, isWrong)).toEqual([]);
      },
    ),
    {numRuns: 1000},
  );
}, 120_000);

/** Whether the cause is among the candidates of a verdict. */
function mayBe({candidates}: Restart, {cause}: Restart): boolean {
  return candidates.some((candidate) => candidate.cause === cause);
}
