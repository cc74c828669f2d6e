/**
 * Whether the system's journal is open to us, by the modes and access lists of the files that it is kept in.
 *
 * journalctl(1) itself reads what it may and keeps silent about the rest: who has a journal of their own waits there for
 * ever for the lines of a service.
 */
import fs from 'node:fs';
import {attempt, valueOf} from './reading.js';

/** Where it lies on disk, and where until the next boot only (systemd-journald.service(8)). */
const journalFolders: readonly string[] = ['/var/log/journal', '/run/log/journal'];

type Access = (path: string, mode: number) => void;

/** False also where no file of it was found: journalctl then has the word. */
export function isJournalClosed(folders = journalFolders, access: Access = fs.accessSync): boolean {
  const readings = folders.flatMap((folder) => {
    const machines = attempt(() => fs.readdirSync(folder));
    return machines.kind === 'denied'
      ? [machines]
      : (valueOf(machines) ?? []).map((id) =>
          attempt(() => access(`${folder}/${id}/system.journal`, fs.constants.R_OK)),
        );
  });
  return readings.some(({kind}) => kind === 'denied') && !readings.some(({kind}) => kind === 'ok');
}
