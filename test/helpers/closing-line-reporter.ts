import type {Reporter, TestModule} from 'vitest/node';

/** Ends every run with one plain line, `N passed, N failed, N skipped`, counted in tests. */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    process.on('exit', () => {
      process.stdout.write(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`);
    });
  }
}

// Vitest loads a reporter that a config names by path through its default export.
export default ClosingLineReporter;
