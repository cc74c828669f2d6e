import {harmOf} from '../../diagnosis/harm.js';
import {nextSteps} from '../../diagnosis/next-steps.js';
import type {Restart} from '../../snapshot.js';
import {formatClock, formatDay, formatOffset, formatSeconds} from '../format.js';
import {cutLine, span, type Line} from '../line.js';
import {wrapWords} from '../wrap-words.js';
import {labelled, section} from './labelled.js';
import type {Picture} from './picture.js';
import {questionWords, titleLine} from './restart-card.js';
import {evidenceSections} from './restart-evidence.js';
import {lifeText, replacementText, rivalsText} from './restart-words.js';
import {nextStepLines} from './step-lines.js';
import {trailLines} from './trail-lines.js';

const labelWidth = 21;
const clockWidth = 9;

/**
 * Everything that is known of one restart, in as many lines as it takes: the answers and what it cost, its last minute,
 * where it stood, the evidence, what was printed, and at the end where to look next.
 */
export function restartOverlayLines(restart: Restart, picture: Picture, width: number): readonly Line[] {
  const {offsetMinutes, snapshot} = picture;
  const answers = restart.questions.flatMap((answer) =>
    labelled(questionWords[answer.id].long, withSources(answer.answer, answer.evidence), labelWidth, width),
  );
  const harm = labelled('Harmful, or visible?', harmOf(restart).text, labelWidth, width);
  const timeoutSeconds = snapshot.master?.settings.timeoutSeconds?.value;
  return [
    titleLine(restart, picture, width),
    ...wrapWords(restart.summary, width - 2).map((text): Line => [span(` ${text}`, 'strong')]),
    ...section('THE FOUR QUESTIONS, AND THE HARM', [...answers, ...harm]),
    ...section('LAST MINUTE', trailLines(restart, {timeoutSeconds, offsetMinutes}, width)),
    ...section(
      'STACK, innermost first',
      (restart.stack ?? []).map((frame) => cutLine([span(` ${frame}`)], width)),
    ),
    ...evidenceSections(restart, offsetMinutes, width),
    ...section('FACTS', factLines(restart, offsetMinutes, width)),
    ...section('TRACEBACK, innermost last', tracebackLines(restart, width)),
    ...section(
      'WHAT WAS PRINTED ABOUT IT',
      (restart.log ?? []).flatMap(({atMs, text}) =>
        labelled(formatClock(atMs, offsetMinutes), text, clockWidth, width, undefined, 3),
      ),
    ),
    ...section('LOOK NEXT; commands to copy, gunspect runs none', nextStepLines(nextSteps(restart, snapshot), width)),
  ];
}

function withSources(answer: string, sources: readonly string[]): string {
  return sources.length === 0 ? answer : `${answer} (${sources.join(', ')})`;
}

function factLines(restart: Restart, offsetMinutes: number, width: number): readonly Line[] {
  const {atMs} = restart;
  const died = `${formatDay(atMs, offsetMinutes)} ${formatClock(atMs, offsetMinutes)} ${formatOffset(offsetMinutes)}`;
  const facts: ReadonlyArray<readonly [label: string, text: string]> = [
    ['Died', died],
    ['Its life', lifeText(restart)],
    ['Request', requestText(restart)],
    ['Blocked on', restart.blockedOn ?? ''],
    ['Onset', onsetText(restart, offsetMinutes)],
    ['Replaced by', replacementText(restart, offsetMinutes)],
    ['Could also be', rivalsText(restart)],
  ];
  return facts.flatMap(([label, text]) => labelled(label, text, labelWidth, width));
}

function requestText({request}: Restart): string {
  const age = request?.ageSeconds === undefined ? undefined : `for ${formatSeconds(request.ageSeconds)}`;
  return [request?.method, request?.path, age].filter((part) => part !== undefined).join(' ');
}

function onsetText({onsets}: Restart, offsetMinutes: number): string {
  const {heartbeatAtMs, memoryAtMs, cpuAtMs, trafficAtMs} = onsets;
  const since = (what: string, atMs: number | undefined): readonly string[] =>
    atMs === undefined ? [] : [`${what} since ${formatClock(atMs, offsetMinutes)}`];
  return [
    ...since('traffic spike', trafficAtMs),
    ...since('memory rising', memoryAtMs),
    ...since('waiting for a processor', cpuAtMs),
    ...since('heartbeat silent', heartbeatAtMs),
  ].join(', ');
}

function tracebackLines({traceback}: Restart, width: number): readonly Line[] {
  if (traceback === undefined) {
    return [];
  }
  const raised = [traceback.exception, traceback.message].filter((part) => part !== undefined).join(': ');
  return [
    ...traceback.frames.map((frame) => cutLine([span(` ${frame.file}:${frame.line} ${frame.function}`)], width)),
    ...wrapWords(raised, width - 2).map((text): Line => [span(` ${text}`, 'bad')]),
  ];
}
