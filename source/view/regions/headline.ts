import type {Headline} from '../../snapshot.js';
import {formatMoment} from '../format.js';
import {cutLine, lineWidth, span, spread, type Line} from '../line.js';
import type {Tone} from '../theme.js';
import {wrapWords} from '../wrap-words.js';
import type {Picture} from './picture.js';

const labelTones: Readonly<Record<Headline['status'], Tone>> = {
  healthy: 'label-good',
  incident: 'label-bad',
  recycle: 'label-info',
  watching: 'label-info',
  waiting: 'label-info',
};

/** Narrower screens cannot afford to hang the sentence under itself, nor to break it for the time. */
const wideColumns = 80;

/** The first thing a reader sees: a word, a sentence over at most `maxLines` lines, and since when. */
export function headlineLines(
  {snapshot: {headline}, nowMs, offsetMinutes}: Picture,
  width: number,
  maxLines = 3,
): readonly Line[] {
  const label = [span(' '), span(` ${headline.label} `, labelTones[headline.status]), span(' ')];
  const indent = width < wideColumns ? 2 : lineWidth(label);
  const tone = headline.status === 'incident' ? 'strong' : undefined;
  const since: Line =
    headline.sinceMs === undefined
      ? []
      : [span(`since ${formatMoment(headline.sinceMs, nowMs, offsetMinutes)} `, 'quiet')];
  const breakLines = (firstWidth: number) => {
    const [first = '', ...others] = wrapWords(headline.text, firstWidth);
    const rest = wrapWords(others.join(' '), width - indent - 1, maxLines - 1);
    return [maxLines === 1 && others.length > 0 ? `${first} …` : first, ...rest].map((text, row) => [
      ...(row === 0 ? label : [span(' '.repeat(indent))]),
      span(text, tone),
    ]);
  };
  const lines = breakLines(width - lineWidth(label) - 1);
  const last = lines.at(-1) ?? [];
  if (lineWidth(last) + 2 + lineWidth(since) <= width) {
    return [...lines.slice(0, -1), spread(last, since, width)];
  }
  if (width < wideColumns) {
    return lines.map((line) => cutLine(line, width));
  }
  const [first = [], ...others] = breakLines(width - lineWidth(label) - lineWidth(since) - 2);
  return [spread(first, since, width), ...others.map((line) => cutLine(line, width))];
}
