/** The evidence of a verdict, for and against, each fact read once. */
import {factsOf, type Fact} from '../../diagnosis/evidence-facts.js';
import type {Evidence} from '../../diagnosis/verdict.js';
import type {Restart} from '../../snapshot.js';
import {formatClock} from '../format.js';
import type {Line} from '../line.js';
import {labelled, section} from './labelled.js';

const sourceWidth = 13;

/** What speaks for the cause, what against others, and what was seen beside it. */
export function evidenceSections(restart: Restart, offsetMinutes: number, width: number): readonly Line[] {
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

function factLines({source, fact, atMs, supports, not}: Fact, offsetMinutes: number, width: number): readonly Line[] {
  const when = atMs === undefined ? '' : ` at ${formatClock(atMs, offsetMinutes)}`;
  const verdict = [
    ...(not.length === 0 ? [] : [`not ${not.join(', ')}`]),
    ...(supports === undefined ? [] : [`would speak for ${supports}`]),
  ].join(', ');
  return labelled(source, `${verdict === '' ? '' : `${verdict}: `}${fact}${when}`, sourceWidth, width);
}
