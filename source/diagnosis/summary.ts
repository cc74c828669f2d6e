/** One line of why, for the list of restarts, the stream and the headline. Made from values, never parsed. */
import {bootFailureText} from '../gunicorn/boot-failure.js';
import {describeExit} from '../gunicorn/wait-status.js';
import type {Circumstances} from '../ledger/circumstances.js';
import {said} from '../ledger/life.js';
import {exitCode, exitSignal, heartbeatWasFresh, noOutOfMemoryKill} from './facts.js';
import {holdUpText, starvation, waitText} from './machine-evidence.js';
import {haltedNear} from './own-words.js';
import type {LastDoing} from './last-doing.js';
import {memoryStop, memoryStopText} from './memory-stop.js';
import {bytes, requestText} from './prose.js';
import {masterWasSent, originOf, outsideSignal, senderName, sentTo, signalText, stopSignals} from './senders.js';
import {bootFailurePrintedWithinMs} from './thresholds.js';
import type {TimeoutVariant} from './verdict.js';
import type {Verdict} from './decide.js';

export function summaryOf(c: Circumstances, verdict: Verdict, last: LastDoing, variant?: TimeoutVariant): string {
  const exit = c.exit ? describeExit(c.exit.status) : 'exit status not readable';
  const doing =
    last.verdict === 'request'
      ? ` while handling ${requestText(last) ?? 'a request'}`
      : last.verdict === 'idle'
        ? ' while idle'
        : '';
  switch (verdict.cause) {
    case 'timeout':
      return timeoutSummary(c, last, variant);
    case 'out-of-memory':
      return outOfMemorySummary(c, doing);
    case 'killed':
      return killedSummary(c, exit, doing);
    case 'crash':
      return `${exit}${c.kernel.fault ? `, ${c.kernel.fault.text}` : ''}${doing}`;
    case 'app-exit':
      return appExitSummary(c, exit, doing);
    case 'signalled': {
      const sent = outsideSignal(c);
      if (sent) return `${signalText(c, sent)}${doing}`;
      return `${c.exit && exitCode(c) !== 0 ? exit : 'it left in order'}${doing}: a signal to this one worker`;
    }
    case 'boot-error':
      return bootErrorSummary(c, last);
    case 'boot-timeout':
      return `still booting after ${ageSeconds(c)} s${c.timeoutSeconds ? `, timeout ${c.timeoutSeconds} s` : ''}`;
    case 'boot-exit':
      return bootExitSummary(c, exit);
    case 'gave-up':
      return `gunicorn stopped itself${haltReason(c)}`;
    case 'max-requests': {
      const limit = c.settings.maxRequests?.value;
      const jitter = c.settings.maxRequestsJitter?.value;
      const own = c.life.memory?.maxRequests;
      if (own !== undefined) return `reached its request limit of ${own}`;
      return `reached its request limit${limit ? ` (max_requests ${limit}${jitter ? ` + up to ${jitter}` : ''})` : ''}`;
    }
    case 'reload':
      return c.life.order
        ? `HUP${hangUpBy(c)}: generation ${c.life.generation} was replaced`
        : 'a new generation was forked before it left, as a HUP does';
    case 'scale-down':
      return 'one worker fewer was wanted; not replaced';
    case 'code-reload':
      return `${said(c.life, 'code-changed')?.event.file ?? 'a file'} changed (--reload)`;
    case 'upgrade':
      return 'USR2: a second master took over';
    case 'shutdown': {
      const forMemory = memoryStop(c, verdict.cause);
      if (forMemory) return memoryStopText(forMemory);
      const stop = masterWasSent(c, stopSignals);
      const by = stop && originOf(c, stop) === 'outside' ? `: ${stop.signal} by ${senderName(stop)}` : '';
      return (c.life.order ?? c.master.stop ?? stop)
        ? `the master was told to stop${by}`
        : `it ended with master ${c.master.id.pid}`;
    }
    case 'service-restart': {
      const forMemory = memoryStop(c, verdict.cause);
      const why = forMemory ? memoryStopText(forMemory) : 'the master was stopped';
      return `${why}, and ${c.master.next?.id.pid ?? 'another'} took its place`;
    }
    case 'master-lost':
      return masterLostSummary(c);
    case 'clean-exit':
      return `it left cleanly${doing}, and nothing says why`;
    case 'unknown':
      return unknownSummary(c, verdict, exit);
  }
}

/** systemd tells the workers of a master that died to stop, before they notice themselves. */
function masterLostSummary(c: Circumstances): string {
  const killed = masterWasSent(c, ['SIGKILL']);
  const by = killed && originOf(c, killed) === 'outside' ? ` (${killed.signal} by ${senderName(killed)})` : '';
  const how = killed ? `was killed${by}` : 'was gone';
  const told = sentTo(c, stopSignals, ['outside']);
  return `master ${c.master.id.pid} ${how}, and ${told ? `${senderName(told)} told it to stop` : 'it left by itself'}`;
}

/** " by systemctl 4711 (user root)", where that is known. */
function hangUpBy(c: Circumstances): string {
  const sent = masterWasSent(c, ['SIGHUP']);
  return sent && originOf(c, sent) === 'outside' ? ` by ${senderName(sent)}` : '';
}

function outOfMemorySummary(c: Circumstances, doing: string): string {
  const rssBytes = c.last?.sample.rssBytes;
  const size = rssBytes ? ` at ${bytes(rssBytes)} RSS` : '';
  const limit = c.limitHit ? `, its control group at the limit of ${bytes(c.limitHit.limitBytes)}` : '';
  return `killed for memory${size}${limit}${limit !== '' && doing !== '' ? ',' : ''}${doing}`;
}

function killedSummary(c: Circumstances, exit: string, doing: string): string {
  const sent = sentTo(c, ['SIGKILL'], ['outside']);
  if (sent) return `${signalText(c, sent)}${doing}`;
  if (exitSignal(c) !== 'SIGKILL') return `${exit}, as for a resource limit${doing}`;
  const looked = noOutOfMemoryKill(c, {}) && (heartbeatWasFresh(c, {}) ?? c.timeoutSeconds === 0);
  return looked
    ? `SIGKILL from outside${doing}; neither memory nor heartbeat gave a reason`
    : `SIGKILL${doing}; by whom is not known`;
}

function appExitSummary(c: Circumstances, exit: string, doing: string): string {
  const escaped = said(c.life, 'exception-in-worker')?.event.traceback;
  if (escaped?.exception)
    return `${[escaped.exception, escaped.message].filter(Boolean).join(': ')} left the worker's own loop`;
  if (exitCode(c)) return `${exit}${doing}`;
  return haltedNear(c)
    ? `it left first${doing}, and gunicorn stopped itself`
    : `it ended without a word, as os._exit(0) does${doing}`;
}

/** With nothing but possible causes: which, else what would tell. */
function unknownSummary(c: Circumstances, {candidates, evidence, missing}: Verdict, exit: string): string {
  const supported = candidates.filter(({cause}) => evidence.some(({supports}) => supports === cause));
  const named = supported.slice(0, 3).map(({cause}) => cause);
  const choice = `may be ${named.slice(0, -1).join(', ')} or ${named.at(-1)}`;
  if (named.length > 1) return c.exit ? `${exit}: ${choice}` : choice;
  if (c.exit) return exit;
  return missing.length > 0 ? `nothing readable says why; would tell: ${missing.slice(0, 2).join(', ')}` : exit;
}

function timeoutSummary(c: Circumstances, last: LastDoing, variant?: TimeoutVariant): string {
  const limit = c.timeoutSeconds === undefined ? '' : ` (timeout ${c.timeoutSeconds} s)`;
  const silent = c.silence
    ? `no heartbeat for ${(c.silence.atMostMs / 1000).toFixed(1)} s${limit}`
    : `no heartbeat for longer than timeout${c.timeoutSeconds === undefined ? '' : ` (${c.timeoutSeconds} s)`}`;
  if (variant === 'silent-client') return `${silent}: a client connected and sent nothing`;
  if (variant === 'stopped') return `${silent}: the process was stopped`;
  if (variant === 'clock-step') return `${silent}: the wall clock was set ahead, and nothing was wrong with the worker`;
  const wait = variant === 'cpu-starved' ? starvation(c) : undefined;
  if (wait) return [`${silent}: ${waitText(wait)}`, holdUpText(wait)].filter(Boolean).join('; ');
  if (variant === 'draining') return `${silent} while finishing its last requests`;
  const {ageSeconds: _same, ...request} = last;
  const text = last.verdict === 'request' ? requestText(request, 'at') : undefined;
  if (!text) return variant === 'disk' ? `${silent}: it waited for the disk` : silent;
  return `${silent} in ${text}`;
}

function bootErrorSummary(c: Circumstances, {failure}: LastDoing): string {
  return failure
    ? bootFailureText(failure)
    : `failed while starting${c.exit ? `, ${describeExit(c.exit.status)}` : ''}`;
}

function bootExitSummary(c: Circumstances, exit: string): string {
  const wouldShow = (c.log.unbrokenForMs ?? 0) >= bootFailurePrintedWithinMs;
  return `${c.exit ? exit : 'it ended'} while starting${wouldShow ? ', without a traceback' : ''}`;
}

function haltReason(c: Circumstances): string {
  const halted = haltedNear(c)?.event;
  if (halted?.event !== 'halted') return ' after a failed boot';
  return halted.reason === 'app-failed-to-load' ? ': "App failed to load"' : ': "Worker failed to boot"';
}

function ageSeconds(c: Circumstances): string {
  return ((c.end.at.wallMs - c.life.startedMs) / 1000).toFixed(1);
}
