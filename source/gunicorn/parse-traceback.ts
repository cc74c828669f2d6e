/**
 * Python's tracebacks as data: which exception ended it, and through which frames.
 *
 * Chained exceptions are printed first cause first, so the last block is the one that was raised out. An exception
 * group keeps its own block, not those of its members. A fatal error of faulthandler is read as well: it prints the
 * innermost frame first and no exception.
 */
import type {StackFrame, Traceback} from './log-event.js';
import {redact, stripControls, type RedactOptions} from './redact.js';

const longestLine = 2000;
const mostLines = 2000;
const mostFrames = 40;

// `  File "x.py", line 3, in f`; faulthandler leaves out the comma, a syntax error's own line the function.
const framePattern = /^\s{1,40}File "(.{1,1000})", line (\d{1,9})(?:,? in (.{1,300}))?$/;
// The class of a function's own exception has its function in its name: "shop.views.charge.<locals>.Refused".
const exceptionPattern = /^([A-Za-z_](?:[\w.]|<locals>){0,200})(?:: ?(.*))?$/;
const startPattern = /^\s{0,4}(?:\+ (?:Exception Group )?)?Traceback \(most recent call last\):$/;
const fatalPattern = /^Fatal Python error: /;
const currentThreadPattern = /^Current thread 0x[0-9a-f]{1,16} (?:\[.{0,100}\] )?\(most recent call first\):$/;
const groupMember = /^\s{2}(?:\+-\+-|\s{2}[|+])/;

/** Whether the line opens a traceback, also that of an exception group, but not of one of its members. */
export function startsTraceback(line: string): boolean {
  return startPattern.test(line) && !groupMember.test(line);
}

/** Whether the line belongs to a member of an exception group, and not to the group itself. */
export function isGroupMember(line: string): boolean {
  return groupMember.test(line);
}

/** Whether the line opens what faulthandler prints when the interpreter dies. */
export function startsFatalError(line: string): boolean {
  return fatalPattern.test(line);
}

/** Whether the line names an exception's class, as the last line of a traceback does. */
export function namesException(line: string): boolean {
  return exceptionPattern.test(line);
}

/** The sentence between two chained tracebacks. */
export function isChainLine(line: string): boolean {
  return /^\s{0,2}(?:\| )?(?:During handling of the above exception, another|The above exception was the direct cause)/.test(
    line,
  );
}

function frameOf(line: string): StackFrame | undefined {
  const match = framePattern.exec(line);
  if (match?.[1] === undefined) return undefined;

  return {
    file: redact(match[1], {maxLength: 300}),
    line: Number(match[2]),
    // A syntax error's last line names no function: the module is what was being compiled.
    function: redact(match[3] ?? '<module>', {maxLength: 100}),
  };
}

/** Lines of the last block at the outermost level, without the margin that an exception group draws. */
function lastBlock(lines: readonly string[]): readonly string[] | undefined {
  const start = lines.findLastIndex((line) => startsTraceback(line));
  if (start === -1) return undefined;

  const block = lines.slice(start + 1);
  if (!lines[start]?.includes('Exception Group')) return block;

  const end = block.findIndex((line) => groupMember.test(line));
  return block.slice(0, end === -1 ? undefined : end).map((line) => line.replace(/^\s{2}\| ?/, ''));
}

function parseFatalError(lines: readonly string[]): Traceback | undefined {
  const start = lines.findIndex((line) => currentThreadPattern.test(line));
  if (start === -1) return undefined;

  const after = lines.slice(start + 1).map((line) => frameOf(line));
  const end = after.indexOf(undefined);
  const innermostFirst = after.slice(0, end === -1 ? undefined : end).filter((frame) => frame !== undefined);
  return {frames: innermostFirst.slice(0, mostFrames).toReversed()};
}

/** The exception's class and message, from the first line of the block that is not indented, or the one after it. */
function exceptionIn(block: readonly string[], options: RedactOptions): Omit<Traceback, 'frames'> {
  const index = block.findIndex((line) => /^\S/.test(line));
  const line = block[index];
  if (line === undefined) return {};

  const match = exceptionPattern.exec(line);
  // What is no class name is the text of something that printed in between: then the exception is not known.
  if (match?.[1] === undefined) return {};

  const said = match[2]?.trim() === '' ? block[index + 1] : withInvalidFields(match[2], block.slice(index + 1));
  return {
    exception: match[1],
    ...(said !== undefined && said.trim() !== '' && {message: redact(said.trim(), options)}),
  };
}

/** "1 validation error for Settings": the names of the fields stand on lines of their own; what was in them is left out. */
function withInvalidFields(said: string | undefined, after: readonly string[]): string | undefined {
  if (said === undefined || !/^\d{1,4} validation errors? for \w{1,100}$/.test(said.trim())) return said;

  const fields = after.filter((line) => /^[A-Za-z_][\w.]{0,100}$/.test(line)).slice(0, 5);
  return fields.length === 0 ? said : `${said.trim()}: ${fields.join(', ')}`;
}

/** Reads the lines of one traceback, or of several that are chained. Undefined when there is none. */
export function parseTraceback(
  lines: readonly string[],
  options: Pick<RedactOptions, 'showQuery'> = {},
): Traceback | undefined {
  const clean = lines.slice(-mostLines).map((line) => stripControls(line.slice(0, longestLine)).trimEnd());
  const block = lastBlock(clean);
  if (block === undefined) return clean.some((line) => fatalPattern.test(line)) ? parseFatalError(clean) : undefined;

  const end = block.findIndex((line) => /^\S/.test(line));
  const frames = block
    .slice(0, end === -1 ? undefined : end)
    .map((line) => frameOf(line))
    .filter((frame) => frame !== undefined);

  return {frames: frames.slice(-mostFrames), ...exceptionIn(block, {...options, maxLength: 300})};
}
