/**
 * Recognises gunicorn by its command line, for where nothing better is readable.
 *
 * The shared heartbeat file is the proof; this is a hint. A program that embeds gunicorn, or starts it and waits, has
 * another command line and is not recognised here.
 */
import {hasSecretName, mask, redact} from './redact.js';

export type GunicornCommand = {
  /** What the title of setproctitle says; a command line alone is the same for master and worker. */
  readonly role: 'master' | 'worker' | 'dirty-arbiter' | 'dirty-worker' | 'master-or-worker';
  readonly how: 'title' | 'console-script' | 'module';
  /** The name in the title's brackets: `--name`, else the application. */
  readonly titleName?: string;
  /** Gunicorn's own arguments; absent where the title replaced them. */
  readonly args?: readonly string[];
};

const titlePattern = /^gunicorn: (master|worker|dirty-arbiter|dirty-worker)(?: \[(.{0,300})\])?\s*$/;
// Debian's gunicorn3, versioned scripts, Nix's wrapper, the old paster and django scripts; never gunicornc.
const scriptPattern =
  /^(?:\.gunicorn-wrapped|gunicorn(?:3|-?\d(?:\.\d{1,2})?|_paster|_django)?(?:-script)?(?:\.pyz?)?)$/;
const interpreterPattern = /^(?:python|pypy)[\d.]*t?(?:-dbg)?$/;
const modulePattern = /^gunicorn(?:\.__main__|\.app\.(?:wsgiapp|pasterapp))?$/;

/** Options of the interpreter that take the word after them. */
const interpreterValues = new Set(['-W', '-X', '--check-hash-based-pycs']);

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function roleOf(written: string | undefined): GunicornCommand['role'] | undefined {
  switch (written) {
    case 'master':
    case 'worker':
    case 'dirty-arbiter':
    case 'dirty-worker':
      return written;
    case undefined:
    default:
      return undefined;
  }
}

function recogniseTitle(title: string): GunicornCommand | undefined {
  const match = titlePattern.exec(title);
  const role = roleOf(match?.[1]);
  const titleName = match?.[2];
  return role && {role, how: 'title', ...(titleName !== undefined && {titleName})};
}

/** What Python runs, behind the interpreter's own options. */
function recogniseProgram(words: readonly string[]): GunicornCommand | undefined {
  let position = 0;
  for (; position < words.length; position++) {
    const word = words[position] ?? '';
    const next = words[position + 1];
    // Flags may share a word with -m or -c: "-um gunicorn".
    if (/^-[A-Za-z]*m$/.test(word)) {
      return next !== undefined && modulePattern.test(next)
        ? {role: 'master-or-worker', how: 'module', args: words.slice(position + 2)}
        : undefined;
    }

    if (!word.startsWith('-') || /^-[A-Za-z]*c/.test(word)) break;
    if (interpreterValues.has(word)) position++;
  }

  const script = words[position];
  return script !== undefined && scriptPattern.test(baseName(script))
    ? {role: 'master-or-worker', how: 'console-script', args: words.slice(position + 1)}
    : undefined;
}

/** Undefined when this is not gunicorn started as itself; an embedded server never is recognised this way. */
export function recogniseGunicorn(argv: readonly string[]): GunicornCommand | undefined {
  const [first, ...rest] = argv;
  if (first === undefined) return undefined;

  // The kernel shows a title as the first word, with what is left of the old ones after it.
  const title = recogniseTitle(first);
  if (title !== undefined) return title;

  const program = baseName(first);
  if (scriptPattern.test(program)) return {role: 'master-or-worker', how: 'console-script', args: rest};

  return interpreterPattern.test(program) ? recogniseProgram(rest) : undefined;
}

/** The value of `--env NAME=value`, and the word after an option with a telling name. */
function maskArgument(argument: string, before: string | undefined): string {
  if (before === '-e' || before === '--env') return argument.replace(/=.*$/s, `=${mask}`);
  if (argument.startsWith('--env=')) return argument.replace(/^(--env=[^=]*)=.*$/s, `$1=${mask}`);
  if (/^-e[^=]+=/.test(argument)) return argument.replace(/=.*$/s, `=${mask}`);

  const named = before !== undefined && before.startsWith('-') && !before.includes('=') && hasSecretName(before);
  return named && !argument.startsWith('-') ? mask : argument;
}

/** The command line as one line to show: secrets masked, control characters stripped, cut to 300 characters. */
export function shownCommandLine(argv: readonly string[]): string {
  const words = argv.filter((argument) => argument !== '');
  return redact(words.map((argument, index) => maskArgument(argument, words[index - 1])).join(' '));
}
