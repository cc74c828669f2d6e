import {readFileSync, writeFileSync} from 'node:fs';
import {execFileSync} from 'node:child_process';
import path from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import type {PythonEnvironment} from '../../source/demo/python-environment.js';

/** Gives a gzipped recording the paths of an ordinary server: where it was made is of no interest to who reads it. */
export function neutralisePaths(file: string, {python}: PythonEnvironment, folder?: string): void {
  const environment = path.dirname(path.dirname(python));
  const base = execFileSync(python, ['-c', 'import sys; print(sys.base_prefix)'], {encoding: 'utf8'}).trim();
  const recorded = gunzipSync(readFileSync(file)).toString('utf8');
  const text = (folder === undefined ? recorded : recorded.replaceAll(folder, '/srv/shop'))
    .replaceAll(environment, '/srv/shop/venv')
    .replaceAll(base, '/usr/local')
    .replaceAll(/gunspect-fault-[0-9a-f-]{36}/gu, 'shop');
  writeFileSync(file, gzipSync(text, {level: 9}), {mode: 0o644});
}
