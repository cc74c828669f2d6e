import type {SourceState} from '../../observation.js';
import {fitParts, type Part} from '../fit-parts.js';
import {keymap} from '../keymap.js';
import {lineWidth, span, spread, type Line, type Span} from '../line.js';
import type {UiState} from '../ui-state/ui-state.js';

/** How each state of a source is marked; the overlay `e` says it in words. */
export const sourceMarks: Readonly<Record<SourceState['state'], Span>> = {
  ok: span('✓', 'good'),
  partly: span('~', 'warn'),
  denied: span('✗', 'warn'),
  unsupported: span('✗', 'warn'),
  failed: span('✗', 'warn'),
  off: span('–', 'quiet'),
};

/** The last line: what the keys do now, and which sources of evidence there are. `position` is that of an overlay's window. */
export function footerLine(
  ui: Pick<UiState, 'overlay' | 'typing' | 'filter' | 'paused'>,
  sources: readonly SourceState[],
  width: number,
  position?: string,
): Line {
  if (ui.typing) {
    return spread([span(` / ${ui.filter}`), span('_', 'strong')], [span('enter keep  esc clear ', 'quiet')], width);
  }
  const keys = ui.overlay === undefined ? listKeys(ui) : overlayKeys(position);
  const allKeys = lineWidth(fitParts(keys, span('  '), Number.POSITIVE_INFINITY));
  const right = sourcesLine(sources, width - 3 - Math.min(allKeys, Math.floor(width * 0.6)));
  const left = fitParts(keys, span('  '), width - lineWidth(right) - 3);
  return spread([span(' '), ...left], right, width);
}

function keyPart(keyName: string, text: string, rank: number): Part {
  return {rank, line: [span(keyName, 'strong'), span(` ${text}`, 'quiet')]};
}

function overlayKeys(position: string | undefined): readonly Part[] {
  return [
    keyPart('esc', 'back', 1),
    ...(position === undefined ? [] : [keyPart('↑↓', `scroll, ${position}`, 2)]),
    keyPart('q', 'quit', 3),
  ];
}

function listKeys({paused, filter}: Pick<UiState, 'paused' | 'filter'>): readonly Part[] {
  return [
    ...(paused === undefined ? [] : [keyPart('p', 'go on', 1)]),
    ...(filter === '' ? [] : [keyPart('esc', 'clear filter', 1)]),
    ...keymap.flatMap(({footer}) =>
      footer === undefined || (paused !== undefined && footer.key === 'p')
        ? []
        : [keyPart(footer.key, footer.text, footer.rank)],
    ),
  ];
}

/** All sources by name where they fit, else those that are missing, else how many are there. */
function sourcesLine(sources: readonly SourceState[], width: number): Line {
  if (sources.length === 0) {
    return [];
  }
  const bad = sources.filter(({state}) => state !== 'ok');
  const good = sources.length - bad.length;
  const label = span('evidence: ', 'quiet');
  const count: Line = [span(`${good}${bad.length === 0 ? '' : ` of ${sources.length}`} `), sourceMarks.ok, span(' ')];
  const candidates: readonly Line[] = [
    [label, ...sources.flatMap(sourceSpans)],
    [label, ...bad.flatMap(sourceSpans), ...count],
    [...bad.flatMap(sourceSpans), ...count],
    [label, ...count],
  ];
  return candidates.find((line) => lineWidth(line) <= width) ?? count;
}

function sourceSpans({id, state}: SourceState): readonly Span[] {
  return [span(`${id} `, 'quiet'), sourceMarks[state], span(' ')];
}
