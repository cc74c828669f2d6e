import {appendFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {Restart} from '../../source/snapshot.js';
import {parseTarget, resolveTarget} from '../../source/sensors/targets.js';
import {machineSensors} from '../../source/session/sensors.js';
import {Session} from '../../source/session/session.js';
import {gunicornEnvironment, type GunicornVersion} from '../helpers/python.js';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';

/** Watches the server; `cause` runs once it is attached to. Resolves with the newest word on the worker that could not boot. */
async function failedBootOf(server: GunicornServer, cause: () => void): Promise<Restart | undefined> {
  const target = parseTarget(String(server.pid));
  const resolved = await resolveTarget(target);
  if (resolved.kind !== 'found') throw new Error(`it is ${resolved.kind}`);
  const session = new Session({
    target,
    master: resolved.masters[0],
    intervalMs: 100,
    sensors: machineSensors(new Set(['peek'])),
    untilExit: true,
  });
  let failed: Restart | undefined;
  let isCaused = false;
  session.onTick(({happenings}) => {
    for (const happening of happenings)
      if (happening.kind === 'restart' && happening.restart.cause === 'boot-error') failed = happening.restart;
    // Older than the seconds in which a file that was changed may belong to the boot before.
    const isSettled = session.snapshot().workers.every(({ageSeconds}) => ageSeconds > 3);
    if (!isCaused && session.attached && isSettled) {
      isCaused = true;
      cause();
    }
  });
  await session.run(AbortSignal.timeout(25_000));
  return failed;
}

const failures = [
  {
    plan: 'sleep 1.2; import-error',
    kind: 'missing-module',
    text: /^ModuleNotFoundError: payments_client, at fault_app\.py:\d+$/,
  },
  {
    plan: 'sleep 1.2; missing-env',
    kind: 'missing-environment',
    text: /^KeyError: PAYMENTS_URL is not set, at fault_app\.py:\d+$/,
  },
  {
    plan: 'sleep 1.2; refused-service',
    kind: 'refused-service',
    text: /^ConnectionRefusedError: .*, at fault_app\.py:\d+$/,
  },
  {plan: 'sleep 1.2; no-app', kind: 'bad-app-name', text: /^gunicorn could not find or make the application$/},
] as const;

const hook = `import os, time
def post_fork(server, worker):
    if os.path.exists('broken'):
        time.sleep(0.8)
        raise ValueError('no such pool')
`;

const versions: readonly GunicornVersion[] = ['20.1.0', '23.0.0', 'newest'];

for (const version of versions) {
  const start = async (args: readonly string[] = []): Promise<GunicornServer> =>
    startGunicorn({environment: await gunicornEnvironment(version), workerClass: 'sync', workers: 2, args});

  test.concurrent.each(failures)(
    `gunicorn ${version} that fails for $kind is told so`,
    {timeout: 60_000},
    async ({plan, kind, text}) => {
      const server = await start();
      try {
        const failed = await failedBootOf(server, () => {
          appendFileSync(join(server.folder, 'fault_app.py'), '\n# changed\n');
          server.breakBoot(plan);
          server.signal('SIGKILL', server.workerPids()[0]);
        });

        expect(failed?.bootFailure?.kind, server.log()).toBe(kind);
        expect(failed?.summary).toMatch(text);
        expect(failed?.evidence.map(({fact}) => fact).join('\n')).toMatch(
          /^fault_app\.py changed \d s before this boot$/m,
        );
      } finally {
        await server.stop();
      }
    },
  );

  test.concurrent(`gunicorn ${version} whose config file raises is told so`, {timeout: 60_000}, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gunspect-hooks-'));
    const config = join(folder, 'gunicorn.conf.py');
    writeFileSync(config, hook);
    const hooked = await start(['--config', config]);
    try {
      const failed = await failedBootOf(hooked, () => {
        writeFileSync(join(hooked.folder, 'broken'), '');
        hooked.signal('SIGKILL', hooked.workerPids()[0]);
      });

      expect(failed?.bootFailure?.kind, hooked.log()).toBe('bad-config');
      expect(failed?.summary).toMatch(/^ValueError: no such pool, at .*gunicorn\.conf\.py:5$/);
    } finally {
      await hooked.stop();
      rmSync(folder, {recursive: true, force: true});
    }
  });
}
