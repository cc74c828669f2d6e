/** What keys ask for that reaches beyond the screen: the clipboard and files. */
import {incidentReport} from '../report/incident-report.js';
import {restartReport} from '../report/restart-report.js';
import type {ScreenDeeds} from '../view/screen-deeds.js';
import {clipboardOf, clipboardSequence} from './clipboard.js';
import {fileNameFor, writePrivateFile} from './private-file.js';
import {version} from './version.js';

type Surroundings = {
  readonly environment: NodeJS.ProcessEnv;
  /** Writes to the terminal. */
  readonly write: (bytes: string) => void;
  /** As `writePrivateFile`. */
  readonly writeFile?: typeof writePrivateFile;
};

export function screenDeeds({environment, write, writeFile = writePrivateFile}: Surroundings): ScreenDeeds {
  const intoFile = async (name: string, text: string): Promise<string> => {
    try {
      return `written to ${await writeFile(name, text)}`;
    } catch (error) {
      return `could not be written: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  return {
    copy: async (restart, snapshot, offsetMinutes) => {
      const text = `${restartReport(restart, snapshot, offsetMinutes)}\n`;
      const name = `#${restart.worker.pid}`;
      const clipboard = clipboardOf(environment);
      const sequence = clipboard === 'none' ? undefined : clipboardSequence(text);
      if (sequence !== undefined) {
        write(sequence);
      }
      if (sequence !== undefined && clipboard === 'likely') {
        return `${name} sent to the clipboard of your terminal; not every terminal takes it, and w writes a file`;
      }
      const written = await intoFile(fileNameFor(String(restart.worker.pid), restart.atMs), text);
      return sequence === undefined ? `${name} ${written}` : `${name} ${written}; sent to tmux too`;
    },
    report: async (snapshot, offsetMinutes) => {
      const about = snapshot.master?.settings.app?.value ?? snapshot.target;
      const text = incidentReport(snapshot, {offsetMinutes, version});
      return `report ${await intoFile(fileNameFor(about, snapshot.at.wallMs), text)}`;
    },
  };
}
