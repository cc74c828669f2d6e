import {expect, test} from 'vitest';
import type {Restart, Snapshot} from '../../source/snapshot.js';
import {everyEnding} from '../helpers/endings/endings.js';
import {asOtherUser, seenBy, type View} from '../helpers/history-view.js';
import {toldOf} from '../helpers/verdicts.js';

const views: readonly View[] = [
  {},
  {without: ['exits'], phaseMs: 90},
  {without: ['log'], phaseMs: 170},
  {without: ['log', 'exits'], phaseMs: 235},
  {without: asOtherUser},
  {without: [...asOtherUser, 'log', 'memory', 'settings']},
];

function sentencesOf({evidence, questions, summary, cause}: Restart): ReadonlyArray<readonly [string, string]> {
  return [
    ['summary', `${cause}: ${summary}`],
    ...questions.map(({id, answer}) => [id, answer] as const),
    ...evidence.map(({source, fact}) => [source === 'log' ? 'evidence of the log' : 'evidence', fact] as const),
  ];
}

function sentencesAround({headline, pattern, workers}: Snapshot): ReadonlyArray<readonly [string, string]> {
  return [
    ['headline', `${headline.label} ${headline.text}`],
    ['pattern', pattern.summary],
    ...workers.filter(({now}) => now !== '').map(({now}) => ['now', now] as const),
  ];
}

const told = ['20.1.0', '21.2.0', '23.0.0', '26.1.0'];

/** Every sentence once, whatever its numbers; the first one that was said stands for all. */
function gather(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const kinds = new Map<string, Map<string, string>>();
  for (const {ending, gunicorn} of everyEnding(12).filter(({gunicorn: {version}}) => told.includes(version))) {
    const story = ending.tell(gunicorn).story();
    for (const view of views) {
      const {happenings, snapshot} = toldOf(seenBy(story, {...view, afterSeconds: 3}));
      const restarts = happenings.flatMap((happening) => (happening.kind === 'restart' ? [happening.restart] : []));
      for (const [kind, sentence] of [...restarts.flatMap(sentencesOf), ...sentencesAround(snapshot)]) {
        const known = kinds.get(kind) ?? new Map<string, string>();
        const shape = sentence.replace(/\d+(?:\.\d+)*/g, '#');
        if (!known.has(shape)) known.set(shape, sentence);
        kinds.set(kind, known);
      }
    }
  }
  return kinds;
}

const gathered = gather();

test('every sentence that the core says can be read in one place', async () => {
  const text = [...gathered]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([kind, sentences]) => [`== ${kind}`, ...[...sentences.values()].toSorted()].join('\n'))
    .join('\n\n');

  await expect(`${text}\n`).toMatchFileSnapshot('sentences.txt');
});

test('no sentence ends with a full stop, starts with a space or holds a value that is missing', () => {
  const said = [...gathered].flatMap(([kind, sentences]) =>
    kind === 'evidence of the log' ? [] : [...sentences.values()],
  );

  expect(said.filter((sentence) => /\.$|^\s|\s$|  |undefined|NaN|null|\[object/.test(sentence))).toEqual([]);
});
