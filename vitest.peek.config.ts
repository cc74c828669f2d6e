import {defineConfig} from 'vitest/config';

/** Every Python on this machine with every gunicorn, `npm run test:peek`: minutes, and alone, for what it measures is a race. */
export default defineConfig({
  test: {
    include: ['test/peek/matrix.test.ts'],
    environment: 'node',
    setupFiles: ['test/setup.ts'],
    env: {TZ: 'UTC', LANG: 'C.UTF-8'},
    maxWorkers: 1,
    hookTimeout: 60_000,
    reporters: ['default', './test/helpers/closing-line-reporter.ts'],
  },
});
