import type {SourceState} from '../../observation.js';
import type {Snapshot} from '../../snapshot.js';
import {cutLine, emptyLine, span, type Line} from '../line.js';
import {sourceMarks} from './footer.js';
import {heading, labelled, title} from './labelled.js';

/** The longest id, `control-socket`, and a blank. */
const labelWidth = 15;

const stateWords: Readonly<Record<SourceState['state'], string>> = {
  ok: 'readable',
  partly: 'readable in parts',
  denied: 'not permitted',
  unsupported: 'not available here',
  failed: 'failed',
  off: 'turned off',
};

/** What each source is, for those who have not read the README. */
const sourceWords: Readonly<Record<SourceState['id'], string>> = {
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

/** Every source of evidence: whether it is readable, what stands in the way, and what would unlock it. */
export function sourcesLines(snapshot: Snapshot, width: number): readonly Line[] {
  const unknownRequests = labelled('requests', snapshot.requestsUnknownBecause ?? '', labelWidth, width);
  return [
    title('SOURCES OF EVIDENCE', width),
    ...snapshot.sources.flatMap((source) => sourceLines(source, width)),
    ...(unknownRequests.length === 0 ? [] : [emptyLine, heading('NOT KNOWN'), ...unknownRequests]),
  ];
}

function sourceLines({id, state, why, unlock}: SourceState, width: number): readonly Line[] {
  const mark = sourceMarks[state];
  return [
    cutLine(
      [
        span(` ${id.padEnd(labelWidth)}`, 'quiet'),
        mark,
        span(` ${stateWords[state]}`, mark.tone),
        span(` · ${sourceWords[id]}`, 'quiet'),
      ],
      width,
    ),
    ...labelled('', why ?? '', labelWidth + 2, width),
    ...labelled('', unlock === undefined ? '' : `to unlock: ${unlock}`, labelWidth + 2, width),
  ];
}
