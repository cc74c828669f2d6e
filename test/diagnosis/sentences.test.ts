import {expect, test} from 'vitest';
import type {Restart, Snapshot} from '../../source/snapshot.js';
import {everyEnding} from '../helpers/endings/endings.js';
import {asOtherUser, seenBy, type View} from '../helpers/history-view.js';
import {answersInShort, inShort, toldOf} from '../helpers/verdicts.js';

/** All that is said of every way in which a worker ends, for people to read: the verdicts, and the sentences. */

const views: Readonly<Record<string, View>> = {
  everything: {},
  'no exit status': {without: ['exits'], phaseMs: 90},
  'no log': {without: ['log'], phaseMs: 170},
  'no log, no exit status': {without: ['log', 'exits'], phaseMs: 235},
  'another user, with the log': {without: asOtherUser, phaseMs: 40},
  'another user': {without: [...asOtherUser, 'log', 'memory'], phaseMs: 120},
};

const versions = ['20.1.0', '21.2.0', '23.0.0', '26.1.0'];

type Said = {readonly ending: string; readonly target: string; readonly view: string; readonly truth: string};

function verdictOf({variant, during, ...restart}: Restart): string {
  const more = [variant, during && `during ${during}`].filter(Boolean).join(' ');
  return [`${inShort(restart)}${more && `, ${more}`}`, answersInShort(restart)].join(' | ');
}

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

const verdicts: Array<Said & {readonly verdict: string}> = [];
const sentences = new Map<string, Map<string, string>>();

for (const {ending, gunicorn} of everyEnding(12).filter(({gunicorn: {version}}) => versions.includes(version))) {
  const story = ending.tell(gunicorn).story();
  const target = gunicorn.version + (gunicorn.workerClass === 'sync' ? '' : ` ${gunicorn.workerClass}`);
  for (const [view, how] of Object.entries(views)) {
    const {happenings, snapshot, pids, restart} = toldOf(seenBy(story, {...how, afterSeconds: 3}));
    for (const [pid, truth] of Object.entries(ending.truth(gunicorn))) {
      const verdict = pids.includes(Number(pid)) ? verdictOf(restart(Number(pid))) : 'not seen';
      verdicts.push({ending: ending.id, target, view, truth: `${pid} ${truth}`, verdict});
    }
    const restarts = happenings.flatMap((happening) => (happening.kind === 'restart' ? [happening.restart] : []));
    for (const [kind, sentence] of [...restarts.flatMap(sentencesOf), ...sentencesAround(snapshot)]) {
      // Every sentence once, whatever its numbers; the first one that was said stands for all.
      const known = sentences.get(kind) ?? new Map<string, string>();
      const shape = sentence.replace(/\d+(?:\.\d+)*/g, '#');
      if (!known.has(shape)) known.set(shape, sentence);
      sentences.set(kind, known);
    }
  }
}

/** The targets of which the same is said, behind what is said: in blocks by ending and worker. */
function table(): string {
  const blocks = new Map<string, Map<string, string[]>>();
  const order = Object.keys(views);
  const inOrder = verdicts.toSorted((one, other) => order.indexOf(one.view) - order.indexOf(other.view));
  for (const {ending, truth, view, verdict, target} of inOrder) {
    const title = `== ${ending}: ${truth}`;
    const line = `${view.padEnd(28)}${verdict}`;
    const block = blocks.get(title) ?? new Map<string, string[]>();
    block.set(line, [...(block.get(line) ?? []), target]);
    blocks.set(title, block);
  }
  return [...blocks]
    .map(([title, lines]) => [title, ...[...lines].map(([line, same]) => `${line}  {${same.join(', ')}}`)].join('\n'))
    .join('\n\n');
}

test('every verdict on every end, in versions and sights, can be read in one place', async () => {
  await expect(`${table()}\n`).toMatchFileSnapshot('verdicts.txt');
});

test('every sentence that the core says can be read in one place', async () => {
  const text = [...sentences]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([kind, each]) => [`== ${kind}`, ...[...each.values()].toSorted()].join('\n'))
    .join('\n\n');

  await expect(`${text}\n`).toMatchFileSnapshot('sentences.txt');
});

test('no sentence ends with a full stop, starts with a space or holds a value that is missing', () => {
  const said = [...sentences].flatMap(([kind, each]) => (kind === 'evidence of the log' ? [] : [...each.values()]));

  expect(said.filter((sentence) => /\.$|^\s|\s$|  |undefined|NaN|null|\[object/.test(sentence))).toEqual([]);
});
