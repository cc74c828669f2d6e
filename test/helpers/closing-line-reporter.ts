import {readFileSync} from 'node:fs';
import path from 'node:path';
import type {Reporter, SerializedError, TestModule, Vitest} from 'vitest/node';
import {type Absence, isAbsent} from './absence.js';

/**
 * Ends every run with one plain line, `N passed, N failed, N skipped`; a file that does not load and an error outside
 * of a test count as failed. Above it stands each thing for whose lack a test was skipped, `context.skip('cgroup v2')`.
 * Where `CI` is set, a skip fails the run unless `test/faults/not-here.json` lists that thing and its probe proves here
 * that it is absent.
 */
export class ClosingLineReporter implements Reporter {
  #root = '.';
  #lines: readonly string[] = [];
  #failed = false;

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
    process.once('exit', () => {
      process.stdout.write(this.#lines.map((line) => `${line}\n`).join(''));
      if (this.#failed) {
        process.exitCode = 1;
      }
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const broken = modules.filter(
      (module) => module.state() === 'failed' && [...module.children.allTests('failed')].length === 0,
    );
    const skipped = inState('skipped').map((test) => {
      const result = test.result();
      return {name: test.fullName, reason: (result.state === 'skipped' && result.note) || 'no reason given'};
    });
    const unproven = this.#unproven(new Set(skipped.map(({reason}) => reason)));

    this.#failed = Boolean(process.env['CI']) && unproven.size > 0;
    this.#lines = [
      ...skipped.map(
        ({name, reason}) => `skipped: ${name} (${reason}${unproven.has(reason) ? '' : ', proven absent'})`,
      ),
      ...(this.#failed ? ['A skipped test fails on CI: list what is absent, with its probe, in not-here.json.'] : []),
      [
        `${inState('passed').length} passed`,
        `${inState('failed').length + broken.length + unhandledErrors.length} failed`,
        `${skipped.length} skipped`,
      ].join(', '),
    ];
  }

  #unproven(reasons: ReadonlySet<string>): ReadonlySet<string> {
    if (reasons.size === 0) {
      return reasons;
    }

    const listed = readFileSync(path.join(this.#root, 'test/faults/not-here.json'), 'utf8');
    const absences = JSON.parse(listed) as readonly Absence[];
    return new Set(
      [...reasons].filter((reason) => !absences.some((absence) => absence.what === reason && isAbsent(absence))),
    );
  }
}

export default ClosingLineReporter;
