import type {SourceId, SourceState} from '../source-state.js';

/** How a source stands, in words. */
export const stateWords: Readonly<Record<SourceState['state'], string>> = {
  ok: 'readable',
  partly: 'readable in parts',
  denied: 'not permitted',
  unsupported: 'not available here',
  failed: 'failed',
  off: 'turned off',
};

/** What each source is, for those who have not read the README. */
export const sourceWords: Readonly<Record<SourceId, string>> = {
  processes: 'the workers, their age, memory and CPU',
  heartbeat: 'the file that a worker touches, and when it did',
  log: "gunicorn's error log",
  exits: 'how each worker ended',
  connector: 'processes that lived too short to be sampled',
  'kernel-log': 'whom the kernel killed for memory, and who crashed',
  signals: 'who sent a signal to whom',
  activity: 'what a worker waits for: a peer, a client, a lock',
  memory: 'use against the limit, and kills for memory',
  cpu: 'how long workers wait for a processor, and why',
  traffic: 'connections, and how many wait to be accepted',
  settings: "gunicorn's command line and config file",
  peek: "requests and stacks, out of the workers' memory",
  changes: 'what was changed on disk before a boot that failed',
  'control-socket': "what gunicorn's own control socket shows",
  journal: 'the log of a systemd service',
};
