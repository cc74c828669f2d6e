import {defineConfig} from 'vitest/config';

/** Everything but the real faults. Those run alone afterwards (`vitest.faults.config.ts`): their timing must not depend on other tests. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: [
      'test/healthy/healthy.test.ts',
      'test/faults/core.test.ts',
      'test/faults/all.test.ts',
      'test/peek/matrix.test.ts',
    ],
    environment: 'node',
    setupFiles: ['test/setup.ts'],
    env: {TZ: 'UTC', LANG: 'C.UTF-8'},
    maxWorkers: 2,
    // Each of them watches a gunicorn of its own, and shares the processors with another file.
    maxConcurrency: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/helpers/closing-line-reporter.ts'],
  },
});
