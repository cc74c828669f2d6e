import {stripControls} from '../gunicorn/redact.js';
import type {FoundMaster} from '../sensors/masters.js';
import {readSettings} from '../sensors/settings.js';

/** What `list` knows of one master. Absent is what could not be read. */
export type MasterSummary = {
  readonly pid: number;
  readonly parentPid: number;
  readonly role: FoundMaster['role'];
  readonly recognisedBy: FoundMaster['recognisedBy'];
  readonly app?: string;
  readonly version?: string;
  readonly workerClass?: string;
  /** How many live now. */
  readonly workers: number;
  readonly bind?: readonly string[];
  readonly user?: string;
};

/** Reads what a list shows of one master. Costs a few files and starts nothing. */
export function summarise(master: FoundMaster): MasterSummary {
  const settings = readSettings(master.id.pid);
  const app = settings.app?.value ?? master.app;
  return {
    pid: master.id.pid,
    parentPid: master.parentPid,
    role: master.role,
    recognisedBy: master.recognisedBy,
    ...(app !== undefined && {app}),
    ...(settings.version && {version: settings.version.value}),
    ...(settings.workerClass && {workerClass: settings.workerClass.value}),
    workers: master.workers.length,
    ...(settings.bind && {bind: settings.bind.value}),
    ...(master.user !== undefined && {user: master.user}),
  };
}

function note({role, parentPid, recognisedBy}: MasterSummary): string {
  switch (role) {
    case 'successor':
      return `successor of ${parentPid}, started on USR2`;
    case 'dirty-arbiter':
      return `dirty arbiter of ${parentPid}`;
    case 'master':
      return recognisedBy === 'heartbeat-file' ? '' : `recognised by its ${recognisedBy.replace('-', ' ')} only`;
  }
}

const unknown = '-';

const columns: ReadonlyArray<readonly [title: string, cell: (summary: MasterSummary) => string]> = [
  ['PID', ({pid}) => String(pid)],
  ['APP', ({app = unknown}) => app],
  ['VERSION', ({version = unknown}) => version],
  ['CLASS', ({workerClass = unknown}) => workerClass],
  ['WORKERS', ({workers}) => String(workers)],
  ['BIND', ({bind}) => bind?.join(' ') ?? unknown],
  ['USER', ({user = unknown}) => user],
  ['NOTE', note],
];

/** The masters as a table of text, its title first; a column where nobody has anything to say is left out. */
export function masterTable(masters: readonly FoundMaster[]): readonly string[] {
  const summaries = masters.map(summarise);
  const shown = columns
    .map(([title, cell]) => ({title, cells: summaries.map((summary) => stripControls(cell(summary)))}))
    .filter(({cells}) => cells.some((cell) => cell !== ''))
    .map(({title, cells}) => {
      const width = Math.max(...[title, ...cells].map((cell) => cell.length));
      return [title, ...cells].map((cell) => cell.padEnd(width));
    });
  return ['', ...summaries].map((_, row) =>
    shown
      .map((cells) => cells[row] ?? '')
      .join('  ')
      .trimEnd(),
  );
}
