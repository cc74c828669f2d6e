/** Records the incidents that the screenshots are made of, from real gunicorns; as root `npm run incidents`, then `npm run screenshots`. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, rmSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {gunicornEnvironment} from '../test/helpers/python.js';
import {withTracing} from '../test/helpers/with-tracing.js';
import {neutralisePaths} from './incidents/neutral-paths.js';
import {scenes} from './incidents/scenes.js';
import {openShop} from './incidents/shop.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = fileURLToPath(new URL('../test/fixtures/incidents/', import.meta.url));
const wanted = process.argv.slice(2);

mkdirSync(folder, {recursive: true});
const environment = await gunicornEnvironment('23.0.0');
for (const {name, options, play} of scenes.filter((scene) => wanted.length === 0 || wanted.includes(scene.name))) {
  const file = `${folder}${name}.ndjson.gz`;
  rmSync(file, {force: true});
  const shop = await openShop(environment, options);
  try {
    const [program = '', ...args] = withTracing([process.execPath, cli, 'watch', `:${shop.port}`, '--record', file]);
    const watch = spawn(program, args, {stdio: ['ignore', 'pipe', 'inherit']});
    await once(watch.stdout, 'data');
    watch.stdout.resume();
    await play(shop, (seconds) => sleep(seconds * 1000));
    watch.kill('SIGTERM');
    await once(watch, 'exit');
    neutralisePaths(file, environment, shop.folder);
  } finally {
    await shop.close();
  }
  process.stdout.write(`${file}\n`);
}
// What customers still wait for is of no interest any more.
process.exit();
