/** Says how much of a master's settings can be read at all. */
import {recogniseGunicorn} from '../gunicorn/command-line.js';
import type {SourceState} from '../source-state.js';
import {readArguments, readEnvironment} from './procfs.js';
import type {Owner} from './reading.js';
import {stateOf} from './source-states.js';

export function settingsState(pid: number, root = '/proc', owner?: Owner): SourceState {
  const argv = readArguments(pid, root);
  if (argv.kind !== 'ok') return stateOf('settings', argv);

  const command = recogniseGunicorn(argv.value);
  if (command?.how === 'title') {
    return {
      id: 'settings',
      state: 'partly',
      why: 'the process title has overwritten the command line and the environment',
    };
  }

  if (command === undefined) {
    return {id: 'settings', state: 'partly', why: 'a program of its own starts gunicorn, and may set anything'};
  }

  const environment = readEnvironment(pid, [], root, owner);
  return environment.kind === 'denied'
    ? {...stateOf('settings', environment), state: 'partly'}
    : {id: 'settings', state: 'ok'};
}
