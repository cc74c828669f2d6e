import {headroomNeededBytes, offerToBeKilledFirst, sharedHeadroomBytes} from '../session/own-safety.js';
import {beginSpareThread} from '../peek/thread-start.js';
import {machineSensors, type Sensors} from '../session/sensors.js';
import type {FoundMaster} from '../sensors/masters.js';
import type {SessionEnd} from '../session/session.js';
import {parseTarget, type Target} from '../sensors/targets.js';
import {CommandError} from './command-error.js';
import type {Invocation} from './command.js';
import {masterTable} from './master-table.js';

/** What to attach to: a master, or a target that is to be waited for. */
export type Aim = {readonly target: Target; readonly master?: FoundMaster; readonly sensors: Sensors};

/** Lets the user choose one of several masters; undefined when none was wanted. */
export type Choose = (masters: readonly FoundMaster[]) => Promise<FoundMaster | undefined>;

/** The error for several masters where nobody can be asked. */
export function severalMasters(masters: readonly FoundMaster[]): CommandError {
  const table = masterTable(masters).map((line) => `  ${line}`);
  return new CommandError(
    `there are ${masters.length} gunicorn masters here`,
    ['name one, for example "gunspect ' + String(masters[0]?.id.pid) + '":', ...table].join('\n'),
  );
}

/** A sentence when it would be unwise to run beside this master: both share a memory limit that is nearly used up. */
export function refusalToAttach(force: boolean): (master: FoundMaster) => string | undefined {
  return ({id}) => {
    const leftBytes = force ? undefined : sharedHeadroomBytes(id.pid);
    if (leftBytes === undefined || leftBytes >= headroomNeededBytes) {
      return undefined;
    }
    const megabytes = Math.max(0, Math.round(leftBytes / 1e6));
    return `the memory limit shared with master ${id.pid} has only ${megabytes} MB left; run gunspect outside it, or with --force`;
  };
}

function mayWait({options, io}: Invocation, target: Target): boolean {
  // Without a name for what to wait for, only an explicit --wait says that one is about to come.
  return target.survivesRestart && (options.wait ?? (io.stdout.isTTY && target.form !== 'any'));
}

/**
 * Finds what the invocation names. Undefined when the user chose none. Throws a `CommandError` when there is nothing
 * to attach to and it is not to be waited for. With `history` the log is read back for restarts from before.
 */
export async function takeAim(invocation: Invocation, choose: Choose, history = false): Promise<Aim | undefined> {
  const {options} = invocation;
  offerToBeKilledFirst();
  const target = parseTarget(invocation.target);
  // It begins while the master is looked for.
  if (!options.without.has('peek')) beginSpareThread();
  const sensors = machineSensors(options.without, {showQuery: options.showQuery, history});
  const resolved = await sensors.resolve(target);
  switch (resolved.kind) {
    case 'found':
      return checked({target, sensors, master: resolved.masters[0]}, options.force);
    case 'ambiguous': {
      const master = await choose(resolved.masters);
      return master && checked({target: parseTarget(String(master.id.pid)), sensors, master}, options.force);
    }
    case 'none':
      if (invocation.slipOf !== undefined && options.wait !== true) {
        throw new CommandError(`there is no command ${target.text}`, `did you mean gunspect ${invocation.slipOf}?`);
      }
      if (mayWait(invocation, target)) {
        return {target, sensors};
      }
      throw new CommandError(resolved.why);
    case 'not-gunicorn':
      throw new CommandError(resolved.why);
    case 'unreadable':
      throw new CommandError(resolved.why, undefined, 3);
  }
}

function checked(aim: Aim & {readonly master: FoundMaster}, force: boolean): Aim {
  const refusal = refusalToAttach(force)(aim.master);
  if (refusal !== undefined) {
    throw new CommandError(refusal);
  }
  return aim;
}

/** What a session that ended by itself means to the user. */
export function throwIfRefused(end: SessionEnd): void {
  switch (end.kind) {
    case 'aborted':
    case 'master-ended':
      return;
    case 'refused':
      throw new CommandError(end.why);
    case 'ambiguous':
      throw severalMasters(end.masters);
  }
}
