/** Settings that became known, or changed, after the attach. */
import type {Settings} from '../gunicorn/settings.js';
import type {SettingsObserved} from '../observation.js';
import {withMaster} from './ledger.js';
import type {Ledger} from './ledger.js';
import {sameProcess} from './life.js';

/** The running master's word beats what its command line and files say; only what stands in its memory is closer to it. */
export function takeSettings(ledger: Ledger, {id, settings}: SettingsObserved): Ledger {
  return withMaster(ledger, (master) =>
    sameProcess(master.id, id) ? {...master, settings: joined(master.settings, settings)} : master,
  );
}

function joined(known: Settings, told: Settings): Settings {
  const fromMemory = Object.entries(known).filter(([, setting]) => setting?.source === 'peek');
  return {...known, ...told, ...Object.fromEntries(fromMemory)};
}
