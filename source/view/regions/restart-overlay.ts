import type {Cause, Evidence} from '../../diagnosis/verdict.js';
import type {Restart} from '../../snapshot.js';
import {formatClock, formatDay, formatOffset, formatSeconds} from '../format.js';
import {cutLine, emptyLine, span, type Line} from '../line.js';
import {wrapWords} from '../wrap-words.js';
import {heading, labelled} from './labelled.js';
import type {Clock} from './picture.js';
import {questionWords, titleLine} from './restart-card.js';
import {lifeText, lostText, replacementText, rivalsText} from './restart-words.js';

const labelWidth = 21;
const sourceWidth = 13;

/** Everything that is known of one restart, in as many lines as it takes. */
export function restartOverlayLines(restart: Restart, clock: Clock, width: number): readonly Line[] {
  const {offsetMinutes} = clock;
  const answers = restart.questions.flatMap((answer) =>
    labelled(questionWords[answer.id].long, withSources(answer.answer, answer.evidence), labelWidth, width),
  );
  const facts = [
    ...labelled(
      'Died',
      `${formatDay(restart.atMs, offsetMinutes)} ${formatClock(restart.atMs, offsetMinutes)} ${formatOffset(offsetMinutes)}`,
      labelWidth,
      width,
    ),
    ...labelled('Its life', lifeText(restart), labelWidth, width),
    ...labelled('Request', requestText(restart), labelWidth, width),
    ...labelled('Blocked on', restart.blockedOn ?? '', labelWidth, width),
    ...labelled('Onset', onsetText(restart, offsetMinutes), labelWidth, width),
    ...labelled('Replaced by', replacementText(restart, offsetMinutes), labelWidth, width),
    ...labelled('Lost', lostText(restart), labelWidth, width),
    ...labelled('Could also be', rivalsText(restart), labelWidth, width),
  ];
  return [
    titleLine(restart, clock, width),
    ...wrapWords(restart.summary, width - 2).map((text): Line => [span(` ${text}`, 'strong')]),
    ...section('THE FOUR QUESTIONS', answers),
    ...evidenceSections(restart, offsetMinutes, width),
    ...section('FACTS', facts),
    ...section(
      'STACK, innermost first',
      (restart.stack ?? []).map((frame) => cutLine([span(` ${frame}`)], width)),
    ),
    ...section('TRACEBACK, innermost last', tracebackLines(restart, width)),
  ];
}

function section(title: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [emptyLine, heading(title), ...lines];
}

function withSources(answer: string, sources: readonly string[]): string {
  return sources.length === 0 ? answer : `${answer} (${sources.join(', ')})`;
}

/** What speaks for the cause, what against others, and what was seen beside it. */
function evidenceSections(restart: Restart, offsetMinutes: number, width: number): readonly Line[] {
  const speaksFor = ({supports}: Evidence) => supports === restart.cause;
  const against = ({contradicts}: Evidence) => contradicts !== undefined;
  const {evidence} = restart;
  const lines = (facts: readonly Fact[]) => facts.flatMap((fact) => factLines(fact, offsetMinutes, width));
  return [
    ...section(`EVIDENCE FOR ${restart.cause}`, lines(factsOf(evidence.filter(speaksFor), restart))),
    ...section(
      'EVIDENCE AGAINST',
      lines(
        factsOf(
          evidence.filter((item) => against(item) && !speaksFor(item)),
          restart,
        ),
      ),
    ),
    ...section(
      'ALSO SEEN',
      lines(
        factsOf(
          evidence.filter((item) => !against(item) && !speaksFor(item)),
          restart,
        ),
      ),
    ),
  ];
}

/** A fact with all the causes that it speaks against, and the one that it would speak for. */
type Fact = Evidence & {readonly not: readonly Cause[]};

/** One fact often excludes several causes, and is read only once. */
function factsOf(evidence: readonly Evidence[], {cause}: Restart): readonly Fact[] {
  const facts = new Map<string, Fact>();
  for (const item of evidence) {
    const key = [item.source, item.fact, item.atMs, item.supports].join('\n');
    const {not, ...first} = facts.get(key) ?? {...item, not: []};
    facts.set(key, {...first, not: item.contradicts === undefined ? not : [...not, item.contradicts]});
  }
  return [...facts.values()].map(({supports, ...fact}) =>
    supports === undefined || supports === cause ? fact : {...fact, supports},
  );
}

function factLines({source, fact, atMs, supports, not}: Fact, offsetMinutes: number, width: number): readonly Line[] {
  const when = atMs === undefined ? '' : ` at ${formatClock(atMs, offsetMinutes)}`;
  const verdict = [
    ...(not.length === 0 ? [] : [`not ${not.join(', ')}`]),
    ...(supports === undefined ? [] : [`would speak for ${supports}`]),
  ].join(', ');
  return labelled(source, `${verdict === '' ? '' : `${verdict}: `}${fact}${when}`, sourceWidth, width);
}

function requestText({request}: Restart): string {
  const age = request?.ageSeconds === undefined ? undefined : `for ${formatSeconds(request.ageSeconds)}`;
  return [request?.method, request?.path, age].filter((part) => part !== undefined).join(' ');
}

function onsetText({onsets}: Restart, offsetMinutes: number): string {
  const {heartbeatAtMs, memoryAtMs} = onsets;
  return [
    ...(heartbeatAtMs === undefined ? [] : [`heartbeat silent since ${formatClock(heartbeatAtMs, offsetMinutes)}`]),
    ...(memoryAtMs === undefined ? [] : [`memory rising since ${formatClock(memoryAtMs, offsetMinutes)}`]),
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
