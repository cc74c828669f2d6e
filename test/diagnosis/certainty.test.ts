import {expect, test} from 'vitest';
import type {SourceId} from '../../source/source-state.js';
import {everyEnding} from '../helpers/endings/endings.js';
import {asOtherUser, seenBy, type View} from '../helpers/history-view.js';
import {inShort, toldOf} from '../helpers/verdicts.js';

const hideable: readonly SourceId[] = ['log', 'heartbeat', 'activity', 'exits', 'memory', 'settings'];

/** Everything that can be hidden, in every combination. */
const everySight = hideable.reduce<ReadonlyArray<readonly SourceId[]>>(
  (sights, source) => [...sights, ...sights.map((sight) => [...sight, source])],
  [[]],
);

const usualSights: ReadonlyArray<readonly SourceId[]> = [[], ['log'], asOtherUser];

const usualVersions: readonly string[] = ['20.1.0', '23.0.0', '26.1.0'];

/** Ways to look that differ in when: the log and the processes are read at different moments of what happens. */
const moments: readonly View[] = [{}, {phaseMs: 90, readMs: 12}, {phaseMs: 170, readMs: 1}, {phaseMs: 235, readMs: 30}];

/** The usual ways to look at a story, and one of all others, so that many stories together are looked at in all ways. */
function viewsOf(index: number): readonly View[] {
  const sights = [...usualSights, everySight[(index * 7) % 64] ?? []];
  return sights.map((without, turn) => ({...moments[(index + turn) % 4], without, afterSeconds: 3}));
}

for (const quietSeconds of [1.3, 20]) {
  test(`what ended a worker after ${quietSeconds} s of watching is never wrongly certain, never missed and never told twice`, () => {
    const wrong: string[] = [];

    const all = everyEnding(quietSeconds).filter(
      ({gunicorn}) => quietSeconds < 10 || usualVersions.includes(gunicorn.version),
    );

    for (const [index, {name, ending, gunicorn}] of all.entries()) {
      const story = ending.tell(gunicorn).story();
      const truth = ending.truth(gunicorn);
      for (const view of viewsOf(index)) {
        const told = toldOf(seenBy(story, view));
        const seen = `${name}, seen at ${view.phaseMs ?? 0} ms without ${view.without?.join(', ') ?? ''}`;
        const mayMiss = ending.mayMiss ?? [];
        for (const pid of Object.keys(truth).map(Number))
          if (!told.pids.includes(pid) && !mayMiss.includes(pid)) wrong.push(`${seen}: ${pid} was missed`);
        for (const pid of told.pids) {
          if (truth[pid] === undefined) wrong.push(`${seen}: ${pid} did not die`);
          if (told.pids.filter((other) => other === pid).length > 1) wrong.push(`${seen}: ${pid} was told twice`);
          for (const revision of told.revisions(pid))
            if (revision.confidence === 'certain' && revision.cause !== truth[pid])
              wrong.push(`${seen}: ${pid} ${inShort(revision)}, but it was ${truth[pid]}`);
        }
      }
    }

    expect(wrong).toEqual([]);
  }, 120_000);
}

/** Ways in which a machine stands still around a death: within a tick, and between two. */
function standstillsAt(seconds: number): readonly View[] {
  const tick = Math.floor(seconds * 4);
  return [700, 2400, 6300].flatMap((ms) => [
    {stall: {atSeconds: seconds, ms}},
    {stall: {atSeconds: seconds - 0.2, ms}},
    {skipped: Array.from({length: Math.ceil(ms / 250)}, (_, index) => tick + 1 + index)},
    {skipped: Array.from({length: Math.ceil(ms / 250)}, (_, index) => tick - 1 + index)},
  ]);
}

test('a machine that stands still for seconds around a death makes no verdict wrongly certain', () => {
  const wrong: string[] = [];

  for (const [index, {name, ending, gunicorn}] of everyEnding(6).entries()) {
    const story = ending.tell(gunicorn).story();
    const truth = ending.truth(gunicorn);
    const deaths = new Set(story.people.flatMap(({died}) => died?.seconds ?? []));
    for (const [turn, view] of [...deaths].flatMap((seconds) => standstillsAt(seconds)).entries()) {
      if ((index + turn) % 2 > 0) continue;
      const without = usualSights[turn % usualSights.length] ?? [];
      const told = toldOf(seenBy(story, {...view, without, afterSeconds: 3}));
      for (const pid of told.pids)
        for (const revision of told.revisions(pid))
          if (revision.confidence === 'certain' && revision.cause !== truth[pid])
            wrong.push(
              `${name}, ${JSON.stringify(view)} without ${without.join(', ')}: ${pid} ${inShort(revision)}, but it was ${truth[pid]}`,
            );
    }
  }

  expect(wrong).toEqual([]);
}, 300_000);

test('a verdict that was certain once is never certain of something else', () => {
  const changed: string[] = [];

  for (const [index, {name, ending, gunicorn}] of everyEnding(1.3).entries()) {
    const told = toldOf(seenBy(ending.tell(gunicorn).story(), {...moments[index % 4], afterSeconds: 123}));
    for (const pid of told.pids) {
      const certain = told.revisions(pid).filter(({confidence}) => confidence === 'certain');
      if (new Set(certain.map(({cause}) => cause)).size > 1)
        changed.push(`${name}: ${certain.map(inShort).join(', then ')}`);
    }
  }

  expect(changed).toEqual([]);
}, 120_000);

test('without the log no verdict is certain of another cause than with it', () => {
  const different: string[] = [];

  for (const [index, {name, ending, gunicorn}] of everyEnding(1.3).entries()) {
    const story = ending.tell(gunicorn).story();
    const view = {...moments[index % 4], afterSeconds: 3};
    const withLog = toldOf(seenBy(story, view));
    const withoutLog = toldOf(seenBy(story, {...view, without: ['log']}));
    for (const pid of withoutLog.pids.filter((other) => withLog.pids.includes(other))) {
      const [less, more] = [withoutLog.restart(pid), withLog.restart(pid)];
      if (less.confidence === 'certain' && less.cause !== more.cause)
        different.push(`${name}: ${inShort(less)}, with the log ${inShort(more)}`);
    }
  }

  expect(different).toEqual([]);
}, 120_000);
