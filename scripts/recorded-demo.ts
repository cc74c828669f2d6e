/** Records the demo that is shown where no gunicorn can be had, from the tour of a real one; `npm run recorded-demo`. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {rmSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {pythonEnvironment} from '../source/demo/python-environment.js';
import {neutralisePaths} from './incidents/neutral-paths.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const file = fileURLToPath(new URL('../source/demo/recorded-demo.ndjson.gz', import.meta.url));
const faults = ['timeout', 'kill', 'memory', 'recycle', 'crash', 'reload', 'boot'];

rmSync(file, {force: true});
const tour = spawn(process.execPath, [cli, 'demo', '--faults', faults.join(',')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(tour, 'exit') as Promise<[number]>;
const [first] = (await once(tour.stdout.setEncoding('utf8'), 'data')) as [string];
const [, port] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(first)!;
const watch = spawn(process.execPath, [cli, 'watch', `:${port}`, '--record', file], {stdio: 'ignore'});
tour.stdout.pipe(process.stdout);
const [code] = await ended;
watch.kill('SIGTERM');
await once(watch, 'exit');
neutralisePaths(file, await pythonEnvironment({cacheFolder: '.cache/python'}));
process.exitCode = code;
