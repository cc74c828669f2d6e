import {keymap} from '../keymap.js';
import {emptyLine, type Line} from '../line.js';
import {restartLetters} from './restart-marks.js';
import {heading, labelled, title} from './labelled.js';

const labelWidth = 14;

const signs: ReadonlyArray<readonly [sign: string, meaning: string]> = [
  [
    'T M …  r  ?  ·',
    `the strip of restarts, newest at the right: ${restartLetters.map(({letter, word}) => `${letter} ${word}`).join(', ')}, · none`,
  ],
  ['+  -', 'a worker that was forked in the last ten seconds, and one that has ended'],
  [
    '██▌·· 15/30s',
    'time since the last heartbeat against the timeout; at the end of the bar the master kills the worker',
  ],
  ['✓  ~  ✗  –', 'a source of evidence: readable, in parts, not readable, turned off'],
  ['–', 'not known; never a zero'],
  ['certain', 'named by a fact that no other cause produces, with every rival excluded'],
  ['likely ?', 'the best explanation, with a rival that could not be excluded'],
  ['possible ??', 'one of several; what would tell them apart could not be read'],
];

/** The keys, from the same table that handles them, and the signs. */
export function helpLines(width: number): readonly Line[] {
  return [
    title('KEYS', width),
    ...keymap.flatMap(({written, help}) => labelled(written, help, labelWidth, width)),
    emptyLine,
    heading('SIGNS'),
    ...signs.flatMap(([sign, meaning]) => labelled(sign, meaning, labelWidth, width)),
  ];
}
