/** The guide: its five steps with what each has found in this incident, or what is missing and how to get it. */
import {guideSteps, type GuideStep} from '../../diagnosis/guide-steps.js';
import {nextSteps} from '../../diagnosis/next-steps.js';
import {emptyLine, span, type Line} from '../line.js';
import type {Tone} from '../theme.js';
import {selectedRestart} from '../ui-state/selection.js';
import {wrapWords} from '../wrap-words.js';
import {labelled, section, title} from './labelled.js';
import type {Picture} from './picture.js';
import {nextStepLines} from './step-lines.js';

const stateWords: Readonly<Record<GuideStep['state'], {readonly word: string; readonly tone: Tone}>> = {
  found: {word: 'found', tone: 'good'},
  quiet: {word: 'nothing to find', tone: 'quiet'},
  missing: {word: 'missing', tone: 'warn'},
};

const indent = '    ';
const missingWidth = 14;

export function guideLines({snapshot}: Picture, width: number): readonly Line[] {
  const restart = selectedRestart(snapshot.restarts, undefined);
  return [
    title('THE GUIDE', width),
    ...guideSteps(snapshot).flatMap((step, index) => [...(index === 0 ? [] : [emptyLine]), ...stepLines(step, width)]),
    ...(restart === undefined
      ? []
      : section(
          `LOOK NEXT, after #${restart.worker.pid} ${restart.cause}; commands to copy, gunspect runs none`,
          nextStepLines(nextSteps(restart, snapshot), width),
        )),
  ];
}

function stepLines({step, title: name, state, text, missing = []}: GuideStep, width: number): readonly Line[] {
  const {word, tone} = stateWords[state];
  return [
    [span(` ${step}  ${name}`, 'strong')],
    ...wrapWords(`${word}: ${text}`, width - indent.length - 1).map((part, row): Line =>
      row === 0
        ? [span(indent), span(part.slice(0, word.length), tone), span(part.slice(word.length))]
        : [span(`${indent}${part}`)],
    ),
    ...missing.flatMap(({what, how}) => [
      ...labelled(`${indent}missing`, what, missingWidth, width, 'warn'),
      ...labelled(`${indent}to get it`, how, missingWidth, width),
    ]),
  ];
}
