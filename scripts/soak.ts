/**
 * The live screen for some minutes over a busy gunicorn that recycles its workers and loses some to faults: whether
 * memory, descriptors or what is written to the terminal grow. `npm run soak [minutes] [workers]`.
 */
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {startLightTraffic} from '../source/demo/light-traffic.js';
import {startGunicorn} from '../test/helpers/gunicorn-server.js';
import {hearsKeys, program} from '../test/helpers/live-screen.js';
import {gunicornEnvironment} from '../test/helpers/python.js';
import {openTerminal} from '../test/helpers/terminal.js';
import {readEachMinute} from './soak/readings.js';

const [minutes = 10, workers = 16] = process.argv.slice(2).map(Number);
const tellHeap = fileURLToPath(new URL('soak/tell-heap.cjs', import.meta.url));
const environment = await gunicornEnvironment('newest');
const server = await startGunicorn({
  environment,
  workerClass: 'sync',
  workers,
  timeoutSeconds: 5,
  args: ['--max-requests', '100', '--max-requests-jitter', '50'],
});

/** In turn: a kill, a timeout and a crash, which gunicorn all survives. */
const faults = [
  () => server.signal('SIGKILL', server.workerPids()[0]),
  () => void server.request('/sleep?s=20'),
  () => void server.request('/segfault'),
];

try {
  const traffic = startLightTraffic([`http://127.0.0.1:${server.port}/`], 40);
  const heapFile = join(server.folder, 'heap');
  const screen = openTerminal(process.execPath, ['--require', tellHeap, program, String(server.pid)], {
    columns: 120,
    rows: 40,
    env: {GUNSPECT_SOAK_HEAP: heapFile},
  });
  await screen.until('the workers', (text) => hearsKeys(screen) && text.includes(' PID '));
  const read = readEachMinute(screen, heapFile);
  process.stdout.write(
    'minute  % of a core  RSS MB  heap MB  descriptors  redraws  bytes each  erased  cursor shown\n',
  );
  for (let minute = 1; minute <= minutes; minute++) {
    for (let part = 0; part < faults.length; part++) {
      faults[part]?.();
      // oxlint-disable-next-line no-await-in-loop -- one minute after the other
      await sleep(60_000 / faults.length);
    }
    const {cpuPercent, rssMegabytes, heapMegabytes, descriptors, redraws, bytesPerRedraw, erased, cursorShown} = read();
    const cells = [minute, cpuPercent.toFixed(2), rssMegabytes, heapMegabytes?.toFixed(1) ?? '–', descriptors, redraws];
    const widths = [6, 13, 8, 9, 13, 9, 12, 8, 14];
    const row = [...cells, bytesPerRedraw.toFixed(0), erased, cursorShown];
    process.stdout.write(`${row.map((cell, column) => String(cell).padStart(widths[column] ?? 0)).join('')}\n`);
  }
  traffic.stop();
  screen.close();
  await screen.ended;
} finally {
  await server.stop();
}
