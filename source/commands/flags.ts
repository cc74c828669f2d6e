/**
 * Every flag of the command line: one row drives the parser, the help and the README.
 *
 * A flag that takes a value names it in `value`; `negated` ones are spelled `--no-…` and are on by themselves;
 * `optional` ones are spelled either way and depend on the terminal when they are absent.
 */
export type Flag = {
  readonly value?: string;
  readonly short?: string;
  readonly negated?: true;
  readonly optional?: true;
  readonly summary: string;
};

export const flags = {
  interval: {value: '250ms', summary: 'time between two samples, 50ms to 60s'},
  without: {value: 'SOURCE,…', summary: 'leave these sources of evidence alone'},
  wait: {optional: true, summary: 'wait for a target that is not there yet (default: on a terminal)'},
  json: {summary: 'one JSON object a line'},
  samples: {summary: 'with --json, a line for every sample too'},
  history: {summary: 'tell restarts from before the attach too, as far as the log of the last day knows them'},
  for: {value: '60s', summary: 'end after this long'},
  untilExit: {summary: 'end when the master has ended'},
  record: {value: 'FILE', summary: 'write a recording, compressed for a name in .gz; - is standard output'},
  recordLimit: {value: '100MB', summary: 'the most that a recording may take up: the oldest is given up for it'},
  speed: {value: 'N', summary: 'replay so many times faster, 0.1 to 1000, or max'},
  faults: {value: 'NAME,…', summary: 'cause these faults one after another and print what is said of each'},
  verbose: {short: 'v', summary: 'what is readable of each'},
  ascii: {summary: 'draw with ASCII characters only'},
  theme: {value: 'NAME', summary: 'colours for a dark or a light background, mono or colour-blind'},
  utc: {summary: 'show times in UTC'},
  color: {negated: true, summary: 'no colours; NO_COLOR in the environment does the same'},
  showQuery: {summary: 'keep the query of a request, which may hold secrets'},
  force: {summary: "run inside the target's memory limit even if it is nearly used up"},
  debug: {summary: 'print the stack trace of an error'},
  help: {short: 'h', summary: 'show this help'},
  version: {summary: 'show the version'},
} as const satisfies Readonly<Record<string, Flag>>;

export type FlagName = keyof typeof flags;

export const flagNames = Object.keys(flags) as readonly FlagName[];

/** Flags that every command takes. */
export const commonFlags: readonly FlagName[] = ['utc', 'color', 'debug', 'help', 'version'];

/** The flag as it is typed: "--until-exit". */
export function flagText(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
