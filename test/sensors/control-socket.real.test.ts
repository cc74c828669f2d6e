import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, expect, test} from 'vitest';
import {beginInspection, observe, snapshotOf} from '../../source/inspection.js';
import type {Observation} from '../../source/observation.js';
import {now} from '../../source/sensors/clock.js';
import {masterOf} from '../../source/sensors/masters.js';
import type {Sampler} from '../../source/sensors/sampler.js';
import {openSampler} from '../../source/sensors/open-sampler.js';
import {waitFor} from '../helpers/fault-wait.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {startServer, type RealServer} from './real-server.js';

let server: RealServer | undefined;
let sampler: Sampler | undefined;
afterEach(async () => {
  sampler?.closeAll();
  await server?.stop();
});

async function start(version: '23.0.0' | 'newest', timeout: string): Promise<Sampler> {
  const {gunicorn} = await gunicornEnvironment(version);
  const args = ['waiting_app:app', '-w', '2', '-b', '127.0.0.1:PORT', '--error-logfile', 'FOLDER/error.log'];
  server = await startServer({
    command: ['sh', '-c', `echo 'timeout = ${timeout}' > gunicorn.conf.py; exec ${gunicorn} ${args.join(' ')}`],
  });
  await server.waitForWorkers(2);
  const master = masterOf(server.pid);
  if (master === undefined) throw new Error('it is no master');
  sampler = openSampler(master);
  return sampler;
}

/** Everything observed until one of a kind comes. */
async function until(kind: Observation['kind'], of: Sampler, all: Observation[] = []): Promise<readonly Observation[]> {
  return waitFor(`an observation of ${kind}`, 15_000, () => {
    const seen = of.observe(now(), 0);
    all.push(...seen);
    return seen.some((observation) => observation.kind === kind) ? all : undefined;
  });
}

test('a timeout that only gunicorn itself can compute is told by its control socket, and again after a reload', async () => {
  const running = await start('newest', '10 + 7');
  const attached = running.attached('shop', now());
  const first = await until('settings', running);

  expect(attached.master.settings.timeoutSeconds).toBeUndefined();
  let inspection = beginInspection('shop');
  for (const observation of [attached, ...first]) ({inspection} = observe(inspection, observation));
  expect(snapshotOf(inspection).master?.settings).toMatchObject({
    timeoutSeconds: {value: 17, source: 'control-socket'},
    workers: {value: 2, source: 'control-socket'},
    workerClass: {value: 'sync', source: 'control-socket'},
  });
  // At the attach a young master may not listen on it yet, and states are looked at once a tick.
  await waitFor('the control socket to be readable', 15_000, () => {
    running.observe(now(), 0);
    return running.sources().some(({id, state}) => id === 'control-socket' && state === 'ok');
  });

  writeFileSync(join(server!.folder, 'gunicorn.conf.py'), 'timeout = 40 + 2\n');
  process.kill(server!.pid, 'SIGHUP');
  const second = await until('settings', running);
  for (const observation of second) ({inspection} = observe(inspection, observation));
  expect(snapshotOf(inspection).master?.settings.timeoutSeconds).toEqual({value: 42, source: 'control-socket'});
  expect(server!.log()).not.toMatch(/Traceback|Control server error/);
});

test('an older gunicorn is said to have none', async () => {
  const running = await start('23.0.0', '30');

  expect(running.sources().find(({id}) => id === 'control-socket')).toMatchObject({state: 'unsupported'});
});
