import {jsonText} from '../export/json-text.js';
import {stripControls} from '../gunicorn/redact.js';
import {findMasters, type FoundMaster} from '../sensors/masters.js';
import {openSampler} from '../sensors/sampler.js';
import type {SourceState} from '../observation.js';
import type {ExitCode} from './command-error.js';
import type {Invocation} from './command.js';
import {masterTable, summarise} from './master-table.js';

function sourcesOf(master: FoundMaster): readonly SourceState[] {
  const sampler = openSampler(master);
  try {
    return sampler.sources();
  } finally {
    sampler.closeAll();
  }
}

function sourceLines(master: FoundMaster): readonly string[] {
  const lines = sourcesOf(master).map(({id, state, why, unlock}) => {
    const reason = [why, unlock].filter(Boolean).join('; ');
    return `    ${id.padEnd(10)} ${state}${reason && `: ${reason}`}`;
  });
  return ['', `${master.id.pid} ${master.commandLine}`, ...lines].map((line) => stripControls(line));
}

function textOf(masters: readonly FoundMaster[], verbose: boolean): string {
  if (masters.length === 0) {
    return 'No gunicorn is running here, or none that may be seen.\n';
  }
  const lines = [...masterTable(masters), ...(verbose ? masters.flatMap(sourceLines) : [])];
  return `${lines.join('\n')}\n`;
}

function jsonOf(masters: readonly FoundMaster[], verbose: boolean): string {
  const objects = masters.map((master) => ({...summarise(master), ...(verbose && {sources: sourcesOf(master)})}));
  return `${jsonText(objects, 2)}\n`;
}

/** `gunspect list`: the masters of this machine. None is an answer and no error: exit 0. */
export async function list({options, io}: Invocation): Promise<ExitCode> {
  const masters = await findMasters();
  io.stdout.write((options.json ? jsonOf : textOf)(masters, options.verbose));
  return 0;
}
