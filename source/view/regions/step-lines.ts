import type {NextStep} from '../../diagnosis/next-steps.js';
import {cut, span, type Line} from '../line.js';
import {wrapWords} from '../wrap-words.js';

const indent = '    ';

/** Steps of the guide with their commands. */
export function nextStepLines(steps: readonly NextStep[], width: number): readonly Line[] {
  return steps.flatMap(({step, text, commands}) => [
    ...wrapWords(text, width - 5).map((part, row): Line => [
      span(row === 0 ? ` ${step}  ` : indent, 'quiet'),
      span(part),
    ]),
    ...commands.flatMap((command) =>
      wrapCommand(command, width - 7).map((part, row): Line => [
        span(row === 0 ? `${indent}$ ` : `${indent}  `, 'quiet'),
        span(part, 'info'),
      ]),
    ),
  ]);
}

/** A command over as many lines as it needs, each but the last ending in a backslash: what is copied must run. */
export function wrapCommand(command: string, width: number): readonly string[] {
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"]|['"])+/gu) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width - 2 || line === '') {
      line = longer;
    } else {
      lines.push(`${line} \\`);
      line = word;
    }
  }
  return [...lines, line].map((part) => cut(part, width));
}
