import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {withGeneratedBlocks} from '../scripts/readme/generated-blocks.js';

test('README says what the tables of commands, keys and causes say', () => {
  const readme = readFileSync('README.md', 'utf8');

  expect(readme, 'run `npm run readme`').toBe(withGeneratedBlocks(readme));
});

test('every picture in README is there', () => {
  const pictures = [...readFileSync('README.md', 'utf8').matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, path]) => path!);

  expect(pictures.length).toBeGreaterThan(0);
  for (const picture of pictures) expect(readFileSync(picture, 'utf8')).toMatch(/^<svg/);
});
