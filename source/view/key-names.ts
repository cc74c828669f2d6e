import type {Key} from 'ink';

/** Control characters that arrive inside a run of keys read at once, and are not the control key with a letter. */
const controlNames: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  ' ': 'space',
  '\u0008': 'backspace',
  '\u001B': 'escape',
  '\u007F': 'backspace',
};

type Flag = Exclude<keyof Key, 'eventType'>;

const flagNames: ReadonlyArray<readonly [flag: Flag, name: string]> = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
  ['escape', 'escape'],
];

/**
 * The keys of one input event of Ink, in their order. Over SSH with key repeat several keys arrive in one read and Ink
 * hands them on as one text; Escape followed quickly by a key arrives as that key with `meta` set.
 */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.eventType === 'release') {
    return [];
  }
  const before = key.meta && !key.escape ? ['escape'] : [];
  if (key.tab) {
    return [...before, key.shift ? 'shift-tab' : 'tab'];
  }
  const named = flagNames.find(([flag]) => key[flag]);
  if (named !== undefined) {
    return [...before, named[1]];
  }
  if (key.ctrl) {
    return [...before, `ctrl-${input}`];
  }
  return [...before, ...Array.from(input, characterName)];
}

function characterName(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // The control key takes the upper bits from a letter: ctrl-l is l without them.
  const control = code > 0 && code <= 26 ? `ctrl-${String.fromCodePoint(code + 0x60)}` : undefined;
  return controlNames[character] ?? control ?? character;
}
