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
  const times = timesTexts(headline, nowMs, offsetMinutes).map((text): Line => [span(`${text} `, 'quiet')]);
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
  const beside = times.find((text) => lineWidth(last) + 2 + lineWidth(text) <= width);
  if (beside !== undefined || times.length === 0) {
    return [...lines.slice(0, -1), spread(last, beside ?? [], width)];
  }
  if (width < wideColumns) {
    return lines.map((line) => cutLine(line, width));
  }
  const [whole = []] = times;
  const [first = [], ...others] = breakLines(width - lineWidth(label) - lineWidth(whole) - 2);
  return [spread(first, whole, width), ...others.map((line) => cutLine(line, width))];
}

/** An incident is not fresh any more when nothing happened for this long. */
const quietAfterMs = 60_000;

/** "since 13:52:35, last 4 min ago", or less of it. The age counts in whole minutes: it is not to move the eye. */
function timesTexts({sinceMs, lastMs}: Headline, nowMs: number, offsetMinutes: number): readonly string[] {
  if (sinceMs === undefined) {
    return [];
  }
  const since = `since ${formatMoment(sinceMs, nowMs, offsetMinutes)}`;
  const quietMs = lastMs === undefined ? 0 : nowMs - lastMs;
  const ago = `last ${Math.floor(quietMs / 60_000)} min ago`;
  return quietMs < quietAfterMs ? [since] : [`${since}, ${ago}`, ago];
}
