import {defineConfig} from 'vitest/config';

/** Real gunicorns with real faults, `npm run test:faults`. At most two at a time: a fault's timing must not depend on the next one's load. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.{ts,tsx}'],
    environment: 'node',
    setupFiles: ['test/setup.ts'],
    env: {TZ: 'UTC', LANG: 'C.UTF-8'},
    testTimeout: 180_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    maxConcurrency: 64,
    passWithNoTests: true,
    reporters: ['default', './test/helpers/closing-line-reporter.ts'],
  },
});
