/** What a terminal sends for the keys that are no characters, by the names of the keymap (xterm, ctlseqs). */
const sequences: Readonly<Record<string, string>> = {
  tab: '\t',
  'shift-tab': '\u001B[Z',
  up: '\u001B[A',
  down: '\u001B[B',
  'page-up': '\u001B[5~',
  'page-down': '\u001B[6~',
  home: '\u001B[H',
  end: '\u001B[F',
  enter: '\r',
  escape: '\u001B',
  space: ' ',
  backspace: '\u007F',
  'ctrl-c': '\u0003',
  'ctrl-l': '\u000C',
  'ctrl-z': '\u001A',
};

/** The bytes of a key of the keymap. */
export function bytesOf(key: string): string {
  const bytes = sequences[key] ?? key;
  if (bytes.length !== 1 && !bytes.startsWith('\u001B')) {
    throw new Error(`No bytes are known for the key ${key}.`);
  }
  return bytes;
}
