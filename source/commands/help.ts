import type {Command} from './command.js';
import {commonFlags, flagNames, flags, flagText, type Flag, type FlagName} from './flags.js';

/** The target forms, as help and README show them. */
export const targetForms: ReadonlyArray<readonly [form: string, meaning: string]> = [
  ['812', 'pid of a master or of one of its workers'],
  ['/run/shop.pid', 'pid file'],
  [':8000', 'port it listens on'],
  ['10.0.0.5:8000', 'address it listens on'],
  ['unix:/run/shop.sock', 'unix socket it listens on'],
  ['shop.service', 'systemd unit'],
  ['cgroup:/docker/5e1f', 'control group, by its path in /proc/PID/cgroup'],
  ['shop', "part of the application's name"],
];

function usage({name, takesTarget, operand = '[target]'}: Command): string {
  return ['gunspect', name, takesTarget ? operand : undefined].filter(Boolean).join(' ');
}

function flagUsage(name: FlagName): string {
  const flag: Flag = flags[name];
  const prefix = flag.negated ? '--no-' : flag.optional ? '--[no-]' : '--';
  const long = flagText(name).replace('--', prefix);
  return [flag.short && `-${flag.short},`, long, flag.value].filter(Boolean).join(' ');
}

const helpWidth = 100;

/** Holds words together on one line; a blank in the end. */
const joint = '\u00A0';

/** Two columns; what does not fit the second goes on below it. */
function columns(rows: ReadonlyArray<readonly [string, string]>): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.flatMap(([left, right]) => {
    const lines: string[] = [];
    let line = `  ${left.padEnd(width)}`;
    for (const word of right.split(' ')) {
      if (line.length + word.length > helpWidth) {
        lines.push(line.trimEnd());
        line = ' '.repeat(width + 2);
      }
      line += `${word} `;
    }
    return [...lines, line.trimEnd()].map((text) => text.replaceAll(joint, ' '));
  });
}

function isTakenBy(name: FlagName, command: Command): boolean {
  return commonFlags.includes(name) || command.flags.includes(name);
}

function flagRow(name: FlagName, commands: readonly Command[]): readonly [string, string] {
  const takers = commands.filter((command) => isTakenBy(name, command));
  const only =
    takers.length === commands.length ? '' : ` (${takers.map((taker) => taker.name ?? 'live').join(`,${joint}`)})`;
  return [flagUsage(name), `${flags[name].summary}${only}`];
}

/** The help text, made from the tables that also drive the parser. */
export function helpText(commands: readonly Command[]): string {
  return [
    'Attaches from outside to a running gunicorn and names why each worker restarted. It only reads.',
    '',
    'Usage:',
    ...columns(commands.map((command) => [usage(command), command.summary])),
    '',
    'Target (without one: the only gunicorn here, or a choice of them):',
    ...columns(targetForms),
    '',
    'Flags:',
    ...columns(flagNames.map((name) => flagRow(name, commands))),
    '',
    'Exit codes: 0 ended normally, 1 a bug of ours, 2 wrong usage or nothing to attach to,',
    '3 not permitted to read anything useful.',
  ].join('\n');
}
