import os from 'node:os';
import {jsonText} from '../export/json-text.js';
import {offerToBeKilledFirst} from '../session/own-safety.js';
import {parseTarget, resolveTarget} from '../sensors/targets.js';
import {CommandError, type ExitCode} from './command-error.js';
import type {Invocation} from './command.js';
import {readableSources, sourceLines, type MasterSources} from './readable-sources.js';
import {version} from './version.js';

/** Who looks, and from where: it decides how much is readable. */
function observerLine(): string {
  const {username} = os.userInfo();
  return `gunspect ${version} as ${username}, on ${os.type()} ${os.release()} ${os.arch()}, with Node ${process.version}`;
}

function textOf(all: readonly MasterSources[]): string {
  return `${[observerLine(), ...all.flatMap((each) => ['', ...sourceLines(each)])].join('\n')}\n`;
}

function jsonOf(all: readonly MasterSources[]): string {
  const objects = all.map(({master, sources}) => ({pid: master.id.pid, sources}));
  return `${jsonText(objects, 2)}\n`;
}

/**
 * `gunspect doctor`: every source of evidence about the target, or about all masters of this machine: whether it is
 * readable, what stands in the way, and what would unlock it.
 */
export async function doctor({target, options, io}: Invocation): Promise<ExitCode> {
  offerToBeKilledFirst();
  const resolved = await resolveTarget(parseTarget(target));
  if (resolved.kind !== 'found' && resolved.kind !== 'ambiguous') {
    throw new CommandError(resolved.why, undefined, resolved.kind === 'unreadable' ? 3 : 2);
  }
  const all = await readableSources(resolved.masters);
  io.stdout.write((options.json ? jsonOf : textOf)(all));
  return 0;
}
