import {readFileSync} from 'node:fs';

/**
 * What a real gunicorn printed, standard output and error together, by the name of the run. Only paths were changed
 * after the capture: the installation's and the application's.
 */
export function capturedRuns(name: string): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(new URL(`captured/${name}.log`, import.meta.url), 'utf8');
  const sections = text.split(/^=== /m).slice(1);

  return new Map(
    sections.map((section) => {
      const [run = '', ...lines] = section.split('\n');
      return [run, lines.slice(0, -1)];
    }),
  );
}

/** The lines of one run; throws when there is none of that name. */
export function capturedRun(name: string, run: string): readonly string[] {
  const lines = capturedRuns(name).get(run);
  if (lines === undefined) throw new Error(`${name} has no run ${run}`);

  return lines;
}
