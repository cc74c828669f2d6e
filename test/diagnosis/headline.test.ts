import {expect, test} from 'vitest';
import {headlineOf, type HeadlineInput} from '../../source/diagnosis/headline.js';
import {patternOf} from '../../source/diagnosis/pattern.js';
import type {Settings} from '../../source/gunicorn/settings.js';
import {moment} from '../helpers/observations.js';
import {restart, row} from '../helpers/restarts.js';

const nowMs = moment(1000).wallMs;

function settings(timeoutSeconds: number, more: Settings = {}): Settings {
  return {timeoutSeconds: {value: timeoutSeconds, source: 'command-line'}, ...more};
}

function headline(known: Partial<HeadlineInput> = {}): string {
  const restarts = known.restarts ?? [];
  const {status, label, text} = headlineOf({
    nowMs,
    masterAlive: true,
    everAttached: true,
    sources: [],
    settings: settings(30),
    workers: [row(9101), row(9102)],
    restarts,
    pattern: patternOf(restarts, nowMs),
    bootLoop: undefined,
    missed: 0,
    ...known,
  });
  return `${status} | ${label} ${text}`;
}

test('a server is healthy when all its heartbeats were read and nobody is stuck', () => {
  expect(headline()).toBe('healthy | HEALTHY 2 workers, heartbeats fresh, no restart seen');
});

test('it is only watched when heartbeats are not readable, in part or at all', () => {
  const {heartbeatAgeSeconds: _unread, ...unread} = row(9102);
  const {heartbeatAgeSeconds: _other, ...other} = row(9101);

  expect(headline({workers: [row(9101), unread]})).toBe(
    'watching | WATCHING 2 workers, no restart seen; 1 of 2 heartbeats are not readable',
  );
  expect(headline({workers: [other, unread]})).toBe(
    'watching | WATCHING 2 workers, no restart seen; heartbeats are not readable',
  );
});

test('where the source that would tell is closed, what opens it is said with what is not known', () => {
  const unlock = 'run gunspect as the same user, or as root';
  const sources = (['heartbeat', 'log'] as const).map((id) => ({id, state: 'denied', why: 'mode', unlock}) as const);
  const {heartbeatAgeSeconds: _unread, ...unread} = row(9102);
  const left = restart({cause: 'clean-exit', branch: 'unknown', at: 900, summary: 'it left cleanly'});

  expect(headline({sources, workers: [unread]})).toBe(
    `watching | WATCHING 1 worker, no restart seen; heartbeats are not readable: ${unlock}`,
  );
  expect(headline({sources, restarts: [left]})).toBe(
    `incident | UNKNOWN 1 restart: clean-exit · it left cleanly: ${unlock}`,
  );
  expect(headline({sources, restarts: [restart({cause: 'crash', at: 900})]})).not.toContain(unlock);
});

test('workers that grow towards the limit of their memory are not healthy, unless it is mostly cache', () => {
  const growing = row(9101, {rssBytes: 150e6, secondsToLimit: 40});
  const memoryLimitBytes = 256 * 1024 * 1024;

  expect(headline({workers: [growing, row(9102)], memoryLimitBytes})).toBe(
    'watching | WATCHING 2 workers, no restart seen; if memory grows on, it comes to its limit of 256M in about 40 s',
  );
  expect(headline({workers: [{...growing, rssBytes: 20e6}], memoryLimitBytes})).toMatch(/^healthy/);
  expect(headline({workers: [{...growing, secondsToLimit: 4000}], memoryLimitBytes})).toMatch(/^healthy/);
  expect(headline({workers: [growing]})).toMatch(/^healthy/);
});

test('a newborn whose heartbeat was not found yet takes nothing from its health', () => {
  const {heartbeatAgeSeconds: _unread, ...newborn} = row(9103, {ageSeconds: 0.3, state: 'alive'});

  expect(headline({workers: [row(9101), newborn]})).toBe(
    'healthy | HEALTHY 2 workers, heartbeats fresh, no restart seen',
  );
});

test('where no timeout tells who is stuck, an old heartbeat is not fresh', () => {
  const workers = [row(9101), row(9102, {heartbeatAgeSeconds: 300})];

  expect(headline({workers, settings: settings(0)})).toBe(
    'watching | WATCHING 2 workers, no restart seen; the oldest heartbeat is 300 s old',
  );
  expect(headline({workers, settings: settings(900)})).toContain('healthy');
});

test('a server without workers, and deaths that only the log knows, are not healthy', () => {
  expect(headline({workers: []})).toBe('watching | WATCHING no worker lives, no restart seen');
  expect(headline({missed: 2})).toBe('watching | WATCHING 2 workers; at least 2 ended too soon to be seen');
});

test('before the first attach, and after a master is gone, it waits', () => {
  expect(headline({everAttached: false, masterAlive: false})).toBe('waiting | WAITING no gunicorn master found yet');
  expect(headline({masterAlive: false})).toBe('waiting | MASTER GONE waiting for a successor');
});

test('restarts that were all wanted are a recycle', () => {
  const restarts = [
    restart({cause: 'max-requests', at: 900}),
    restart({cause: 'reload', at: 901}),
    restart({cause: 'reload', at: 901}),
  ];

  expect(headline({restarts})).toBe('recycle | RECYCLE 3 restarts, all expected (1 max-requests, 2 reload)');
});

test('stuck workers come before recycled ones', () => {
  const workers = [
    row(9101, {state: 'stuck', killInSeconds: 3.4}),
    row(9102, {state: 'stuck', killInSeconds: 12}),
    row(9103, {state: 'hung-boot'}),
  ];

  expect(headline({workers, restarts: [restart({cause: 'reload', at: 900})]})).toBe(
    'incident | STUCK 3 workers are stuck (2), hung-boot (1); gunicorn kills 9101 in 4 s',
  );
  expect(headline({workers: workers.slice(0, 1)})).toBe(
    'incident | STUCK 1 worker is stuck; gunicorn kills 9101 in 4 s',
  );
});

test('where all that are stuck hang is said before the first of them is killed', () => {
  const stuck = {state: 'stuck', request: {method: 'POST', path: '/orders/7'}, blockedOn: '10.0.3.7:5432'} as const;
  const elsewhere = {...stuck, request: {method: 'GET', path: '/export'}};

  expect(headline({workers: [row(9101, stuck), row(9102, {...stuck, killInSeconds: 2.5})]})).toBe(
    'incident | STUCK 2 workers are stuck in POST /orders/{id}, waiting for 10.0.3.7:5432; gunicorn kills 9102 in 3 s',
  );
  expect(headline({workers: [row(9101, stuck), row(9102, elsewhere)]})).toBe(
    'incident | STUCK 2 workers are stuck, waiting for 10.0.3.7:5432',
  );
});

test('an incident is named by its most frequent cause, where it strikes, and what was expected beside it', () => {
  const timeout = {cause: 'timeout', request: {method: 'POST', path: '/checkout'}, blockedOn: '10.0.3.7:5432'} as const;
  const restarts = [
    restart({...timeout, at: 900}),
    restart({...timeout, at: 910}),
    restart({cause: 'max-requests', at: 920}),
    restart({cause: 'killed', at: 930}),
  ];

  expect(headline({restarts, workers: [row(9101, {state: 'stuck'})]})).toBe(
    'incident | RUNTIME 3 restarts: timeout ×2 in POST /checkout waiting for 10.0.3.7:5432, killed ×1 · 1 stuck now · 1 expected',
  );
});

test('an incident of unknown cause says what is known of the newest', () => {
  const unknown = restart({
    cause: 'unknown',
    branch: 'unknown',
    at: 900,
    blockedOn: '10.0.3.7:5432',
    summary: 'SIGKILL',
  });

  expect(headline({restarts: [unknown]})).toBe('incident | UNKNOWN 1 restart: unknown · SIGKILL');
});

test('a failed boot that took the others with it leads', () => {
  const restarts = [
    restart({cause: 'killed', at: 899}),
    restart({cause: 'boot-error', branch: 'boot', at: 900, summary: "KeyError: 'PAYMENTS_URL'"}),
    restart({cause: 'gave-up', branch: 'boot', at: 901}),
    restart({cause: 'gave-up', branch: 'boot', at: 901}),
  ];

  expect(headline({restarts, masterAlive: false})).toBe(
    "incident | BOOT 1 worker failed to boot: KeyError: 'PAYMENTS_URL'; gunicorn stopped itself and took 2 more with it · 1 other restart",
  );
});

test('so does an exit in a request that gunicorn took for one', () => {
  const restarts = [
    restart({cause: 'app-exit', at: 900, summary: 'exit code 3 while handling a request'}),
    restart({cause: 'gave-up', at: 901}),
  ];

  expect(headline({restarts, masterAlive: false})).toBe(
    'incident | RUNTIME 1 worker ended as if it had failed to boot: exit code 3 while handling a request; gunicorn stopped itself and took 1 more with it',
  );
});

test('a boot loop leads everything', () => {
  const restarts = [restart({cause: 'timeout', at: 900})];

  expect(
    headline({restarts, bootLoop: {count: 12, atLeast: true, perMinute: 40, firstMs: nowMs - 17_000, lastMs: nowMs}}),
  ).toBe('incident | BOOT at least 12 failed boots, 40 a minute');
});

test('that the master is gone is said beside faults that do not say it', () => {
  expect(headline({restarts: [restart({cause: 'crash', at: 900})], masterAlive: false})).toBe(
    'incident | RUNTIME 1 restart: crash · a crash · the master is gone',
  );
  expect(headline({restarts: [restart({cause: 'shutdown', branch: 'platform', at: 900})], masterAlive: false})).toBe(
    'incident | PLATFORM 1 restart: shutdown · a shutdown',
  );
});

test('a place is counted by those that were there, and one that few share is not named', () => {
  const inPath = (path: string, at: number) => restart({cause: 'timeout', at, request: {path}});
  const restarts = [
    inPath('/sleep', 900),
    inPath('/sleep', 901),
    inPath('/pay', 902),
    restart({cause: 'crash', at: 903}),
  ];

  expect(headline({restarts})).toBe('incident | RUNTIME 4 restarts: timeout ×3, 2 in /sleep, crash ×1');
  expect(headline({restarts: restarts.slice(0, 3)})).toBe('incident | RUNTIME 3 restarts: timeout, 2 in /sleep');
  expect(headline({restarts: [...restarts, inPath('/a', 904), inPath('/b', 905)]})).toBe(
    'incident | RUNTIME 6 restarts: timeout ×5, crash ×1 · a timeout',
  );
});

test('what they wait for is counted among those that share the place', () => {
  const inPay = (at: number, blockedOn?: string) =>
    restart({cause: 'timeout', at, request: {path: '/pay'}, ...(blockedOn && {blockedOn})});

  expect(headline({restarts: [inPay(900, 'redis'), inPay(901, 'redis'), inPay(902)]})).toBe(
    'incident | RUNTIME 3 restarts: timeout in /pay, 2 waiting for redis',
  );
});

test('what a worker waited for in the moment in which memory ran out is no place', () => {
  const killed = {cause: 'out-of-memory', summary: 'killed for memory at 108M RSS', blockedOn: 'a timer'} as const;

  expect(headline({restarts: [restart({...killed, at: 900})]})).toBe(
    'incident | RUNTIME 1 restart: out-of-memory · killed for memory at 108M RSS',
  );
  expect(headline({restarts: [restart({...killed, at: 900, request: {path: '/report'}})]})).toBe(
    'incident | RUNTIME 1 restart: out-of-memory in /report',
  );
});

test('restarts that tell of no place take nothing from one that the others share', () => {
  const old = [800, 810, 820].map((at) => restart({cause: 'timeout', at, request: {path: '/pay'}}));
  const seen = [900, 910].map((at) => restart({cause: 'timeout', at, request: {path: '/pay'}, blockedOn: 'redis'}));

  expect(headline({restarts: [...old, ...seen]})).toBe(
    'incident | RUNTIME 5 restarts: timeout in /pay, 2 waiting for redis',
  );
  expect(headline({restarts: [...old, ...seen.slice(0, 1)]})).toBe('incident | RUNTIME 4 restarts: timeout in /pay');
});

test('workers that were recycled together are told as a herd', () => {
  const restarts = Array.from({length: 12}, (_, index) =>
    restart({cause: 'max-requests', at: 900 + index / 5, ageSeconds: 800, pid: 9101 + index}),
  );
  const jitter = {value: 5, source: 'command-line'} as const;
  const workers = {value: 12, source: 'command-line'} as const;

  expect(headline({restarts, settings: settings(30, {maxRequestsJitter: jitter, workers})})).toBe(
    'recycle | RECYCLE 12 restarts, all expected (max-requests, jitter too small: 12 within 3 s)',
  );
  expect(headline({restarts: restarts.slice(0, 1)})).toBe('recycle | RECYCLE 1 restart, expected (max-requests)');
});

test('one or two failed boots are told by what they failed of', () => {
  const failed = {cause: 'boot-error', branch: 'boot', summary: "KeyError: 'PAYMENTS_URL'"} as const;

  expect(headline({restarts: [restart({...failed, at: 900}), restart({...failed, at: 901})]})).toBe(
    "incident | BOOT 2 workers failed to boot: KeyError: 'PAYMENTS_URL'",
  );
});

test('a boot loop that stands still has no rate any more', () => {
  const bootLoop = {count: 12, atLeast: false, perMinute: 40, firstMs: nowMs - 140_000, lastMs: nowMs - 120_000};

  expect(headline({bootLoop, workers: []})).toBe('incident | BOOT 12 failed boots');
});

test('a boot loop that was mended says so, and goes on where others serve beside it', () => {
  const bootLoop = {count: 12, atLeast: false, perMinute: 40, firstMs: nowMs - 30_000, lastMs: nowMs - 6000};

  expect(headline({bootLoop})).toBe('incident | BOOT 12 failed boots · over: 2 workers serve now');
  expect(headline({bootLoop: {...bootLoop, lastMs: nowMs - 1000}})).toBe(
    'incident | BOOT 12 failed boots, 40 a minute',
  );
});

test('what went wrong after a boot loop was mended leads, and the siblings of the loop are none of it', () => {
  const bootLoop = {count: 12, atLeast: false, perMinute: 40, firstMs: nowMs - 90_000, lastMs: nowMs - 60_000};
  const halted = restart({cause: 'gave-up', branch: 'boot', at: 941});
  const killed = restart({cause: 'out-of-memory', at: 990, request: {path: '/report'}});

  expect(headline({bootLoop, restarts: [halted, killed]})).toBe(
    'incident | RUNTIME 1 restart: out-of-memory in /report · after 12 failed boots',
  );
  expect(headline({bootLoop, restarts: [halted]})).toContain('BOOT 12 failed boots · over');
  expect(headline({bootLoop, restarts: [halted, killed], workers: []})).toContain('BOOT 12 failed boots');
});

test('a boot loop is told since its first failed boot, whatever went wrong before', () => {
  const restarts = [restart({cause: 'timeout', at: 900})];
  const {sinceMs, lastMs} = headlineOf({
    nowMs,
    masterAlive: true,
    everAttached: true,
    sources: [],
    workers: [],
    restarts,
    pattern: patternOf(restarts, nowMs),
    bootLoop: {count: 12, atLeast: false, firstMs: nowMs - 9000, lastMs: nowMs},
    missed: 0,
  });

  expect([sinceMs, lastMs]).toEqual([nowMs - 9000, nowMs]);
});

test('after a quarter of an hour without a fault it is healthy, and says since when nothing restarted', () => {
  expect(headline({restarts: [restart({cause: 'crash', at: 50})]})).toBe(
    'healthy | HEALTHY 2 workers, heartbeats fresh, no restart for 15 min',
  );
});

test('while a reload goes on it says how many old workers still drain', () => {
  const workers = [row(9101, {state: 'draining'}), row(9102)];

  expect(headline({workers, restarts: [restart({cause: 'reload', at: 900})]})).toBe(
    'recycle | RECYCLE 1 restart, expected (reload) · 1 still draining',
  );
});

test('boots that failed are told with what was changed before the first of them', () => {
  const failed = (at: number, changedAt: number) =>
    restart({
      cause: 'boot-error',
      branch: 'boot',
      at,
      ageSeconds: 1,
      summary: 'ModuleNotFoundError: stripe, at shop.py:3',
      changed: {name: 'requirements.txt', atMs: moment(changedAt).wallMs, isOneOfMore: false},
    });

  expect(headline({restarts: [failed(900, 659), failed(901, 659)]})).toBe(
    'incident | BOOT 2 workers failed to boot: ModuleNotFoundError: stripe, at shop.py:3, requirements.txt changed 4 min earlier',
  );
  expect(headline({restarts: [failed(900, 901), failed(902, 901)]})).not.toContain('requirements.txt');
});

test('requests to one page are one place, whatever the id in their path', () => {
  const timeout = (path: string, at: number) => restart({cause: 'timeout', at, request: {method: 'GET', path}});

  expect(headline({restarts: [timeout('/orders/1', 800), timeout('/orders/2', 900)]})).toContain(
    '2 restarts: timeout in GET /orders/{id}',
  );
});

test('a master that is stopped, or leaves a place empty, comes before everything that goes on because of it', () => {
  const stopped = {stoppedSeconds: 12.3};
  const missing = {missing: {workers: 1, seconds: 9}};
  const said = 'the master has been stopped for 12 s: it replaces no worker, and kills none that hangs';

  expect(headline({trouble: stopped})).toBe(`incident | MASTER ${said}`);
  expect(headline({trouble: stopped, workers: [row(9101, {state: 'stuck'})]})).toBe(
    `incident | MASTER ${said} · 1 stuck now`,
  );
  expect(headline({trouble: missing})).toBe('incident | MASTER 1 worker missing for 9 s, and none forked');
  expect(headline({trouble: missing, restarts: [restart({cause: 'crash', at: 900})]})).toContain(
    '1 restart: crash · 1 worker missing for 9 s',
  );
});

test('a fault is told before a stop of the whole service, which is counted beside it', () => {
  const stops = [1, 2].map((second) => restart({cause: 'shutdown', branch: 'platform', at: 800 + second}));
  const crash = restart({cause: 'crash', at: 900});

  expect(headline({restarts: [...stops, crash]})).toMatch(
    /^incident \| RUNTIME 1 restart: crash.* · 2 more by a stop of the master$/,
  );
  expect(headline({restarts: stops})).toMatch(/^incident \| PLATFORM 2 restarts: shutdown/);
});
