/**
 * What a segment of a recording must say before its first sample, so that it can be replayed without the one before.
 *
 * It opens as if the master had just been attached to: a worker of that moment was then there before, and did not come
 * as a new one. Deaths and log records of the time before are not carried; they are in the segment before.
 */
import type {Attached, ChangesObserved, MasterGone, Observation, Peeked, SettingsObserved} from '../observation.js';

/** The newest state of what is observed rarely. */
export type Carried = {
  readonly attached?: Attached;
  readonly changes?: ChangesObserved;
  readonly masterGone?: MasterGone;
};

export function carry(carried: Carried, observation: Observation): Carried {
  switch (observation.kind) {
    case 'attached':
      return {attached: observation};
    case 'source':
      return carried.attached ? {...carried, attached: withSource(carried.attached, observation.source)} : carried;
    case 'master-gone':
      return {...carried, masterGone: observation};
    case 'peek':
      return carried.attached ? {...carried, attached: withMemory(carried.attached, observation)} : carried;
    case 'changes':
      return {...carried, changes: observation};
    case 'settings':
      return carried.attached ? {...carried, attached: withSettings(carried.attached, observation)} : carried;
    case 'history':
    case 'sample':
    case 'log':
    case 'access':
    case 'kernel':
      return carried;
  }
}

function withSource(attached: Attached, source: Attached['sources'][number]): Attached {
  return {...attached, sources: [...attached.sources.filter(({id}) => id !== source.id), source]};
}

/** Its settings are read from memory when they are new, and later no more. */
function withMemory(attached: Attached, {master}: Peeked): Attached {
  if (!master?.settings || master.id.pid !== attached.master.id.pid) return attached;
  const settings = {...attached.master.settings, ...master.settings};
  return {...attached, master: {...attached.master, settings}};
}

function withSettings(attached: Attached, {id, settings}: SettingsObserved): Attached {
  if (id.pid !== attached.master.id.pid) return attached;
  return {...attached, master: {...attached.master, settings: {...attached.master.settings, ...settings}}};
}

/** The observations that open a segment at this moment. */
export function carriedInto({attached, changes, masterGone}: Carried, at: Observation['at']): readonly Observation[] {
  return [...(attached ? [{...attached, at}] : []), ...(changes ? [changes] : []), ...(masterGone ? [masterGone] : [])];
}
