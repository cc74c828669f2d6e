/** Files what the kernel itself told under the life, or the master, that it is about. */
import type {BriefLife, KernelEvent, KernelObserved, KernelSourceId, Moment, SignalSent} from '../observation.js';
import {currentMaster, withMaster} from './ledger.js';
import type {KernelCover, Ledger, UnseenLife} from './ledger.js';
import type {KernelFact, Life} from './life.js';
import {kernelFactsKept, masterSignalsKept, startErrorMs} from './limits.js';
import {subjectOf} from './take-log.js';
import {withUnseen} from './unseen.js';

export function takeKernel(ledger: Ledger, {at, source, events, hasGap}: KernelObserved): Ledger {
  const next = hasGap ? {...ledger, kernel: {...ledger.kernel, [source]: at}} : ledger;
  return events.reduce((told, event) => takeEvent(told, event, source), next);
}

/** Since when each of the kernel's sources has been read without a gap: of those that are readable. */
export function kernelCoverOf(before: KernelCover, sources: Ledger['sources'], since: Moment): KernelCover {
  const ids: readonly KernelSourceId[] = ['connector', 'kernel-log', 'signals'];
  const readable = ids.filter((id) => sources.some((source) => source.id === id && source.state === 'ok'));
  return Object.fromEntries(readable.map((id) => [id, before[id] ?? since]));
}

function takeEvent(ledger: Ledger, event: KernelEvent, source: KernelSourceId): Ledger {
  if (event.kind === 'brief-life') return takeBriefLife(ledger, event);
  const master = currentMaster(ledger);
  if (event.kind === 'signal' && master?.id.pid === event.pid) return takeMasterSignal(ledger, event);
  const fact: KernelFact = {...event, source};
  const living = ledger.living.findIndex((life) => isAbout(life, event));
  if (living !== -1) return {...ledger, living: ledger.living.with(living, withFact(ledger.living[living]!, fact))};
  const ended = ledger.ended.findLastIndex((life) => isAbout(life, event));
  if (ended === -1) return ledger;
  return {...ledger, ended: ledger.ended.with(ended, withFact(ledger.ended[ended]!, fact))};
}

/** Pids come back: what happened before a life began, or after it was missed, is about another one. */
function isAbout({id, startedMs, end}: Life, {pid, at}: KernelEvent): boolean {
  return id.pid === pid && at.wallMs >= startedMs - startErrorMs && (!end || at.wallMs <= end.by.wallMs + startErrorMs);
}

function withFact(life: Life, fact: KernelFact): Life {
  return {...life, kernel: [...(life.kernel ?? []).slice(1 - kernelFactsKept), fact]};
}

function takeMasterSignal(ledger: Ledger, event: SignalSent): Ledger {
  return withMaster(ledger, (master) => ({
    ...master,
    signals: [...(master.signals ?? []).slice(1 - masterSignalsKept), event],
  }));
}

/** It takes along what the log said of it so far. */
function takeBriefLife(ledger: Ledger, {at, pid, exit}: BriefLife): Ledger {
  const isOwn = ({event}: Ledger['unclaimed'][number]): boolean => subjectOf(event) === pid;
  const isContained = currentMaster(ledger)?.nsPid !== undefined;
  const life: UnseenLife = {at, pid, log: isContained ? [] : ledger.unclaimed.filter(isOwn), exit};
  const unclaimed = isContained ? ledger.unclaimed : ledger.unclaimed.filter((fact) => !isOwn(fact));
  return withUnseen({...ledger, unclaimed}, life);
}
