/** What changed on disk before a boot that failed, and what systemd says of a service that came back. */
import type {ChangedFile} from '../changed-file.js';
import type {Circumstances} from '../ledger/circumstances.js';
import {memoryStopEvidence} from './memory-stop.js';
import {roughly} from './prose.js';
import type {Cause, Evidence} from './verdict.js';

/** Causes beside which it is told what was changed on disk. */
export const failsToBoot: ReadonlySet<Cause> = new Set(['boot-error', 'boot-exit', 'boot-timeout']);
const endsWithService: ReadonlySet<Cause> = new Set([
  'boot-error',
  'gave-up',
  'shutdown',
  'service-restart',
  'master-lost',
]);

const filesShown = 3;

const words: Readonly<Record<ChangedFile['what'], string>> = {
  application: '',
  config: 'config ',
  package: 'package ',
  unit: 'unit file ',
};

/** Facts beside the verdict: what stands on disk decides on no cause. */
export function changedBefore(c: Circumstances, cause: Cause): readonly Evidence[] {
  return [...memoryStopEvidence(c, cause), ...(failsToBoot.has(cause) ? onDisk(c, cause) : []), ...ofUnit(c, cause)];
}

function onDisk({changes, life}: Circumstances, cause: Cause): readonly Evidence[] {
  if (!changes) return [];
  const {files, removed, goodBootMs, complete} = changes;
  const gone = removed.slice(0, filesShown).map((name): Evidence => ({
    source: 'changes',
    fact: `${name} was there when gunspect attached, and is gone`,
    supports: cause,
  }));
  const changed = files.slice(0, filesShown).map(({what, name, changedWallMs}): Evidence => ({
    source: 'changes',
    fact: `${words[what]}${name} changed ${roughly((life.startedMs - changedWallMs) / 1000)} before this boot`,
    atMs: changedWallMs,
    supports: cause,
  }));
  if (gone.length + changed.length > 0) return [...gone, ...changed];
  return complete && goodBootMs !== undefined
    ? [{source: 'changes', fact: 'no file, package or unit changed since the last good boot', atMs: goodBootMs}]
    : [];
}

function ofUnit({changes}: Circumstances, cause: Cause): readonly Evidence[] {
  const {name, restarts = 0, oomPolicy} = changes?.unit ?? {};
  if (name === undefined) return [];
  if (cause === 'out-of-memory' && oomPolicy === 'stop')
    return [{source: 'changes', fact: `OOMPolicy of ${name} is stop: systemd then ends the whole service`}];
  return endsWithService.has(cause) && restarts > 0
    ? [{source: 'changes', fact: `systemd has started ${name} again ${restarts} ${restarts === 1 ? 'time' : 'times'}`}]
    : [];
}
