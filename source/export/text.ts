/**
 * What `gunspect watch` says to people: one event, one line, to be read in a terminal and kept in a log.
 *
 * A line starts with the time as gunicorn itself prints it, so that both logs can be merged by sorting. Under a restart
 * that nobody asked for, indented lines answer the four questions; `grep '^\['` gives one line an event. Expected ones
 * stay quiet: one line, lower case.
 */
import type {Answer, Cause, QuestionId} from '../diagnosis/verdict.js';
import {stripControls} from '../gunicorn/redact.js';
import type {Happening} from '../inspection.js';
import type {Attached} from '../observation.js';
import type {MasterEvent, Missed, Pattern, Restart} from '../snapshot.js';
import {formatClock, formatDay, formatSeconds} from '../view/format.js';

/** Minutes east of UTC at a moment, for the zone that times are shown in. */
export type ZoneOffset = (atMs: number) => number;

const questionLabels: Readonly<Record<QuestionId, string>> = {
  doing: 'What was it doing?',
  phase: 'Traffic, boot, wait?',
  pressure: 'What rose first?',
  'without-traffic': 'With no traffic?',
};

const labelWidth = 22;

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** A moment as gunicorn's own log prints it: "[2026-11-22 14:03:10 +0000]". */
export function logTime(atMs: number, offsetAt: ZoneOffset): string {
  const offset = offsetAt(atMs);
  const size = Math.abs(offset);
  const zone = `${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}${twoDigits(size % 60)}`;
  return `[${formatDay(atMs, offset)} ${formatClock(atMs, offset)} ${zone}]`;
}

function attachedLines({target, master, sources}: Attached): readonly string[] {
  const {app, version, workerClass, workers, timeoutSeconds, bind} = master.settings;
  const size = workers ? ` ×${workers.value}` : '';
  const facts = [
    `master ${master.id.pid}`,
    version && `gunicorn ${version.value}`,
    workerClass ? `${workerClass.value}${size}` : size && `workers${size}`,
    timeoutSeconds && (timeoutSeconds.value === 0 ? 'no timeout' : `timeout ${timeoutSeconds.value} s`),
    bind?.value.join(' '),
  ];
  const missing = sources
    .filter(({state}) => state !== 'ok')
    .map(
      ({id, state, why, unlock}) =>
        `    ${id} ${state}${why ? `: ${why}` : ''}${unlock ? `; to unlock: ${unlock}` : ''}`,
    );
  return [`attached to ${app?.value ?? target}: ${facts.filter(Boolean).join(', ')}`, ...missing];
}

function answerLine({id, answer}: Answer): string {
  return `    ${questionLabels[id].padEnd(labelWidth)}${answer}`;
}

/** Causes that the same fact rules out stand together: "boot-error, boot-exit (it had finished booting)". */
function ruledOutLine({evidence, cause}: Restart): string | undefined {
  const causes = new Map<string, Cause[]>();
  for (const {contradicts, fact} of evidence) {
    if (contradicts && contradicts !== cause) {
      causes.set(fact, [...(causes.get(fact) ?? []), contradicts]);
    }
  }
  const parts = [...causes].map(([fact, ruledOut]) => `${ruledOut.join(', ')} (${fact})`);
  return parts.length === 0 ? undefined : `    ${'Ruled out'.padEnd(labelWidth)}${parts.join('; ')}`;
}

function changedLine({evidence}: Restart): string | undefined {
  const facts = evidence.filter(({source}) => source === 'changes').map(({fact}) => fact);
  return facts.length === 0 ? undefined : `    ${'What had changed'.padEnd(labelWidth)}${facts.join('; ')}`;
}

function evidenceLine({evidence, cause}: Restart): string | undefined {
  const facts = evidence
    .filter(({supports, source}) => supports === cause && source !== 'changes')
    .map(({source, fact}) => `${source}: ${fact}`);
  return facts.length === 0 ? undefined : `    ${'Evidence'.padEnd(labelWidth)}${facts.join('; ')}`;
}

function replacementText({replacement}: Restart): string {
  if (!replacement) {
    return '';
  }
  const boot =
    replacement.bootSeconds === undefined ? '' : `, which booted in ${formatSeconds(replacement.bootSeconds)}`;
  return `; replaced by ${replacement.pid}${boot}`;
}

function restartLines(restart: Restart): readonly string[] {
  const {worker, cause, variant, confidence, expected, revision, summary} = restart;
  const isExpected = expected === true;
  const named = variant ? `${cause}, ${variant}` : cause;
  const head = [
    `#${worker.pid}${revision > 1 ? ' revised:' : ''}`,
    isExpected ? named : named.toUpperCase(),
    `(${[confidence, isExpected && 'expected', restart.reconstructed && 'from the log'].filter(Boolean).join(', ')})`,
    `${summary}${replacementText(restart)}`,
  ].join(' ');
  const where = restart.stack?.length ? `    ${'Where'.padEnd(labelWidth)}${restart.stack.join(' < ')}` : undefined;
  const details = isExpected
    ? []
    : [...restart.questions.map(answerLine), where, changedLine(restart), evidenceLine(restart), ruledOutLine(restart)];
  return [head, ...details.filter((line) => line !== undefined)];
}

function missedLine({count, atLeast, why}: Missed): string {
  return `${atLeast ? 'at least ' : ''}${count} more ${count === 1 ? 'death' : 'deaths'} not seen one by one: ${why}`;
}

function masterLine({event, pid}: MasterEvent): string {
  switch (event) {
    case 'reload':
      return `master ${pid} reloads: its workers are being replaced`;
    case 'upgrade':
      return `master ${pid} is being upgraded: a second master takes over`;
    case 'scaled':
      return `master ${pid} changed its number of workers`;
    case 'ended':
      return `master ${pid} ended`;
    case 'lost':
      return `master ${pid} is gone without having been told to stop`;
    case 'gave-up':
      return `master ${pid} gave up: gunicorn stopped itself after a failed boot`;
    case 'back':
      return `the service is back with master ${pid}`;
  }
}

function patternLine({pattern, branch, summary, restarts, expected}: Pattern): string {
  return `pattern ${pattern} (${branch}) ${summary}; ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}, ${expected} expected`;
}

/** A happening as the lines of it, without their ends: the first starts with the time, the others are indented. */
export function happeningLines(happening: Happening, offsetAt: ZoneOffset): readonly string[] {
  const at = (atMs: number, [first = '', ...rest]: readonly string[]) =>
    [`${logTime(atMs, offsetAt)} ${first}`, ...rest].map((line) => stripControls(line));
  switch (happening.kind) {
    case 'attached':
      return at(happening.attached.at.wallMs, attachedLines(happening.attached));
    case 'restart':
      return at(happening.restart.atMs, restartLines(happening.restart));
    case 'missed':
      return at(happening.missed.atMs, [missedLine(happening.missed)]);
    case 'master':
      return at(happening.event.atMs, [masterLine(happening.event)]);
    case 'pattern':
      return at(happening.atMs, [patternLine(happening.pattern)]);
  }
}

/** The last line: why the watch ended. */
export function detachedLine(atMs: number, why: string, offsetAt: ZoneOffset): string {
  return `${logTime(atMs, offsetAt)} detached: ${why}`;
}

/**
 * Breaks a line at blanks so that it fits so many columns; what goes on stands under where its text began. A word
 * longer than that stays whole: the terminal breaks it, and it can still be copied.
 */
export function wrapLine(line: string, columns: number): readonly string[] {
  const isLabelled = line.startsWith('    ');
  const indent = ' '.repeat(isLabelled ? 4 + labelWidth : 4);
  const [first = '', ...words] = line.slice(isLabelled ? indent.length : 0).split(' ');
  const lines = [`${isLabelled ? line.slice(0, indent.length) : ''}${first}`];
  for (const word of words) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (longer.length > columns) {
      lines.push(`${indent}${word}`);
    } else {
      lines[lines.length - 1] = longer;
    }
  }
  return lines;
}
