import type {Headline} from '../../snapshot.js';
import {formatClock} from '../format.js';
import {cutLine, lineWidth, span, spread, type Line} from '../line.js';
import type {Tone} from '../theme.js';
import {wrapWords} from '../wrap-words.js';

const labelTones: Readonly<Record<Headline['status'], Tone>> = {
  healthy: 'label-good',
  incident: 'label-bad',
  recycle: 'label-info',
  watching: 'label-info',
  waiting: 'label-info',
};

/** The first thing a reader sees: a word, a sentence over at most `maxLines` lines, and since when. */
export function headlineLines(headline: Headline, offsetMinutes: number, width: number, maxLines = 3): readonly Line[] {
  const label = [span(' '), span(` ${headline.label} `, labelTones[headline.status]), span(' ')];
  const right: Line =
    headline.sinceMs === undefined ? [] : [span(`since ${formatClock(headline.sinceMs, offsetMinutes)} `, 'quiet')];
  const firstWidth = width - lineWidth(label) - lineWidth(right) - (right.length === 0 ? 1 : 2);
  const [first = '', ...others] = wrapWords(headline.text, firstWidth);
  // Narrow screens cannot afford to hang the sentence under itself.
  const indent = width < 80 ? 2 : lineWidth(label);
  const more = maxLines > 1 ? wrapWords(others.join(' '), width - indent - 1, maxLines - 1) : [];
  const shown = more.length === 0 && others.length > 0 ? `${first} …` : first;
  return [
    spread([...label, span(shown, headline.status === 'incident' ? 'strong' : undefined)], right, width),
    ...more.map((text) =>
      cutLine([span(' '.repeat(indent)), span(text, headline.status === 'incident' ? 'strong' : undefined)], width),
    ),
  ];
}
