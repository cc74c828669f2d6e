import {now} from './clock.js';
import type {FoundMaster} from './masters.js';
import {openPortableSampler} from './portable-sampler.js';
import {openProcSampler} from './proc-sampler.js';
import {readStat} from './procfs.js';
import type {Sampler, SamplerOptions} from './sampler.js';

/** Arms every source of one master. Never fails: what cannot be read is named in `sources`. */
export function openSampler(master: FoundMaster, options: SamplerOptions = {}): Sampler {
  const {root = '/proc', clock = now, at = clock()} = options;
  const hasProc = process.platform === 'linux' || readStat(master.id.pid, root).kind === 'ok';
  return hasProc ? openProcSampler(master, {...options, root, at, clock}) : openPortableSampler(master);
}
