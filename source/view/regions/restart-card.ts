import type {QuestionId} from '../../diagnosis/verdict.js';
import type {Restart} from '../../snapshot.js';
import {formatMoment, formatOffset} from '../format.js';
import {fitParts} from '../fit-parts.js';
import {rule, span, type Line} from '../line.js';
import type {Tone} from '../theme.js';
import {labelled} from './labelled.js';
import type {Clock} from './picture.js';
import {
  causeText,
  causeTone,
  changedText,
  evidenceText,
  lifeText,
  lostText,
  replacementText,
  rivalsText,
} from './restart-words.js';
import {ruledOutGroups, ruledOutText} from './ruled-out.js';

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

/** `shorter` are texts to say instead where the whole one has no room, the longest first. */
type Item = {
  readonly long: string;
  readonly short: string;
  readonly text: string;
  readonly tone?: Tone;
  readonly shorter?: readonly string[];
};

/**
 * The restart's verdict as a title, why, and its answers, over at most `height` lines of `width` columns. The sentence
 * of why and the four questions come first and in full; the rest takes what they leave.
 */
export function restartCardLines(restart: Restart, clock: Clock, width: number, height: number): readonly Line[] {
  const long = width >= longLabelsFrom;
  const labelWidth = long ? longLabelWidth : shortLabelWidth;
  const block = (item: Item) => (maxLines: number) => {
    const label = long ? item.long : item.short;
    const whole = (text: string) => labelled(label, text, labelWidth, width, item.tone);
    const fitting = [item.text, ...(item.shorter ?? [])].map(whole).find((lines) => lines.length <= maxLines);
    return fitting ?? labelled(label, item.shorter?.at(-1) ?? item.text, labelWidth, width, item.tone, maxLines);
  };
  const whyTone = restart.expected === true ? 'quiet' : 'strong';
  const why = (maxLines: number) => labelled('', restart.summary, 0, width, whyTone, Math.min(maxLines, 3));
  const whyLines = why(Math.min(2, height - 1));
  const answers = fitBlocks(answerItems(restart).map(block), height - 1 - whyLines.length);
  const others = fitBlocks(
    otherItems(restart, clock.offsetMinutes).map(block),
    height - 1 - whyLines.length - answers.length,
  );
  return [titleLine(restart, clock, width), ...whyLines, ...answers, ...others];
}

/** How many lines it takes to leave nothing out. */
export function restartCardHeight(restart: Restart, clock: Clock, width: number): number {
  return restartCardLines(restart, clock, width, 100).length;
}

/** A text over as many lines as it is given. */
type Block = (maxLines: number) => readonly Line[];

/** What a block may take while others are cut. */
const fairLines = 3;

/** Draws the blocks in `room` lines: each gets one as long as there are any, then a fair share, then what is left. */
function fitBlocks(blocks: readonly Block[], room: number): readonly Line[] {
  const shown = blocks.slice(0, Math.max(0, room));
  const heights = shown.map(() => 1);
  let left = room - shown.length;
  for (const most of [fairLines, Number.POSITIVE_INFINITY]) {
    for (const [index, block] of shown.entries()) {
      const height = heights[index] ?? 1;
      const more = Math.min(left, Math.max(0, Math.min(most, block(Number.POSITIVE_INFINITY).length) - height));
      heights[index] = height + more;
      left -= more;
    }
  }
  return shown.flatMap((block, index) => block(heights[index] ?? 1));
}

/** Who died, of what, how sure that is, and when. On a narrow pane the variant goes first, then the replacement. */
export function titleLine(restart: Restart, {nowMs, offsetMinutes}: Clock, width: number): Line {
  const {worker, replacement, confidence, cause, expected} = restart;
  const time = span(`${formatMoment(restart.atMs, nowMs, offsetMinutes)} ${formatOffset(offsetMinutes)}`, 'quiet');
  const tone = causeTone(restart);
  const parts = [
    {rank: 1, line: [span(`#${worker.pid}`, 'strong')]},
    ...(replacement === undefined ? [] : [{rank: 4, line: [span(` → ${replacement.pid}`, 'strong')]}]),
    {rank: 1, line: [span(`  ${cause.toUpperCase()}`, tone)]},
    {rank: 5, line: [span(causeText(restart).slice(cause.length).toUpperCase(), tone)]},
    {rank: 2, line: [span(`  ${confidence}`)]},
    ...(expected === true ? [{rank: 3, line: [span(' · expected', 'quiet')]}] : []),
  ];
  return rule(fitParts(parts, span(''), width - time.text.length - 7), [time], width);
}

function answerItems(restart: Restart): readonly Item[] {
  return restart.questions.map(({id, answer, verdict}) => ({
    ...questionWords[id],
    text: answer,
    ...(verdict === 'unknown' ? {tone: 'quiet' as const} : {}),
  }));
}

function otherItems(restart: Restart, offsetMinutes: number): readonly Item[] {
  const ruledOut = ruledOutGroups(restart);
  const items: readonly Item[] = [
    {long: 'Could also be', short: 'Or else', text: rivalsText(restart)},
    {
      long: 'Ruled out',
      short: 'Ruled out',
      text: ruledOutText(ruledOut),
      shorter: ruledOut.map((_, index) => ruledOutText(ruledOut, ruledOut.length - 1 - index)).slice(0, -1),
    },
    {long: 'What had changed', short: 'Changed', text: changedText(restart)},
    {long: 'Evidence', short: 'Evidence', text: evidenceText(restart)},
    {long: 'Replaced by', short: 'Replaced', text: replacementText(restart, offsetMinutes)},
    {long: 'Its life', short: 'Life', text: lifeText(restart)},
    {long: 'Lost', short: 'Lost', text: lostText(restart)},
    {long: 'Stack', short: 'Stack', text: (restart.stack ?? []).join(' ← ')},
  ];
  return items.filter((item) => item.text !== '');
}
