import type {SourceId, SourceState} from '../observation.js';

/** How a source stands, in words. */
export const stateWords: Readonly<Record<SourceState['state'], string>> = {
  ok: 'readable',
  partly: 'readable in parts',
  denied: 'not permitted',
  unsupported: 'not available here',
  failed: 'failed',
  off: 'turned off',
};

/** What each source of evidence tells, in a few words. */
export const sourceTells: Readonly<Record<SourceId, string>> = {
  processes: 'which workers live, their age, CPU and memory',
  heartbeat: 'when each worker last told its master that it is well',
  log: 'what gunicorn itself says of its workers',
  exits: 'the exit status of every worker',
  connector: 'births and exits, also of workers that live too short to be sampled',
  'kernel-log': 'who was killed for want of memory, and who crashed',
  signals: 'who sent a signal to whom',
  activity: 'what each worker waits for, and for whom',
  memory: 'memory limits, pressure and kills for memory',
  cpu: 'waits for a processor, quotas and throttling',
  traffic: 'accept queues, their limits and drops',
  settings: 'timeout, workers, class and limits of this gunicorn',
  peek: 'requests, their counts and Python stacks, out of the memory of workers',
  changes: 'what was changed on disk before a boot failed',
  'control-socket': "gunicorn's own word on its settings",
  journal: "gunicorn's log where systemd keeps it",
};
