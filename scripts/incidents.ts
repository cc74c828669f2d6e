/** Records the incidents that the screenshots are made of, from real gunicorns; `npm run incidents`, then `npm run screenshots`. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, rmSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {startGunicorn} from '../test/helpers/gunicorn-server.js';
import {gunicornEnvironment} from '../test/helpers/python.js';
import {neutralisePaths} from './incidents/neutral-paths.js';
import {scenes} from './incidents/scenes.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = fileURLToPath(new URL('../test/fixtures/incidents/', import.meta.url));
const wanted = process.argv.slice(2);

mkdirSync(folder, {recursive: true});
const environment = await gunicornEnvironment('23.0.0');
for (const {name, options, play} of scenes.filter((scene) => wanted.length === 0 || wanted.includes(scene.name))) {
  const file = `${folder}${name}.ndjson.gz`;
  rmSync(file, {force: true});
  const server = await startGunicorn({...options, environment, workerClass: 'sync'});
  try {
    const watch = spawn(process.execPath, [cli, 'watch', `:${server.port}`, '--record', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(watch.stdout, 'data');
    watch.stdout.resume();
    await sleep(5000);
    await play(server, (seconds) => sleep(seconds * 1000));
    watch.kill('SIGTERM');
    await once(watch, 'exit');
    neutralisePaths(file, environment);
  } finally {
    await server.stop();
  }
  process.stdout.write(`${file}\n`);
}
