import type {QuestionId} from '../../diagnosis/verdict.js';
import type {Restart} from '../../snapshot.js';
import {formatClock, formatOffset} from '../format.js';
import {span, spread, type Line} from '../line.js';
import type {Tone} from '../theme.js';
import {labelled} from './labelled.js';
import {causeText, causeTone, lifeText, lostText, replacementText, rivalsText, ruledOutText} from './restart-words.js';

/** The four questions as they are asked on the screen, in full and where there is little room. */
export const questionWords: Readonly<Record<QuestionId, {readonly long: string; readonly short: string}>> = {
  doing: {long: 'What was it doing?', short: 'Doing'},
  phase: {long: 'Traffic, boot, wait?', short: 'Phase'},
  pressure: {long: 'What rose first?', short: 'Rose first'},
  'without-traffic': {long: 'With no traffic?', short: 'No traffic'},
};

const longLabelWidth = 21;
const shortLabelWidth = 11;
/** Under this width the questions are asked in one or two words. */
const longLabelsFrom = 66;

type Item = {readonly long: string; readonly short: string; readonly text: string; readonly tone?: Tone};

/** The restart's verdict in one line, why, and its answers, over at most `height` lines of `width` columns. */
export function restartCardLines(
  restart: Restart,
  offsetMinutes: number,
  width: number,
  height: number,
): readonly Line[] {
  const long = width >= longLabelsFrom;
  const labelWidth = long ? longLabelWidth : shortLabelWidth;
  const why = (maxLines: number) =>
    labelled('', restart.summary, 0, width, restart.expected === true ? 'quiet' : 'strong', maxLines);
  const blocks = [
    (maxLines: number) => why(Math.min(maxLines, 3)),
    ...itemsOf(restart, offsetMinutes).map(
      (item) => (maxLines: number) =>
        labelled(long ? item.long : item.short, item.text, labelWidth, width, item.tone, maxLines),
    ),
  ];
  const heights = shareLines(
    blocks.map((block) => block(height).length),
    height - 1,
  );
  return [
    titleLine(restart, offsetMinutes, width),
    ...blocks.flatMap((block, index) => block(heights[index] ?? 0)),
  ].slice(0, height);
}

/** How many lines it takes to leave nothing out. */
export function restartCardHeight(restart: Restart, offsetMinutes: number, width: number): number {
  return restartCardLines(restart, offsetMinutes, width, 100).length;
}

/** Shares `room` lines: each gets one in the order of their worth, then the rest grow to what they want in that order. */
function shareLines(wanted: readonly number[], room: number): readonly number[] {
  const given = wanted.map((lines, index): number => (lines > 0 && index < room ? 1 : 0));
  let left = room - given.reduce((sum, lines) => sum + lines, 0);
  return given.map((lines, index) => {
    const more = lines === 0 ? 0 : Math.min(left, (wanted[index] ?? 0) - lines);
    left -= more;
    return lines + more;
  });
}

/** Who died, of what, how sure that is, and when. */
export function titleLine(restart: Restart, offsetMinutes: number, width: number): Line {
  const {worker, replacement, confidence} = restart;
  const successor = replacement === undefined ? '' : ` → ${replacement.pid}`;
  return spread(
    [
      span(` #${worker.pid}${successor}  `, 'strong'),
      span(causeText(restart).toUpperCase(), causeTone(restart)),
      span(`  ${confidence}`),
      ...(restart.expected === true ? [span(' · expected', 'quiet')] : []),
    ],
    [span(` ${formatClock(restart.atMs, offsetMinutes)} ${formatOffset(offsetMinutes)} `, 'quiet')],
    width,
  );
}

function itemsOf(restart: Restart, offsetMinutes: number): readonly Item[] {
  const answers = restart.questions.map((answer): Item => ({
    ...questionWords[answer.id],
    text: answer.answer,
    ...(answer.verdict === 'unknown' ? {tone: 'quiet' as const} : {}),
  }));
  const optional = [
    {long: 'Ruled out', short: 'Ruled out', text: ruledOutText(restart)},
    {long: 'Replaced by', short: 'Replaced', text: replacementText(restart, offsetMinutes)},
    {long: 'Its life', short: 'Life', text: lifeText(restart)},
    {long: 'Lost', short: 'Lost', text: lostText(restart)},
    {long: 'Could also be', short: 'Or else', text: rivalsText(restart)},
  ];
  return [...answers, ...optional.filter((item) => item.text !== '')];
}
