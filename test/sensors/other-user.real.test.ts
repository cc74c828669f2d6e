import {execFile} from 'node:child_process';
import {chmodSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {build} from 'esbuild';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {Sample} from '../../source/observation.js';
import type {SourceState} from '../../source/source-state.js';
import type {Settings} from '../../source/gunicorn/settings.js';
import type {FoundMaster} from '../../source/sensors/masters.js';
import {parseTarget, resolveTarget, type ResolvedTarget} from '../../source/sensors/targets.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {startServer, type RealServer} from './real-server.js';

type Seen = {
  readonly master?: FoundMaster;
  readonly sources: readonly SourceState[];
  readonly sample: Sample;
  readonly settings: Settings;
  readonly embedded: ResolvedTarget;
};

const nobody = 65_534;
const isRoot = process.geteuid?.() === 0;

let folder: string;
let server: RealServer;
let embedded: RealServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gunspect-other-'));
  chmodSync(folder, 0o755);
  const {gunicorn, python} = await gunicornEnvironment('23.0.0');
  server = await startServer({command: [gunicorn, '-w', '2', '-b', '127.0.0.1:PORT', 'waiting_app:app']});
  embedded = await startServer({command: [python, 'waiting_app.py', 'PORT']});
  await Promise.all([server.waitForWorkers(2), embedded.waitForWorkers(2)]);
}, 300_000);

afterAll(async () => {
  await server.stop();
  await embedded.stop();
  rmSync(folder, {recursive: true, force: true});
});

/** Looks at the server as nobody: from one file, for nobody may not be let into this folder. */
async function lookAsNobody(): Promise<Seen> {
  const program = join(folder, 'look.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('look-as-other.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: program,
    external: ['koffi'],
    define: {'import.meta.url': JSON.stringify(import.meta.url)},
    logLevel: 'error',
  });
  const args = [program, String(server.pid), String(embedded.pid)];
  const {stdout} = await promisify(execFile)(process.execPath, args, {uid: nobody, gid: nobody, cwd: '/', env: {}});
  return JSON.parse(stdout) as Seen;
}

test('another user is shown less, and is told for each source what stands in the way', async () => {
  // Without root there is no becoming somebody else, but there is a process of root to look at.
  if (!isRoot) {
    expect(await resolveTarget(parseTarget('1'))).toMatchObject({
      kind: 'unreadable',
      why: expect.stringMatching(/closed to us by file mode \(another user\); run gunspect as/) as string,
    });
    return;
  }

  const {master, sources, sample, settings, embedded: hidden} = await lookAsNobody();

  expect(master).toMatchObject({recognisedBy: 'command-line', app: 'waiting_app:app', user: 'root'});
  expect(new Set(master?.workers)).toEqual(new Set(server.workers()));
  expect(Object.fromEntries(sources.map(({id, state}) => [id, state]))).toMatchObject({
    processes: 'ok',
    heartbeat: 'denied',
    log: 'denied',
    activity: 'denied',
    memory: 'ok',
    traffic: 'ok',
    settings: 'partly',
  });
  // What the kernel keeps is nobody's file: only root gets in, whoever the target belongs to.
  const ofKernel = new Set(['kernel-log', 'signals']);
  for (const source of sources.filter(({id, state}) => state === 'denied' && !ofKernel.has(id))) {
    expect(source.why).toContain('closed to us by file mode (another user)');
    expect(source.unlock).toBe('run gunspect as the same user, or as root');
  }

  expect(sample.listeners).toMatchObject([{address: `127.0.0.1:${server.port}`, backlog: 0}]);
  expect(sample.workers.map(({id}) => id.pid).toSorted((a, b) => a - b)).toEqual(
    server.workers().toSorted((a, b) => a - b),
  );
  for (const worker of sample.workers) {
    expect(worker.processState).toMatch(/^[SR]$/);
    expect(worker.rssBytes).toBeGreaterThan(5_000_000);
    expect(worker.voluntarySwitches).toBeGreaterThan(0);
    expect(worker).not.toHaveProperty('heartbeat');
    expect(worker).not.toHaveProperty('activity');
  }

  // The environment could hold anything, so defaults are not claimed; what the command line says is known.
  expect(settings.workers).toEqual({value: 2, source: 'command-line'});
  expect(settings.timeoutSeconds).toBeUndefined();
  expect(hidden).toMatchObject({kind: 'unreadable', why: expect.stringContaining('another user') as string});
});
