import {defineConfig} from 'vitest/config';

/** The core set, `npm test`: everything but the real faults, which `vitest.faults.config.ts` runs. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/faults/**'],
    environment: 'node',
    setupFiles: ['test/setup.ts'],
    env: {TZ: 'UTC', LANG: 'C.UTF-8'},
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/helpers/closing-line-reporter.ts'],
  },
});
