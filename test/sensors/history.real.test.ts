import {appendFileSync, readFileSync, readdirSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, expect, test} from 'vitest';
import type {Restart} from '../../source/snapshot.js';
import {parseTarget, resolveTarget} from '../../source/sensors/targets.js';
import {machineSensors} from '../../source/session/sensors.js';
import {Session} from '../../source/session/session.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {linkOf} from '../helpers/fault-processes.js';
import {waitFor} from '../helpers/fault-wait.js';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';

let server: GunicornServer | undefined;
afterEach(async () => server?.stop());

async function start(): Promise<GunicornServer> {
  server = await startGunicorn({environment: await gunicornEnvironment('23.0.0'), workerClass: 'sync', workers: 2});
  return server;
}

function hasOpen(pid: number, path: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((fd) => linkOf(join(folder, fd)) === path);
}

/** The restarts that a session tells until `count` of them, or for a while when there are to be none. */
async function told(pid: number, count: number, history: boolean): Promise<readonly Restart[]> {
  const ending = new AbortController();
  const target = parseTarget(String(pid));
  const resolved = await resolveTarget(target);
  if (resolved.kind !== 'found') throw new Error(`it is ${resolved.kind}`);
  const session = new Session({
    target,
    master: resolved.masters[0],
    intervalMs: 100,
    sensors: machineSensors(new Set(), {history}),
  });
  const restarts: Restart[] = [];
  let ticks = 0;
  session.onTick(({happenings}) => {
    for (const happening of happenings) if (happening.kind === 'restart') restarts.push(happening.restart);
    ticks++;
    if (ticks > (count === 0 ? 15 : 150) || (count > 0 && restarts.length >= count)) ending.abort();
  });
  await session.run(ending.signal);
  return restarts;
}

test('a kill and a reload from before the attach are told with --history, also after a rotation, and not without', async () => {
  const gunicorn = await start();
  const [killed = 0, second = 0] = gunicorn.workerPids();
  const first = new Set<number>();
  gunicorn.signal('SIGKILL', killed);
  await gunicorn.waitForLog(new RegExp(`pid:${killed}\\) was sent SIGKILL`));
  await gunicorn.waitForWorkers(2);
  const before = readFileSync(gunicorn.logFile, 'utf8');
  // logrotate: the file is moved away, and USR1 makes gunicorn begin another.
  renameSync(gunicorn.logFile, `${gunicorn.logFile}.1`);
  for (const pid of gunicorn.workerPids()) first.add(pid);
  gunicorn.signal('SIGUSR1');
  // A worker that is told to leave before it has taken the other file writes its last line into the old one, or dies of
  // the USR1: Python gives up its handlers first.
  await waitFor('all to write into the new file', 10_000, () =>
    [gunicorn.pid, ...first].every((pid) => hasOpen(pid, gunicorn.logFile)),
  );
  gunicorn.signal('SIGHUP');
  await gunicorn.waitForLog(new RegExp(`Worker exiting \\(pid: ${second}\\)`));
  await waitFor('the workers of before to be gone', 10_000, () => !gunicorn.workerPids().some((pid) => first.has(pid)));
  await gunicorn.waitForWorkers(2);

  const restarts = await told(gunicorn.pid, 3, true);

  expect(before).toContain('Booting worker');
  expect(restarts.map(({worker, cause}) => `${worker.pid} ${cause}`)).toContain(`${killed} killed`);
  expect(restarts.map(({worker, cause}) => `${worker.pid} ${cause}`)).toContain(`${second} reload`);
  expect(restarts.every(({reconstructed, confidence}) => reconstructed === true && confidence !== 'certain')).toBe(
    true,
  );
  expect(await told(gunicorn.pid, 0, false)).toEqual([]);
});

test('lines that somebody else put into the log make no certain restart, and none of a worker that lives', async () => {
  const gunicorn = await start();
  const [living = 0] = gunicorn.workerPids();
  appendFileSync(
    gunicorn.logFile,
    [
      `Worker (pid:${living}) was sent SIGKILL! Perhaps out of memory?`,
      `10.0.0.1 - - "GET /[2026-11-22 13:00:00 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:${living})" 200`,
      '\u0000\u0001\uFFFD[2026-99-99 99:99:99 +0000] [1] [INFO] Booting worker with pid: 1',
      '',
    ].join('\n'),
  );
  writeFileSync(join(gunicorn.folder, 'error.log.1'), 'x'.repeat(100_000));

  expect(await told(gunicorn.pid, 0, true)).toEqual([]);
});
