import {execFileSync} from 'node:child_process';
import {expect, test} from 'vitest';

test('the built program says its version', () => {
  const version = execFileSync('dist/cli.js', ['--version'], {encoding: 'utf8'});

  expect(version).toBe('0.1.0\n');
});
