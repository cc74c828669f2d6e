import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';

/** Runs the given test files with this project's reporter. Returns the exit status and the lines after vitest's own. */
function runTests(files: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv) {
  mkdirSync('.cache', {recursive: true});
  const root = mkdtempSync('.cache/reporter-');
  onTestFinished(() => rmSync(root, {recursive: true}));
  mkdirSync(path.join(root, 'test/faults'), {recursive: true});
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(root, name), text);
  }

  const vitest = path.resolve('node_modules/.bin/vitest');
  const reporter = path.resolve('test/helpers/closing-line-reporter.ts');
  const options = [
    'run',
    '--root',
    '.',
    '--config',
    'vitest.config.mjs',
    '--reporter',
    'default',
    '--reporter',
    reporter,
  ];
  writeFileSync(path.join(root, 'vitest.config.mjs'), 'export default {};\n');
  const {status, stdout} = spawnSync(vitest, options, {cwd: root, env: {...process.env, ...env}, encoding: 'utf8'});
  return {
    status,
    lines: stdout.split('\n').slice(stdout.split('\n').findIndex((line) => line.includes('Duration')) + 1),
  };
}

const skipping = `import {test} from 'vitest';
test('shows an OOM kill', (context) => context.skip('cgroup v2'));
test('passes', () => {});
`;

test('a run ends with one line of passed, failed and skipped, in which a file that does not load has failed', () => {
  const {status, lines} = runTests(
    {
      'a.test.ts': "import {expect, test} from 'vitest';\ntest('a', () => {});\ntest('b', () => expect(1).toBe(2));\n",
      'b.test.ts': "throw new Error('does not load');\n",
    },
    {},
  );

  expect({status, lines}).toEqual({status: 1, lines: ['', '1 passed, 2 failed, 0 skipped', '']});
});

test('a skipped test is named with its reason, and is no failure on a developer’s machine', () => {
  const {status, lines} = runTests({'a.test.ts': skipping, 'test/faults/not-here.json': '[]'}, {});

  expect({status, lines}).toEqual({
    status: 0,
    lines: ['', 'skipped: shows an OOM kill (cgroup v2)', '1 passed, 0 failed, 1 skipped', ''],
  });
});

test.each([
  ['false', 1, '(cgroup v2)'],
  ['true', 0, '(cgroup v2, proven absent)'],
])('on CI a skip whose probe is `%s` ends the run with %i', (probe, expectedStatus, reason) => {
  const notHere = JSON.stringify([{what: 'cgroup v2', probe}]);

  const {status, lines} = runTests({'a.test.ts': skipping, 'test/faults/not-here.json': notHere}, {CI: 'true'});

  expect(status).toBe(expectedStatus);
  expect(lines).toContain(`skipped: shows an OOM kill ${reason}`);
  expect(lines.at(-2)).toBe('1 passed, 0 failed, 1 skipped');
});
