/** Was it handling traffic, starting up, or waiting? The state at the onset, not at the last instant. */
import type {LastDoing} from '../last-doing.js';
import type {Answer} from '../verdict.js';

export function phase(last: LastDoing): Answer {
  const evidence = last.sources;
  switch (last.verdict) {
    case 'request':
      return {id: 'phase', verdict: 'handling-traffic', answer: 'handling traffic', evidence};
    case 'reading-request':
      return {
        id: 'phase',
        verdict: 'waiting',
        answer: 'waiting: the client held the connection and sent nothing',
        evidence,
      };
    case 'booting':
      return {id: 'phase', verdict: 'starting-up', answer: 'starting up', evidence};
    case 'idle':
      return {id: 'phase', verdict: 'waiting', answer: 'waiting for traffic', evidence};
    case 'draining':
      return {id: 'phase', verdict: 'shutting-down', answer: 'shutting down', evidence};
    case 'stopped':
      return last.before === undefined
        ? {id: 'phase', verdict: 'unknown', answer: `unknown: ${last.why}`, evidence}
        : last.before === 'idle'
          ? {id: 'phase', verdict: 'waiting', answer: 'waiting for traffic when it was stopped', evidence}
          : {id: 'phase', verdict: 'handling-traffic', answer: 'handling traffic when it was stopped', evidence};
    case 'unknown':
      return {id: 'phase', verdict: 'unknown', answer: `unknown: ${last.why}`, evidence};
  }
}
