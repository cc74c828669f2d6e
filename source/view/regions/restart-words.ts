/** What a restart is called on the screen, in the words that list, answers and detail share. */
import type {Restart} from '../../snapshot.js';
import {formatAge, formatBytes, formatClock, formatCount, formatSeconds} from '../format.js';
import type {Tone} from '../theme.js';

/** Loud for what nobody asked for, quiet for what was configured, in between for what cannot be told. */
export function causeTone(restart: Pick<Restart, 'expected'>): Tone {
  if (restart.expected === undefined) {
    return 'warn';
  }
  return restart.expected ? 'quiet' : 'bad';
}

const doubts: Readonly<Record<Restart['confidence'], string>> = {certain: '', likely: '?', possible: '??'};

/** "timeout", "timeout?" where that is likely, "timeout??" where it is only possible. Two causes are a doubt by name. */
export function doubtedCause({cause, confidence}: Pick<Restart, 'cause' | 'confidence'>): string {
  return cause === 'unknown' || cause === 'clean-exit' ? cause : `${cause}${doubts[confidence]}`;
}

/**
 * One line of why, with what takes weight from it: that it was expected, or known from the log alone. Where the whole
 * sentence is wider than `width`, a known request stands for it, for that is what differs from row to row, and leads
 * it: of what is beside it only what fits is said.
 */
export function whyText(restart: Restart, width: number): string {
  const {method, path} = restart.request ?? {};
  const expected = restart.expected === true ? 'expected' : undefined;
  const fromLog = restart.reconstructed === true ? 'from the log' : undefined;
  const whole = joined([expected, fromLog, restart.summary]);
  if (whole.length <= width || path === undefined) {
    return whole;
  }
  const request = method === undefined ? path : `${method} ${path}`;
  const {blockedOn} = restart;
  const waits = blockedOn === undefined ? [] : [[`${request}, waiting for ${blockedOn}`], [request, blockedOn]];
  const fitting = [...waits, [request]].map((parts) => joined([...parts, expected, fromLog]));
  return [...fitting, joined([request, expected])].find((text) => text.length <= width) ?? request;
}

function joined(parts: ReadonlyArray<string | undefined>): string {
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** "SIGKILL", "SIGSEGV (core dumped)", "exit code 3". */
export function exitText(exit: Restart['worker']['exit']): string | undefined {
  if (exit === undefined) {
    return undefined;
  }
  return 'code' in exit ? `exit code ${exit.code}` : `${exit.signal}${exit.core ? ' (core dumped)' : ''}`;
}

/** The cause in full: "timeout, long-request", "timeout, draining for reload". */
export function causeText(restart: Pick<Restart, 'cause' | 'variant' | 'during'>): string {
  const variant = restart.variant === undefined ? '' : `, ${restart.variant}`;
  return `${restart.cause}${variant}${restart.during === undefined ? '' : ` for ${restart.during}`}`;
}

/** What is shorter reads "0 s". */
const shortestSeconds = 0.05;

export function replacementText({replacement, atMs}: Restart, offsetMinutes: number): string {
  if (replacement === undefined) {
    return '';
  }
  const {pid, bootSeconds = 0} = replacement;
  const afterSeconds = (replacement.atMs - atMs) / 1000;
  const after = afterSeconds < shortestSeconds ? 'at once' : `${formatSeconds(afterSeconds)} later`;
  const boot = bootSeconds < shortestSeconds ? '' : `, booted in ${formatSeconds(bootSeconds)}`;
  return `${pid} at ${formatClock(replacement.atMs, offsetMinutes)}, ${after}${boot}`;
}

/** "12:00 old, 4,813 requests, 198M, ended by SIGKILL". */
export function lifeText({worker}: Restart): string {
  const exit = exitText(worker.exit);
  return [
    `${formatAge(worker.ageSeconds)} old`,
    ...(worker.requests === undefined ? [] : [requestsText(worker.requests, worker.maxRequests, worker.requestsFrom)]),
    ...(worker.rssBytes === undefined ? [] : [formatBytes(worker.rssBytes)]),
    ...(exit === undefined ? [] : [`ended by ${exit}`]),
  ].join(', ');
}

/** "4,813 of 5,000 requests (its memory)". */
function requestsText(count: number, limit: number | undefined, from: string | undefined): string {
  const of = limit === undefined ? '' : ` of ${formatCount(limit)}`;
  const word = count === 1 && limit === undefined ? 'request' : 'requests';
  return `${formatCount(count)}${of} ${word}${from === undefined ? '' : ` (${from})`}`;
}

export function lostText({lost}: Restart): string {
  const {inFlight, secondsBelowTarget} = lost;
  return [
    ...(inFlight === undefined
      ? []
      : [inFlight === 0 ? 'no request' : `${inFlight} request${inFlight === 1 ? '' : 's'} in flight`]),
    ...(secondsBelowTarget === undefined || secondsBelowTarget < shortestSeconds
      ? []
      : [`fewer workers than wanted for ${formatSeconds(secondsBelowTarget)}`]),
  ].join(', ');
}

/** The causes that stay possible beside the one that was named. */
export function rivalsText(restart: Restart): string {
  return restart.candidates
    .filter((candidate) => candidate.cause !== restart.cause)
    .map((candidate) => `${candidate.cause} (${candidate.confidence})`)
    .join(', ');
}

/** What changed on disk before it, and what systemd says of the service: "shop/settings.py changed 4 min before this boot". */
export function changedText({evidence}: Restart): string {
  return evidence
    .filter(({source}) => source === 'changes')
    .map(({fact}) => fact)
    .join('; ');
}

/** "heartbeat: silent for 30.5 s of 30 s; exit-status: SIGKILL": what speaks for the cause. */
export function evidenceText({evidence, cause}: Restart): string {
  return evidence
    .filter(({supports, source}) => supports === cause && source !== 'changes')
    .map(({source, fact}) => `${source}: ${fact}`)
    .join('; ');
}
