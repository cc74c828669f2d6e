import type {SourceState} from '../../source-state.js';
import {fitParts, type Part} from '../fit-parts.js';
import {keymap} from '../keymap.js';
import {cutLine, lineWidth, span, spread, type Line, type Span} from '../line.js';
import type {UiState} from '../ui-state/ui-state.js';

/** How each state of a source is marked; the overlay `e` says it in words. */
export const sourceMarks: Readonly<Record<SourceState['state'], Span>> = {
  ok: span('✓', 'good'),
  partly: span('~', 'warn'),
  denied: span('✗', 'warn'),
  unsupported: span('–', 'quiet'),
  failed: span('✗', 'warn'),
  off: span('–', 'quiet'),
};

/** The last line: what the keys do now, and which sources of evidence there are. `position` is that of an overlay's window. */
export function footerLine(
  ui: Pick<UiState, 'overlay' | 'typing' | 'filter' | 'paused' | 'prompt' | 'message'>,
  sources: readonly SourceState[],
  width: number,
  position?: string,
): Line {
  if (ui.typing) {
    return spread([span(` / ${ui.filter}`), span('_', 'strong')], [span('enter keep  esc clear ', 'quiet')], width);
  }
  if (ui.prompt !== undefined) {
    const {kind, text} = ui.prompt;
    const right = [span('enter go  esc cancel ', 'quiet')];
    const room = width - lineWidth(right) - text.length - longestTyped;
    const asked = promptWords[kind].find((words) => words.length <= room) ?? '';
    return spread([span(` ${asked} ${text}`), span('_', 'strong')], right, width);
  }
  if (ui.message !== undefined) {
    return cutLine([span(` ${ui.message}`, 'warn')], width);
  }
  const keys = ui.overlay === undefined ? listKeys(ui) : overlayKeys(position);
  const allKeys = lineWidth(fitParts(keys, span('  '), Number.POSITIVE_INFINITY));
  const right = sourcesLine(sources, width - 3 - Math.min(allKeys, Math.floor(width * 0.6)));
  const left = fitParts(keys, span('  '), width - lineWidth(right) - 3);
  return spread([span(' '), ...left], right, width);
}

/** Room for what is mostly typed: a time of day, or a pid. */
const longestTyped = 14;

/** What is asked for, in full and where there is little room. */
const promptWords: Readonly<Record<NonNullable<UiState['prompt']>['kind'], readonly string[]>> = {
  jump: [
    'jump to a time (14:03, -5m), a worker (#9101), or enter for the event before:',
    'jump to (14:03, -5m):',
    'to:',
  ],
  restart: ['restart of worker #', '#'],
};

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
    ...(paused === undefined ? [] : [keyPart('l', 'live', 1), keyPart('T t', 'step', 2), keyPart('b', 'jump', 3)]),
    ...(filter === '' ? [] : [keyPart('esc', 'clear filter', 1)]),
    ...keymap.flatMap(({footer}) =>
      footer === undefined || (paused !== undefined && (footer.key === 'p' || footer.key === 'T'))
        ? []
        : [keyPart(footer.key, footer.text, footer.rank)],
    ),
  ];
}

/**
 * All sources by name where they fit, else those that are missing, else how many are there. What this target or machine
 * does not have is nothing that is missing: the overlay names it.
 */
function sourcesLine(all: readonly SourceState[], width: number): Line {
  const sources = all.filter(({state}) => state !== 'unsupported');
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
