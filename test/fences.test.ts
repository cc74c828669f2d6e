import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';

/** Lints the files, given as path and text, with this project's own configuration. Returns one `path:line message` a finding. */
function lint(files: Readonly<Record<string, string>>): readonly string[] {
  const project = mkdtempSync(path.join(tmpdir(), 'gunspect-fences-'));
  onTestFinished(() => rmSync(project, {recursive: true}));
  for (const shared of ['.oxlintrc.json', 'scripts/lint']) {
    cpSync(shared, path.join(project, shared), {recursive: true});
  }

  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(project, file)), {recursive: true});
    writeFileSync(path.join(project, file), text);
  }

  const oxlint = path.resolve('node_modules/.bin/oxlint');
  const command = `"${oxlint}" --format unix source || true`;
  const output = execFileSync('sh', ['-c', command], {cwd: project, encoding: 'utf8'});
  return output
    .split('\n')
    .filter((line) => line.startsWith('source/'))
    .map((line) => line.replace(/:(\d+):\d+: /, ':$1 ').replace(/ \[Error.*$/, ''))
    .toSorted();
}

const room = (file: string) => file.replace(/^source\//, '').replace(/\.tsx?$/, '');

/** One import a line, of packages as they are named and of files relative to the folder. */
function importing(folder: string, targets: readonly string[]): string {
  return targets
    .map((target) => {
      const isFile = target.includes('/') || ['snapshot', 'observation', 'cli'].includes(target);
      const specifier = isFile ? path.relative(folder, path.join('source', `${target}.js`)) : target;
      return `export * from '${isFile && !specifier.startsWith('.') ? './' : ''}${specifier}';\n`;
    })
    .join('');
}

test('an import against the way of the data is refused, in every room', () => {
  const refused = {
    'source/gunicorn/settings.ts': ['ledger/lives', 'node:fs'],
    'source/ledger/lives.ts': ['diagnosis/verdict', 'sensors/heartbeat', 'node:fs'],
    'source/diagnosis/verdict.ts': ['snapshot', 'session/session', 'react'],
    'source/snapshot.ts': ['session/session', 'view/format'],
    'source/sensors/heartbeat.ts': ['ledger/lives', 'session/session', 'ps-list'],
    'source/sensors/processes.ts': ['pidusage', 'view/screen'],
    'source/peek/frames.ts': ['session/session', 'ink'],
    'source/session/session.ts': ['view/screen', 'commands/live', 'ink'],
    'source/view/screen.tsx': ['ledger/lives', 'sensors/heartbeat', 'session/session', 'node:os'],
    'source/view/ui-state.ts': ['session/session', 'react', 'ink', 'node:os'],
    'source/export/stream.ts': ['ledger/lives', 'node:fs'],
    'source/commands/live.tsx': ['cli', 'meow', 'ps-list', '../test/helpers/python'],
    'source/cli.tsx': ['session/session', 'left-pad'],
    'source/somewhere/new.ts': ['observation', 'node:fs'],
  };

  const findings = lint(
    Object.fromEntries(
      Object.entries(refused).map(([file, targets]) => [file, importing(path.dirname(file), targets)]),
    ),
  );

  expect(findings.map((finding) => finding.replace(/: this room may import .*/, ''))).toEqual(
    Object.entries(refused)
      .flatMap(([file, targets]) =>
        targets.map((target, index) => `${file}:${index + 1} ${room(file)} may not import ${target}`),
      )
      .toSorted(),
  );
});

test('a type import, a re-export and a dynamic import are imports', () => {
  const findings = lint({
    'source/ledger/lives.ts': [
      "import type {Session} from '../session/session.js';",
      "export {usage} from '../sensors/usage.js';",
      "export * from '../view/screen.js';",
      "export const peek = (): Promise<Session> => import('../peek/frames.js');",
    ].join('\n'),
  });

  expect(findings.map((finding) => finding.replace(/: .*/, ''))).toEqual([
    'source/ledger/lives.ts:1 ledger/lives may not import session/session',
    'source/ledger/lives.ts:2 ledger/lives may not import sensors/usage',
    'source/ledger/lives.ts:3 ledger/lives may not import view/screen',
    'source/ledger/lives.ts:4 ledger/lives may not import peek/frames',
  ]);
});

test('a pure room may not read the clock, chance or the process', () => {
  const findings = lint({
    'source/view/ui-state/reduce.ts': 'export const now = Date.now();\n',
    'source/view/format-age.ts': [
      'export const a = new Date();',
      'export const b = Date.now();',
      'export const c = Math.random();',
      'export const d = process.pid;',
      'export const e = performance.now();',
      'export const f = globalThis.process;',
      'setTimeout(() => a, 1);',
      'export const h = new Date(0).toISOString();',
    ].join('\n'),
  });

  expect(findings.map((finding) => finding.replace(/ .*/, ''))).toEqual([
    ...[1, 2, 3, 4, 5, 6, 7].map((line) => `source/view/format-age.ts:${line}`),
    'source/view/ui-state/reduce.ts:1',
  ]);
});

test('imports along the way of the data pass', () => {
  const findings = lint({
    'source/gunicorn/settings.ts': "export {value} from '../observation.js';\n",
    'source/ledger/lives.ts': "export {value} from '../gunicorn/settings.js';\n",
    'source/diagnosis/causes/timeout.ts':
      "export {value} from '../../ledger/lives.js';\nexport {other} from '../verdict.js';\n",
    'source/snapshot.ts': "export {value} from './diagnosis/verdict.js';\n",
    'source/sensors/processes.ts':
      "export {default as psList} from 'ps-list';\nexport {readFile} from 'node:fs/promises';\n",
    'source/session/session.ts':
      "export {value} from '../sensors/processes.js';\nexport {other} from '../inspection.js';\n",
    'source/view/key-names.ts': "export {value} from './ui-state/ui-state.js';\nexport type {Key} from 'ink';\n",
    'source/view/screen.tsx': "export {Box} from 'ink';\nexport {value} from '../snapshot.js';\n",
    'source/commands/live.tsx':
      "export {value} from '../view/screen.js';\nexport {other} from '../session/session.js';\n",
    'source/cli.tsx': "export {value} from './commands/live.js';\nexport {default as meow} from 'meow';\n",
  });

  expect(findings).toEqual([]);
});
