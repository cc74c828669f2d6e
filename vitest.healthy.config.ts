import {defineConfig} from 'vitest/config';

/** Healthy servers, six at a time, about which nothing may be said: `HEALTHY_MINUTES=30 npm run test:healthy`. */
export default defineConfig({
  test: {
    include: ['test/healthy/healthy.test.ts'],
    environment: 'node',
    setupFiles: ['test/setup.ts'],
    env: {TZ: 'UTC', LANG: 'C.UTF-8'},
    testTimeout: 3_600_000,
    maxWorkers: 1,
    maxConcurrency: 6,
    reporters: ['default', './test/helpers/closing-line-reporter.ts'],
  },
});
