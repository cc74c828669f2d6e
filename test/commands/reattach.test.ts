/** A master is stopped and its supervisor starts it again: by whatever name it was attached to, the inspector stays. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {absentHere} from '../faults/absent-here.js';
import {waitFor} from '../helpers/fault-wait.js';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {startWatch, type WatchStream} from '../helpers/watch-stream.js';

const groups = absentHere('a control group of memory') === undefined;
let server: GunicornServer;
let watches: Readonly<Record<string, WatchStream>>;
let successor: number;

beforeAll(async () => {
  server = await startGunicorn({
    environment: await gunicornEnvironment('23.0.0'),
    workerClass: 'sync',
    args: ['--pid', 'gunicorn.pid'],
    ...(groups && {memoryLimitMegabytes: 400, controlGroupNameEnd: '.service'}),
  });
  const named: Readonly<Record<string, readonly [string, ...(readonly string[])]>> = {
    'its pid': [String(server.pid)],
    'its port': [`:${server.port}`],
    'its pid file': [`${server.folder}/gunicorn.pid`],
    ...(groups && {
      'its unit': [server.controlGroup!.slice(1)],
      'its control group': [`cgroup:${server.controlGroup}`],
      'its pid, with no settings to go by': [String(server.pid), '--without', 'settings'],
    }),
  };
  const started = Object.entries(named).map(
    async ([how, [target, ...flags]]) => [how, await startWatch(target, ...flags)] as const,
  );
  watches = Object.fromEntries(await Promise.all(started));
  server.signal('SIGTERM');
  await waitFor('the master to end', 5000, () => server.ended());
  successor = await server.startAgain();
}, 180_000);

afterAll(async () => {
  await Promise.all(Object.values(watches).map((watch) => watch.stop()));
  await server.stop();
});

test.each(['its pid', 'its port', 'its pid file'])('attached by %s, it is attached to the next master', cameBack);

test.for(['its unit', 'its control group', 'its pid, with no settings to go by'])(
  'attached by %s, it is attached to the next master too',
  async (how, {skip}) => {
    skip(!groups, 'a control group of memory');
    await cameBack(how);
  },
);

async function cameBack(how: string): Promise<void> {
  const watch = watches[how]!;
  const attached = () => watch.lines().flatMap(({value}) => (value?.type === 'attached' ? [value.master.pid] : []));

  await waitFor(
    'the second attached',
    20_000,
    () => attached().length === 2,
    () => watch.standardError(),
  );

  expect(attached()).toEqual([server.pid, successor]);
  const events = watch.lines().flatMap(({value}) => (value?.type === 'master' ? [value.event] : []));
  expect(events).toEqual(['ended', 'back']);
}
