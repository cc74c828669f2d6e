import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {SourceId} from '../../source/source-state.js';
import {plots} from '../helpers/arbitrary-views.js';
import {seenBy} from '../helpers/history-view.js';
import {imagine} from '../helpers/imagined-gunicorn.js';
import {toldOf, type Told} from '../helpers/verdicts.js';

/** What more and less evidence does to a verdict, over whatever may happen to a gunicorn: the same story, seen from two places. */

const versions = fc.constantFrom('20.1.0', '21.2.0', '23.0.0', '26.1.0');
const hidden = fc.subarray<SourceId>(['log', 'heartbeat', 'activity', 'exits', 'memory', 'settings'], {minLength: 1});
const runs = {numRuns: 40, interruptAfterTimeLimit: 4000, markInterruptAsFailure: false} as const;

/** Both ways to see each worker that ended, for every story. */
function compare(judge: (less: Told, more: Told, pid: number) => void): void {
  fc.assert(
    fc.property(versions, fc.integer({min: 1, max: 4}), plots, hidden, (version, count, plot, without) => {
      const {story} = imagine(version, count, plot);
      const more = toldOf(seenBy(story, {afterSeconds: 3}));
      const less = toldOf(seenBy(story, {afterSeconds: 3, without}));
      for (const pid of less.pids.filter((other) => more.pids.includes(other))) judge(less, more, pid);
    }),
    runs,
  );
}

test('more evidence never turns one certain verdict into another', () => {
  compare((less, more, pid) => {
    const [before, after] = [less.restart(pid), more.restart(pid)];
    if (before.confidence === 'certain' && after.confidence === 'certain') expect(after.cause).toBe(before.cause);
  });
}, 20_000);

test('with less evidence a verdict that is not certain names what else it may be', () => {
  compare((less, _, pid) => {
    const {confidence, cause, candidates} = less.restart(pid);
    if (confidence !== 'certain' && (cause === 'unknown' || cause === 'clean-exit'))
      expect(candidates.length).toBeGreaterThan(0);
  });
}, 20_000);
