import fc from 'fast-check';
import {expect, test} from 'vitest';
import {beginInspection, observe, snapshotOf} from '../source/inspection.js';
import type {Observation} from '../source/observation.js';
import {observationLists} from './helpers/arbitrary-observations.js';
import {plots, views} from './helpers/arbitrary-views.js';
import {everyEnding} from './helpers/endings/endings.js';
import {seenBy} from './helpers/history-view.js';
import {imagine} from './helpers/imagined-gunicorn.js';
import {attached, logged, moment, processId, sample, worker} from './helpers/observations.js';
import {inShort, toldOf} from './helpers/verdicts.js';

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

/** Where a value is not plain JSON: the path to the first place, or undefined. */
function notJson(value: unknown, path = '$'): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== 'object') return `${path} is ${typeof value}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return `${path} is no plain object`;
  return Object.entries(value)
    .map(([key, inner]) => notJson(inner, `${path}.${key}`))
    .find((found) => found !== undefined);
}

function everythingSaid(observations: readonly Observation[]): string {
  const {happenings, snapshot} = toldOf(observations);
  return JSON.stringify({happenings, snapshot});
}

test('whatever is observed, nothing throws, nothing given is changed, and what comes out is plain JSON', () => {
  fc.assert(
    fc.property(observationLists, (observations) => {
      let inspection = beginInspection('shop');
      for (const observation of deepFreeze(observations)) {
        deepFreeze([inspection.ledger, inspection.incident, inspection.masterEvents, inspection.missed]);
        const result = observe(inspection, observation);
        inspection = result.inspection;
        expect(notJson(result.happenings)).toBeUndefined();
        expect(notJson(snapshotOf(inspection))).toBeUndefined();
      }
    }),
    {numRuns: 200},
  );
}, 120_000);

test('the same observations say the same, byte for byte', () => {
  fc.assert(
    fc.property(observationLists, (observations) => {
      const copy = JSON.parse(JSON.stringify(observations)) as typeof observations;

      expect(everythingSaid(copy)).toBe(everythingSaid(observations));
    }),
    {numRuns: 100},
  );
}, 120_000);

test('revisions count up by one, and a certain verdict has no other candidate', () => {
  fc.assert(
    fc.property(observationLists, (observations) => {
      const {happenings} = toldOf(observations);
      const restarts = happenings.flatMap((happening) => (happening.kind === 'restart' ? [happening.restart] : []));
      const revisions = new Map<string, number>();
      for (const {id, revision, confidence, candidates, cause, questions} of restarts) {
        expect(revision).toBe((revisions.get(id) ?? 0) + 1);
        revisions.set(id, revision);
        if (confidence === 'certain') expect(candidates).toEqual([{cause, confidence}]);
        expect(questions.map((answer) => answer.id)).toEqual(['doing', 'phase', 'pressure', 'without-traffic']);
      }
    }),
    {numRuns: 100},
  );
}, 120_000);

const allEndings = everyEnding(1.3);

test('however badly a machine is watched, no certain verdict is wrong', () => {
  fc.assert(
    fc.property(fc.nat(allEndings.length - 1), views, (index, view) => {
      const {name, ending, gunicorn} = allEndings[index]!;
      const truth = ending.truth(gunicorn);
      const told = toldOf(seenBy(ending.tell(gunicorn).story(), {...view, afterSeconds: 3}));
      const wrong = told.pids.flatMap((pid) =>
        told
          .revisions(pid)
          .filter(({confidence, cause}) => confidence === 'certain' && cause !== truth[pid])
          .map((revision) => `${name}: ${pid} ${inShort(revision)}, but it was ${truth[pid]}`),
      );

      expect(wrong).toEqual([]);
    }),
    {numRuns: 300},
  );
}, 120_000);

const versions = fc.constantFrom('20.1.0', '21.2.0', '23.0.0', '26.1.0');

test('whatever is done to a gunicorn, at whatever moment, no certain verdict is wrong and nobody dies who lives', () => {
  fc.assert(
    fc.property(versions, fc.integer({min: 1, max: 4}), plots, views, (version, count, plot, view) => {
      const {story, truth} = imagine(version, count, plot);
      const told = toldOf(seenBy(story, {...view, afterSeconds: 3}));
      const wrong = told.pids.flatMap((pid) =>
        told
          .revisions(pid)
          .filter(({confidence, cause}) => confidence === 'certain' && !truth.get(pid)?.has(cause))
          .map(
            (revision) => `${pid} ${inShort(revision)}, but it was ${[...(truth.get(pid) ?? ['alive'])].join(' or ')}`,
          ),
      );

      expect(wrong).toEqual([]);
      expect(told.pids.filter((pid) => !truth.has(pid))).toEqual([]);
      expect(new Set(told.pids).size).toBe(told.pids.length);
    }),
    {numRuns: 300},
  );
}, 120_000);

test('watched without a gap, every death is told', () => {
  fc.assert(
    fc.property(versions, fc.integer({min: 1, max: 4}), plots, fc.nat(249), (version, count, plot, phaseMs) => {
      const {story, truth} = imagine(version, count, [
        {deed: {kind: 'work', whom: 0}, chance: 0, afterSeconds: 1},
        ...plot,
      ]);
      const told = toldOf(seenBy(story, {phaseMs, afterSeconds: 3}));
      const longEnough = story.people.filter(({bornSeconds, died}) => died && died.seconds - bornSeconds > 0.3);

      expect(told.pids).toEqual(expect.arrayContaining(longEnough.map(({id}) => id.pid)));
      expect(told.pids.length).toBeLessThanOrEqual(truth.size);
    }),
    {numRuns: 150},
  );
}, 120_000);

test('how a master ended is told when all lines of one look are read, and not between them', () => {
  const line = (text: string) => `[2026-11-22 14:00:00 +0000] [812] [INFO] ${text}`;
  const workers = [worker(processId(9101, -60))];
  const {master: _gone, ...orphaned} = sample(moment(0.25), []);

  const {snapshot} = toldOf([
    attached(),
    sample(moment(0), workers),
    orphaned,
    // The next look comes late, as on a machine that has much to do.
    ...logged(moment(4), line('Shutting down: Master'), line('Reason: Worker failed to boot.'), line('.')),
    {...orphaned, at: moment(4)},
  ]);

  expect(snapshot.masterEvents.map(({event}) => event)).toEqual(['gave-up']);
});
