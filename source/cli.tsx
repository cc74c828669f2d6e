import './polyfill.js';
import './commands/thrift.js';
import meow from 'meow';
import {readCommandLine, type ParsedArguments} from './commands/command-line.js';
import {CommandError, type ExitCode} from './commands/command-error.js';
import {joinDashValues} from './commands/dash-values.js';
import {listenForEnding} from './commands/ending.js';
import {exit} from './commands/exit.js';
import {flagNames, flags, type Flag} from './commands/flags.js';
import {helpText} from './commands/help.js';
import {flushed} from './commands/line-writer.js';
import {wantsColour} from './commands/screen-options.js';
import {commands} from './commands/table.js';
import {version} from './commands/version.js';

const io = {stdin: process.stdin, stdout: process.stdout, stderr: process.stderr};
const ending = listenForEnding(io, process);

function parse(): ParsedArguments {
  const rows = flagNames.map((name) => {
    const {value, short}: Flag = flags[name];
    return [name, {type: value === undefined ? 'boolean' : 'string', ...(short && {shortFlag: short})}] as const;
  });
  try {
    return meow({
      importMeta: import.meta,
      argv: joinDashValues(process.argv.slice(2)),
      pkg: {name: 'gunspect', version},
      flags: Object.fromEntries(rows),
      booleanDefault: undefined,
      autoHelp: false,
      autoVersion: false,
    });
  } catch (error) {
    // The parser throws only for a flag that was given twice, and names it.
    const flag = /--\S+/.exec(String(error))?.[0] ?? 'a flag';
    throw new CommandError(`${flag} can be given only once`);
  }
}

async function main(): Promise<ExitCode> {
  const parsed = parse();
  if (parsed.flags['help'] === true) {
    io.stdout.write(`${helpText(commands)}\n`);
    return 0;
  }
  if (parsed.flags['version'] === true) {
    io.stdout.write(`${version}\n`);
    return 0;
  }
  const {command, options, ...rest} = readCommandLine(parsed, commands);
  // Before anything that colours is loaded: what Ink colours with knows FORCE_COLOR and not NO_COLOR.
  if (!wantsColour(options.color)) {
    process.env['FORCE_COLOR'] = '0';
  }
  const exitCode = await command.run({...rest, options, io, signal: ending.signal});
  const {reason}: {readonly reason: unknown} = ending.signal;
  if (reason instanceof CommandError) {
    throw reason;
  }
  return exitCode;
}

function report(error: unknown): ExitCode {
  const isDebug = process.argv.includes('--debug');
  const stack = isDebug && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  if (error instanceof CommandError) {
    io.stderr.write(`${error.line}${stack}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.stderr.write(`gunspect: a bug of ours: ${message}${isDebug ? '' : '; --debug shows where'}${stack}\n`);
  return 1;
}

let bug: unknown;
const onBug = (error: unknown) => {
  bug ??= error;
  // The command gets the chance to give the terminal back, and is not waited for.
  ending.end('a bug of ours');
  setTimeout(() => exit(report(bug)), 1000).unref();
};
process.on('uncaughtException', onBug);
process.on('unhandledRejection', onBug);

const exitCode = await main().catch(report);
await Promise.all([flushed(io.stdout), flushed(io.stderr)]);
exit(bug === undefined ? exitCode : report(bug));
