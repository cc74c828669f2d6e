/** What the kernel's own record of deaths must look like in a file. */
import type {Sender} from '../sender.js';
import type {BriefLife, KernelEvent, KernelObserved, MemoryVictim, ProcessFault, SignalSent} from '../observation.js';
import {exitStatus} from './exit-status-shape.js';
import {exactly, listOf, number, object, optional, taggedBy, text, wordOf, type Shape} from './shape.js';
import {moment} from './time-shape.js';

const sender = object<Sender>({
  pid: number,
  name: optional(text),
  user: optional(text),
  isKernel: optional(exactly(true)),
});

const event: Shape<KernelEvent> = taggedBy<'kind', KernelEvent>('kind', {
  signal: object<SignalSent>({kind: exactly('signal'), at: moment, pid: number, signal: text, sender}),
  'memory-victim': object<MemoryVictim>({
    kind: exactly('memory-victim'),
    at: moment,
    pid: number,
    scope: optional(wordOf({cgroup: true, machine: true})),
    anonymousBytes: optional(number),
  }),
  fault: object<ProcessFault>({kind: exactly('fault'), at: moment, pid: number, text}),
  'brief-life': object<BriefLife>({
    kind: exactly('brief-life'),
    at: moment,
    pid: number,
    bornAt: moment,
    exit: exitStatus,
  }),
});

export const kernelObserved: Shape<KernelObserved> = object<KernelObserved>({
  kind: exactly('kernel'),
  at: moment,
  source: wordOf({connector: true, 'kernel-log': true, signals: true}),
  events: listOf(event),
  hasGap: optional(exactly(true)),
});
