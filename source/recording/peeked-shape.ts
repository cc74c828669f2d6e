import type {
  Peeked,
  ProcessId,
  RequestInFlight,
  SpawnReason,
  StackFrame,
  ThreadStack,
  WorkerPeek,
} from '../observation.js';
import {settings} from './settings-shape.js';
import {boolean, exactly, listOf, number, object, optional, text, wordOf, type Shape} from './shape.js';
import {clockTicks, moment, wallMs} from './time-shape.js';

const processId = object<ProcessId>({pid: number, startTicks: clockTicks});

const frame = object<StackFrame>({function: text, file: text, line: optional(number)});

const request = object<RequestInFlight>({
  method: text,
  path: text,
  startedWallMs: optional(wallMs),
  threadId: optional(number),
  stack: optional(listOf(frame)),
});

const thread = object<ThreadStack>({
  threadId: optional(number),
  isMain: boolean,
  frames: listOf(frame),
  moving: boolean,
});

const worker = object<WorkerPeek>({
  id: processId,
  requestsBegun: optional(number),
  maxRequests: optional(number),
  spawnReason: optional(wordOf<SpawnReason>({initial: true, replacement: true, reload: true, 'scale-up': true})),
  requests: optional(listOf(request)),
  threads: optional(listOf(thread)),
  why: optional(text),
});

/** What was read out of the memory of a master and its workers. */
export const peeked: Shape<Peeked> = object<Peeked>({
  kind: exactly('peek'),
  at: moment,
  master: optional(
    object<NonNullable<Peeked['master']>>({
      id: processId,
      settings: optional(settings),
      workersSpawned: optional(number),
    }),
  ),
  workers: listOf(worker),
});
