import {spawnSync} from 'node:child_process';
import {copyFileSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {transform} from 'esbuild';
import {expect, onTestFinished, test} from 'vitest';

test('the built file runs alone, in a folder with nothing beside it', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gunspect-build-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  const file = path.join(folder, 'cli.js');
  copyFileSync('dist/cli.js', file);

  const {status, stdout, stderr} = spawnSync(file, ['--version'], {encoding: 'utf8'});

  expect({status, stdout, stderr}).toEqual({status: 0, stdout: '0.1.0\n', stderr: ''});
});

test.each(['18.20.8', '20.18.3'])('Node %s is refused in one sentence', (version) => {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions, 'node', {value: '${version}'})`;

  const {status, stdout, stderr} = spawnSync(process.execPath, ['--import', pretend, 'dist/cli.js'], {
    encoding: 'utf8',
  });

  expect({status, stdout, stderr}).toEqual({
    status: 2,
    stdout: '',
    stderr: `gunspect needs Node 20.19 or later and this is Node ${version}.\n`,
  });
});

test('an old Node can read the whole file, so that the refusal speaks before a syntax error does', async () => {
  const built = readFileSync('dist/cli.js', 'utf8');

  const asItIs = await transform(built, {format: 'esm', target: 'esnext'});
  const forNode16 = await transform(built, {format: 'esm', target: 'node16'});

  expect(forNode16.code === asItIs.code).toBe(true);
  expect((await transform('/a/v', {target: 'node16'})).code).not.toContain('/a/v');
});

test('every package in the built file has its licence beside it', () => {
  const built = readFileSync('dist/cli.js', 'utf8');
  const notice = readFileSync('dist/NOTICE', 'utf8');

  const packages = new Set(
    [...built.matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/gm)].map(([, name]) => name),
  );

  expect(packages.size).toBeGreaterThan(0);
  for (const name of packages) {
    expect(notice).toMatch(new RegExp(`^${name} \\d+\\.`, 'm'));
  }
});
