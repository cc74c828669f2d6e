import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';

test('README gives two commands, and CI runs the one for the tests', () => {
  const commands = [...readFileSync('README.md', 'utf8').matchAll(/^npm ci.*$/gm)].map(([command]) => command);

  expect(commands).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  expect(readFileSync('.ci/run', 'utf8')).toMatch(/^npm ci && npm test$/m);
});
