/**
 * The clipboard of the reader's own terminal, reached through SSH by the escape sequence OSC 52 (xterm, ctlseqs). No
 * terminal answers it, so that it is never known to have worked, and is only said to have been sent.
 */
export type Clipboard = 'likely' | 'unsure' | 'none';

/** What can be expected of it: the Linux console and GNU screen drop the sequence, tmux does unless it is told to pass it on. */
export function clipboardOf(environment: NodeJS.ProcessEnv): Clipboard {
  const {TERM: term = ''} = environment;
  if (environment['TMUX']) {
    return 'unsure';
  }
  return term === '' || /^(?:linux|dumb|vt\d|screen)/u.test(term) ? 'none' : 'likely';
}

/** Terminals take about 74,000 characters of base64 at most (hterm, xterm). */
const longestBytes = 50_000;

/** The sequence that puts the text there, or undefined where it is too long. */
export function clipboardSequence(text: string): string | undefined {
  const bytes = Buffer.from(text);
  return bytes.length > longestBytes ? undefined : `\u001B]52;c;${bytes.toString('base64')}\u0007`;
}
