/** One line of why, for the list of restarts, the stream and the headline. Made from values, never parsed. */
import {describeExit} from '../gunicorn/wait-status.js';
import type {Circumstances} from '../ledger/circumstances.js';
import {said} from '../ledger/life.js';
import {haltedNear} from './own-words.js';
import type {LastDoing} from './last-doing.js';
import {bytes, requestText} from './prose.js';
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
      return `killed for memory${c.last?.sample.rssBytes ? ` at ${bytes(c.last.sample.rssBytes)} RSS` : ''}${doing}`;
    case 'killed':
      return `${exit} from outside${doing}; neither memory nor heartbeat gave a reason`;
    case 'crash':
    case 'app-exit':
      return `${exit}${doing}`;
    case 'signalled':
      return `${c.exit ? exit : 'left by itself'}${doing}: a signal to this one worker`;
    case 'boot-error':
      return bootErrorSummary(last, exit);
    case 'boot-timeout':
      return `still booting after ${ageSeconds(c)} s, timeout ${c.timeoutSeconds ?? '?'} s`;
    case 'boot-exit':
      return `${exit} while starting, without a traceback`;
    case 'gave-up':
      return `gunicorn stopped itself${haltReason(c)}`;
    case 'max-requests': {
      const limit = c.settings.maxRequests?.value;
      const jitter = c.settings.maxRequestsJitter?.value;
      return `reached its request limit${limit ? ` (max_requests ${limit}${jitter ? ` + up to ${jitter}` : ''})` : ''}`;
    }
    case 'reload':
      return `HUP: generation ${c.life.generation} was replaced`;
    case 'scale-down':
      return 'one worker fewer was wanted; not replaced';
    case 'code-reload':
      return `${said(c.life, 'code-changed')?.event.file ?? 'a file'} changed (--reload)`;
    case 'upgrade':
      return 'USR2: a second master took over';
    case 'shutdown':
      return 'the master was told to stop';
    case 'service-restart':
      return `the master was stopped, and ${c.master.next?.id.pid ?? 'another'} took its place`;
    case 'master-lost':
      return `master ${c.master.id.pid} died without a farewell`;
    case 'clean-exit':
      return `it left cleanly${doing}, and nothing says why`;
    case 'unknown':
      return c.exit
        ? exit
        : `${exit}${verdict.missing.length > 0 ? `; would tell: ${verdict.missing.slice(0, 2).join(', ')}` : ''}`;
  }
}

function timeoutSummary(c: Circumstances, last: LastDoing, variant?: TimeoutVariant): string {
  const limit = c.timeoutSeconds === undefined ? '' : ` (timeout ${c.timeoutSeconds} s)`;
  const silent = c.silence
    ? `no heartbeat for ${(c.silence.atMostMs / 1000).toFixed(1)} s${limit}`
    : `no heartbeat${limit}`;
  if (variant === 'silent-client') return `${silent}: a client connected and sent nothing`;
  if (variant === 'stopped') return `${silent}: the process was stopped`;
  if (variant === 'draining') return `${silent} while finishing its last requests`;
  const {ageSeconds: _same, ...request} = last;
  const text = last.verdict === 'request' ? requestText(request) : undefined;
  return text ? `${silent} in ${text}` : silent;
}

function bootErrorSummary(last: LastDoing, exit: string): string {
  const {traceback, stack} = last;
  if (!traceback?.exception) return `failed while starting, ${exit}`;
  const what = [traceback.exception, traceback.message].filter(Boolean).join(': ');
  return stack?.[0] ? `${what} in ${stack[0]}` : what;
}

function haltReason(c: Circumstances): string {
  const halted = haltedNear(c)?.event;
  if (halted?.event !== 'halted') return ' after a failed boot';
  return halted.reason === 'app-failed-to-load' ? ': "App failed to load"' : ': "Worker failed to boot"';
}

function ageSeconds(c: Circumstances): string {
  return ((c.end.at.wallMs - c.life.startedMs) / 1000).toFixed(1);
}
