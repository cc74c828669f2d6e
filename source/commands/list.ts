import {jsonText} from '../export/json-text.js';
import {findMasters, type FoundMaster} from '../sensors/masters.js';
import type {ExitCode} from './command-error.js';
import type {Invocation} from './command.js';
import {masterTable, summarise} from './master-table.js';
import {readableSources, sourceLines, type MasterSources} from './readable-sources.js';

function textOf(masters: readonly FoundMaster[], all: readonly MasterSources[]): string {
  if (masters.length === 0) {
    return 'No gunicorn is running here, or none that may be seen.\n';
  }
  const lines = [...masterTable(masters), ...all.flatMap((each) => ['', ...sourceLines(each)])];
  return `${lines.join('\n')}\n`;
}

function jsonOf(masters: readonly FoundMaster[], all: readonly MasterSources[]): string {
  const objects = masters.map((master) => {
    const sources = all.find((each) => each.master === master)?.sources;
    return {...summarise(master), ...(sources && {sources})};
  });
  return `${jsonText(objects, 2)}\n`;
}

/** `gunspect list`: the masters of this machine. None is an answer and no error: exit 0. */
export async function list({options, io}: Invocation): Promise<ExitCode> {
  const masters = await findMasters();
  const sources = options.verbose ? await readableSources(masters) : [];
  io.stdout.write((options.json ? jsonOf : textOf)(masters, sources));
  return 0;
}
