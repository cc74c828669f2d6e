/** The built program on a real gunicorn of which nothing but the memory tells what is asked here. */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {nobody, othersMayRun} from '../helpers/accounts.js';
import {secretInQuery} from '../helpers/fault-request.js';
import {waitFor} from '../helpers/fault-wait.js';
import {startGunicorn, type GunicornOptions, type GunicornServer} from '../helpers/gunicorn-server.js';
import {gunicornEnvironment, type GunicornVersion} from '../helpers/python.js';
import {program, startWatch, startWatchAs, type WatchStream} from '../helpers/watch-stream.js';

type Facts = {
  readonly sources?: ReadonlyArray<{readonly id: string; readonly state: string; readonly why?: string}>;
  readonly workers?: ReadonlyArray<{readonly pid: number; readonly requests?: number}>;
  readonly worker?: {readonly requests?: number; readonly maxRequests?: number};
  readonly request?: {readonly ageSeconds?: number};
  readonly stack?: readonly string[];
  readonly blockedOn?: string;
};

const minuteMs = 120_000;

async function serve(version: GunicornVersion, options: Omit<GunicornOptions, 'environment'>): Promise<GunicornServer> {
  const server = await startGunicorn({environment: await gunicornEnvironment(version), ...options});
  onTestFinished(() => server.stop());
  return server;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'gunspect-peek-'));
  onTestFinished(() => rmSync(path, {recursive: true}));
  return path;
}

async function watching(server: GunicornServer, ...flags: readonly string[]): Promise<WatchStream> {
  const stream = await startWatch(server.pid, ...flags);
  onTestFinished(async () => void (await stream.stop()));
  return stream;
}

/** The newest line of a type, with the keys that only these tests look at. */
function newest(stream: WatchStream, type: string): Facts | undefined {
  const line = stream.lines().findLast(({value}) => value?.type === type);
  return line && (JSON.parse(line.text) as Facts);
}

function isReadable(stream: WatchStream): boolean {
  const changes = newest(stream, 'sample')?.workers ?? [];
  return changes.length > 0 && changes.every(({requests}) => requests !== undefined);
}

test(
  'without a log, a worker that hung in a request leaves it with its place beside its restart, also in a replay',
  async () => {
    const server = await serve('20.1.0', {workerClass: 'sync', timeoutSeconds: 3});
    const recording = join(folder(), 'recording');
    const stream = await watching(server, '--without', 'log', '--record', recording);

    void server.request('/sleep?s=60');
    const pid = await server.waitForBegun('/sleep');
    const restart = await stream.waitForRestart('the restart', ({worker}) => worker.pid === pid, 20_000);

    const facts = JSON.parse(JSON.stringify(restart)) as Facts;
    expect(restart).toMatchObject({
      cause: 'timeout',
      variant: 'long-request',
      request: {method: 'GET', path: '/sleep'},
    });
    expect(facts.request?.ageSeconds).toBeGreaterThan(2.5);
    expect(facts.stack?.[0]).toMatch(/^fault_app\.py:\d+ body_of$/);
    expect(facts.blockedOn).toBe('a timer (sleep)');
    const [doing] = restart.questions;
    expect(doing?.verdict).toBe('request');
    expect(doing?.answer).toMatch(
      /^GET \/sleep for [34]\.\d s in fault_app\.py:\d+ body_of, waiting for a timer \(sleep\)$/,
    );
    expect(facts.worker?.requests).toBe(1);

    await stream.stop();
    const {stdout} = spawnSync(process.execPath, [program, 'replay', recording, '--json', '--speed', 'max'], {
      encoding: 'utf8',
    });
    const restarts = (text: string) => text.split('\n').filter((line) => line.includes('"type":"restart"'));
    const live = stream.lines().map(({text}) => text);
    expect(restarts(stdout)).toEqual(restarts(live.join('\n')));
    expect(readFileSync(recording, 'utf8') + live.join('')).not.toContain(secretInQuery);
  },
  minuteMs,
);

test.each<readonly [GunicornVersion, 'sync' | 'gthread']>([
  ['20.1.0', 'sync'],
  ['newest', 'gthread'],
])(
  'the counts of gunicorn %s, class %s, are exactly what each worker was sent',
  async (version, workerClass) => {
    const args = workerClass === 'gthread' ? ['--threads', '2'] : [];
    const server = await serve(version, {workerClass, args});
    const stream = await watching(server, '--samples');

    const sent = new Map<number, number>();
    for (let request = 0; request < 60; request++) {
      // oxlint-disable-next-line no-await-in-loop -- one after another, so that each answer names its worker
      const answer = await server.request('/').answer;
      const pid = answer.kind === 'answer' ? answer.workerPid : undefined;
      if (pid !== undefined) sent.set(pid, (sent.get(pid) ?? 0) + 1);
    }
    const counted = (): ReadonlyMap<number, number> =>
      new Map(newest(stream, 'sample')?.workers?.map(({pid, requests = -1}) => [pid, requests]));
    await waitFor('the last request to be counted', 20_000, () =>
      [...counted().values()].reduce((total, count) => total + count, 0) >= 60 ? true : undefined,
    );

    expect([...sent.values()].reduce((total, count) => total + count, 0)).toBe(60);
    for (const [pid, count] of counted()) expect(count).toBe(sent.get(pid) ?? 0);
  },
  minuteMs,
);

test(
  'without a log, a worker that recycled is told by its own count at its own limit',
  async () => {
    const args = ['--max-requests', '8', '--max-requests-jitter', '4'];
    const server = await serve('23.0.0', {workerClass: 'sync', workers: 1, args});
    const stream = await watching(server, '--without', 'log', '--samples');
    await waitFor('the counts to be read', 20_000, () => (isReadable(stream) ? true : undefined));

    const count = (): number => newest(stream, 'sample')?.workers?.[0]?.requests ?? 0;
    for (let sent = 1; sent <= 12 && stream.restarts().length === 0; sent++) {
      // oxlint-disable no-await-in-loop -- as on a server with little to do, each one is counted before the next comes
      await server.request('/').answer;
      await waitFor(
        `request ${sent} to be counted, or the recycle`,
        20_000,
        () => count() === sent || stream.restarts().length > 0 || undefined,
      );
      // oxlint-enable no-await-in-loop
    }
    const restart = await stream.waitForRestart('the recycle', () => true, 20_000);

    expect(restart).toMatchObject({cause: 'max-requests', expected: true, branch: 'recycle'});
    const {worker} = JSON.parse(JSON.stringify(restart)) as Facts;
    expect(worker?.maxRequests).toBeGreaterThanOrEqual(8);
    expect(worker?.maxRequests).toBeLessThanOrEqual(12);
  },
  minuteMs,
);

// Only root may become somebody else. Where we cannot, this says so.
const areOthersHere = othersMayRun(process.execPath, resolve(program), '--version');

test.runIf(areOthersHere)(
  'who may not read the memory of a gunicorn is told by what, and still sees its workers',
  async () => {
    const server = await serve('23.0.0', {workerClass: 'sync'});

    const stream = await startWatchAs(nobody, server.pid, '--samples');
    onTestFinished(async () => void (await stream.stop()));
    const sample = await waitFor('a sample', 20_000, () => newest(stream, 'sample'));

    const peek = newest(stream, 'attached')?.sources?.find(({id}) => id === 'peek');
    expect(peek).toMatchObject({state: 'denied', why: 'closed to us by file mode (another user)'});
    expect(sample.workers?.map(({requests}) => requests)).toEqual([undefined, undefined]);
    expect((await stream.stop()).code).toBe(0);
  },
  minuteMs,
);
