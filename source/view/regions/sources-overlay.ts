import type {SourceState} from '../../source-state.js';
import type {Snapshot} from '../../snapshot.js';
import {cutLine, emptyLine, span, type Line} from '../line.js';
import {sourceWords, stateWords} from '../source-words.js';
import {sourceMarks} from './footer.js';
import {heading, labelled, title} from './labelled.js';

/** The longest id, `control-socket`, and a blank. */
const labelWidth = 15;

/** Every source of evidence: whether it is readable, what stands in the way, and what would unlock it. */
export function sourcesLines(snapshot: Snapshot, width: number): readonly Line[] {
  const unknownRequests = labelled('requests', snapshot.requestsUnknownBecause ?? '', labelWidth, width);
  return [
    title('SOURCES OF EVIDENCE', width),
    ...snapshot.sources.flatMap((source) => sourceLines(source, width)),
    ...(unknownRequests.length === 0 ? [] : [emptyLine, heading('NOT KNOWN'), ...unknownRequests]),
  ];
}

function sourceLines({id, state, why, unlock}: SourceState, width: number): readonly Line[] {
  const mark = sourceMarks[state];
  return [
    cutLine(
      [
        span(` ${id.padEnd(labelWidth)}`, 'quiet'),
        mark,
        span(` ${stateWords[state]}`, mark.tone),
        span(` · ${sourceWords[id]}`, 'quiet'),
      ],
      width,
    ),
    ...labelled('', why ?? '', labelWidth + 2, width),
    ...labelled('', unlock === undefined ? '' : `to unlock: ${unlock}`, labelWidth + 2, width),
  ];
}
