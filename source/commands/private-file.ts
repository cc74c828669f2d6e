import {writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {cwd} from 'node:process';

/**
 * Writes a new file that only its owner can read, in the current directory or else in the one for temporary files.
 * Resolves with its path. An existing file is never touched: a number is added to the name. Rejects with what the
 * second directory refused with.
 */
export async function writePrivateFile(
  name: string,
  text: string,
  folders: readonly string[] = [cwd(), tmpdir()],
): Promise<string> {
  let refusal: unknown;
  for (const folder of folders) {
    for (let number = 1; number <= 99; number++) {
      const path = join(folder, number === 1 ? name : name.replace(/(?=\.\w+$)/u, `-${number}`));
      try {
        // oxlint-disable-next-line no-await-in-loop -- the next name is tried when this one is taken
        await writeFile(path, text, {mode: 0o600, flag: 'wx'});
        return path;
      } catch (error) {
        refusal = error;
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
          break;
        }
      }
    }
  }
  throw refusal;
}

/** "gunspect-shop-20261122T140322Z.md": what it is about and when it was, in a zone that is the same for everybody. */
export function fileNameFor(about: string, wallMs: number): string {
  const words = about.replaceAll(/[^A-Za-z0-9]+/gu, '-').replaceAll(/^-+|-+$/gu, '');
  const time = new Date(wallMs).toISOString().slice(0, 19).replaceAll(/[-:]/gu, '');
  return `gunspect-${words === '' ? 'gunicorn' : words.slice(0, 40)}-${time}Z.md`;
}
