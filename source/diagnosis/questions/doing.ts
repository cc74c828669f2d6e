/** What was the worker doing right before? */
import {bootFailureSentence} from '../../gunicorn/boot-failure.js';
import type {LastDoing} from '../last-doing.js';
import type {Answer} from '../verdict.js';
import {requestText} from '../prose.js';

export function doing(last: LastDoing): Answer {
  return {id: 'doing', verdict: last.verdict, answer: sentence(last), evidence: last.sources};
}

function sentence(last: LastDoing): string {
  switch (last.verdict) {
    case 'request':
      return requestSentence(last);
    case 'reading-request': {
      const held = last.ageSeconds === undefined ? '' : ` for ${last.ageSeconds.toFixed(1)} s`;
      return `waiting${held} for a client that had connected but not sent its request`;
    }
    case 'booting': {
      return last.failure ? `booting: ${bootFailureSentence(last.failure)}` : `booting: ${last.why}`;
    }
    case 'idle':
      return `idle: ${last.why}`;
    case 'draining':
      return 'finishing its last requests';
    case 'stopped':
      return last.why;
    case 'unknown':
      return `unknown: ${last.why}`;
  }
}

function requestSentence(last: LastDoing): string {
  const text = requestText(last);
  if (text === undefined) return `handling a request: ${last.why}`;
  if (last.inFlight === undefined) return text;
  return last.path === undefined ? `${text}; ${last.why}` : `${text}; the oldest of ${last.inFlight} in flight`;
}
