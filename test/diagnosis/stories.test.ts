import {expect, test} from 'vitest';
import {history, onCpu} from '../helpers/history.js';
import {asOtherUser, seenBy} from '../helpers/history-view.js';
import {answersInShort, inShort, tellTo, toldOf} from '../helpers/verdicts.js';

/** Stories in which one thing looks like another, told step by step; what is said of them in the end. */

const shop = {workerClass: 'sync', timeoutSeconds: 30, gracefulTimeoutSeconds: 30, maxRequests: 0, reload: false};

test('a request that waits for a database too long, as 23.0.0 tells it', () => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workers: [9101, 9102]})
      .wait(5)
      .works(9101, {kind: 'peer', what: '10.0.3.7:5432', via: 'recvfrom'})
      .wait(30.4)
      .log(
        '[812] [CRITICAL] WORKER TIMEOUT (pid:9101)',
        '[9101] [ERROR] Error handling request /checkout?card=4242',
        'Traceback (most recent call last):',
        '  File "/srv/shop/views.py", line 88, in charge_card',
        '    reply = sock.recv(4096)',
        '  File "/srv/shop/venv/lib/python3.11/site-packages/gunicorn/workers/base.py", line 204, in handle_abort',
        '    sys.exit(1)',
        'SystemExit: 1',
        '[9101] [INFO] Worker exiting (pid: 9101)',
      )
      .wait(0.02)
      .dies(9101, 0)
      .born(9103)
      .log('[9103] [INFO] Booting worker with pid: 9103')
      .wait(1.9)
      .boots(9103),
    {without: ['exits']},
  );
  const restart = told.restart(9101);

  expect(inShort(restart)).toBe('timeout certain runtime unexpected');
  expect(answersInShort(restart)).toBe('request handling-traffic timeout-first no');
  expect(restart).toMatchObject({
    variant: 'long-request',
    summary:
      'no heartbeat for 30.5 s (timeout 30 s) in /checkout at views.py:88 charge_card, waiting for 10.0.3.7:5432 (postgresql)',
    request: {path: '/checkout'},
    stack: ['views.py:88 charge_card'],
    replacement: {pid: 9103},
    lost: {inFlight: 1},
  });
  expect(told.pids).toEqual([9101]);
});

test('a timeout in C code is no lack of memory, though gunicorn asks "Perhaps out of memory?"', () => {
  const told = tellTo(
    history({...shop, version: '26.1.0', workers: [9101, 9102]})
      .wait(5)
      .works(9101, onCpu)
      .wait(30.6)
      .log('[812] [CRITICAL] WORKER TIMEOUT (pid:9101)')
      .wait(1)
      .dies(9101, 'SIGKILL')
      .log('[812] [ERROR] Worker (pid:9101) was sent SIGKILL! Perhaps out of memory?')
      .born(9103)
      .log('[9103] [INFO] Booting worker with pid: 9103')
      .wait(1)
      .boots(9103),
  );

  expect(inShort(told.restart(9101))).toBe('timeout certain runtime unexpected');
  expect(told.restart(9101).evidence).toContainEqual(expect.objectContaining({contradicts: 'out-of-memory'}));
});

test('a HUP that forks and ends all workers between two samples of 26.1.0 is a reload', () => {
  const told = tellTo(
    history({...shop, version: '26.1.0', workers: [9101, 9102]})
      .wait(20.01)
      .log('[812] [INFO] Handling signal: hup', '[812] [INFO] Hang up: Master')
      .born(9103)
      .born(9104)
      .log('[9103] [INFO] Booting worker with pid: 9103', '[9104] [INFO] Booting worker with pid: 9104')
      .wait(0.1)
      .log('[9101] [INFO] Worker exiting (pid: 9101)', '[9102] [INFO] Worker exiting (pid: 9102)')
      .wait(0.05)
      .dies(9101, 0)
      .dies(9102, 0)
      .wait(0.9)
      .boots(9103)
      .boots(9104),
  );

  expect([9101, 9102].map((pid) => inShort(told.restart(pid)))).toEqual([
    'reload certain recycle expected',
    'reload certain recycle expected',
  ]);
  expect([9101, 9102].map((pid) => told.restart(pid).replacement?.pid)).toEqual([9103, 9104]);
  expect(told.snapshot.workers.map(({pid, generation}) => [pid, generation])).toEqual(
    expect.arrayContaining([
      [9103, 2],
      [9104, 2],
    ]),
  );
  expect(told.snapshot.headline).toMatchObject({status: 'recycle', text: '2 restarts, all expected (reload)'});
});

test('the youngest worker that is ended long after a HUP was not reloaded', () => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workers: [9101]})
      // Between the moments at which one sample reads the log (10.250 s) and the processes (10.252 s).
      .wait(10.2503)
      .log('[812] [INFO] Handling signal: hup', '[812] [INFO] Hang up: Master')
      .wait(0.0005)
      .born(9102)
      .log('[9102] [INFO] Booting worker with pid: 9102')
      .wait(0.3)
      .log('[9101] [INFO] Worker exiting (pid: 9101)')
      .dies(9101, 0)
      .boots(9102)
      .wait(60)
      .log('[9102] [INFO] Worker exiting (pid: 9102)')
      .dies(9102, 0)
      .wait(0.01)
      .born(9103)
      .log('[9103] [INFO] Booting worker with pid: 9103')
      .wait(1)
      .boots(9103),
  );

  expect(inShort(told.restart(9101))).toBe('reload certain recycle expected');
  expect(inShort(told.restart(9102))).toBe('signalled likely runtime unexpected');
});

test('a TTOU explains the oldest worker, and none that ends later', () => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workers: [9101, 9102, 9103]})
      .wait(40)
      .log('[812] [INFO] Handling signal: ttou', '[9101] [INFO] Worker exiting (pid: 9101)')
      .dies(9101, 0)
      .wait(70)
      .log('[9102] [INFO] Worker exiting (pid: 9102)')
      .dies(9102, 0)
      .wait(0.01)
      .born(9104)
      .log('[9104] [INFO] Booting worker with pid: 9104')
      .wait(1)
      .boots(9104),
  );

  expect(inShort(told.restart(9101))).toBe('scale-down certain recycle expected');
  expect(told.restart(9101).replacement).toBeUndefined();
  expect(inShort(told.restart(9102))).toBe('signalled likely runtime unexpected');
  expect(told.restart(9102).replacement?.pid).toBe(9104);
});

test('threads that take longer than timeout to finish after the request limit are a drain that overran', () => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workerClass: 'gthread', maxRequests: 500, workers: [9101, 9102]})
      .wait(5)
      .works(9101)
      .log('[9101] [INFO] Autorestarting worker after current request.')
      .hangs(9101, {kind: 'lock', via: 'futex'})
      .wait(30.7)
      .log('[812] [CRITICAL] WORKER TIMEOUT (pid:9101)', '[9101] [INFO] Worker exiting (pid: 9101)')
      .wait(1)
      .dies(9101, 'SIGKILL')
      .log('[812] [ERROR] Worker (pid:9101) was sent SIGKILL! Perhaps out of memory?'),
  );

  expect(inShort(told.restart(9101))).toBe('timeout certain runtime unexpected');
  expect(told.restart(9101)).toMatchObject({variant: 'draining', during: 'max-requests'});
});

test('a worker that hung before it was told to leave did not overrun a drain', () => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workers: [9101, 9102]})
      .wait(5)
      .works(9101)
      .wait(27)
      .log('[812] [INFO] Handling signal: hup', '[812] [INFO] Hang up: Master')
      .born(9103)
      .log('[9103] [INFO] Booting worker with pid: 9103')
      .wait(3.6)
      .log('[812] [CRITICAL] WORKER TIMEOUT (pid:9101)')
      .wait(1)
      .dies(9101, 'SIGKILL')
      .log('[812] [ERROR] Worker (pid:9101) was sent SIGKILL! Perhaps out of memory?'),
  );

  expect(told.restart(9101)).toMatchObject({cause: 'timeout', variant: 'long-request'});
  expect(told.restart(9101).during).toBeUndefined();
});

test('sys.exit(3) in a request of 20.1.0 stops gunicorn, and no worker had failed to boot', () => {
  const told = tellTo(
    history({...shop, version: '20.1.0', workers: [9101, 9102, 9103]})
      .wait(40)
      .works(9102)
      .wait(0.2)
      .log('[9102] [INFO] Worker exiting (pid: 9102)')
      .wait(0.02)
      .dies(9102, 3)
      .log('[9101] [INFO] Worker exiting (pid: 9101)', '[9103] [INFO] Worker exiting (pid: 9103)')
      .wait(0.02)
      .dies(9101, 0)
      .dies(9103, 0)
      .wait(0.1)
      .log('[812] [INFO] Shutting down: Master', '[812] [INFO] Reason: Worker failed to boot.')
      .wait(0.02)
      .masterDies(),
    {without: ['exits']},
  );

  expect(inShort(told.restart(9102))).toBe('app-exit likely runtime unexpected');
  expect([9101, 9103].map((pid) => inShort(told.restart(pid)))).toEqual([
    'gave-up likely runtime unexpected',
    'gave-up likely runtime unexpected',
  ]);
  expect(told.snapshot.masterEvents.map(({event}) => event)).toEqual(['gave-up']);
});

test('a server of four that cannot boot: one failed, and the others went down with it', () => {
  const pids = [9102, 9103, 9104];
  const boot = history({...shop, version: '23.0.0', workers: []})
    .wait(1)
    .born(9101)
    .born(9102)
    .born(9103)
    .born(9104);
  const told = tellTo(
    boot
      .log(...[9101, ...pids].map((pid) => `[${pid}] [INFO] Booting worker with pid: ${pid}`))
      .wait(0.8)
      .log(
        '[9101] [ERROR] Exception in worker process',
        'Traceback (most recent call last):',
        '  File "/srv/shop/shop.py", line 3, in <module>',
        '    import payments_client',
        "ModuleNotFoundError: No module named 'payments_client'",
        '[9101] [INFO] Worker exiting (pid: 9101)',
      )
      .wait(0.02)
      .dies(9101, 3)
      .log('[812] [ERROR] Worker (pid:9101) exited with code 3')
      .log(...pids.map((pid) => `[${pid}] [INFO] Worker exiting (pid: ${pid})`))
      .wait(0.05)
      .dies(9102, 0)
      .dies(9103, 0)
      .dies(9104, 0)
      .wait(0.1)
      .log('[812] [ERROR] Shutting down: Master', '[812] [ERROR] Reason: Worker failed to boot.')
      .wait(0.02)
      .masterDies(),
    {without: ['exits']},
  );

  expect(inShort(told.restart(9101))).toBe('boot-error certain boot unexpected');
  expect(told.restart(9101).summary).toBe('ModuleNotFoundError: payments_client, at shop/shop.py:3');
  expect(pids.map((pid) => inShort(told.restart(pid)))).toEqual([
    'gave-up certain boot unexpected',
    'gave-up certain boot unexpected',
    'gave-up certain boot unexpected',
  ]);
});

test('two workers that fail to boot at once end gunicorn with a traceback, and leave an orphan behind', () => {
  const fails = (pid: number): readonly string[] => [
    `[${pid}] [ERROR] Exception in worker process`,
    'Traceback (most recent call last):',
    '  File "/srv/shop/shop.py", line 3, in <module>',
    "KeyError: 'PAYMENTS_URL'",
    `[${pid}] [INFO] Worker exiting (pid: ${pid})`,
  ];
  const told = tellTo(
    history({...shop, version: '26.1.0', workers: [9101]})
      .wait(10)
      .born(9102)
      .born(9103)
      .log('[9102] [INFO] Booting worker with pid: 9102', '[9103] [INFO] Booting worker with pid: 9103')
      .wait(0.7)
      .log(...fails(9102), ...fails(9103))
      .wait(0.02)
      .dies(9102, 3)
      .dies(9103, 3)
      .log(
        '[812] [ERROR] Worker (pid:9102) exited with code 3.',
        'Traceback (most recent call last):',
        '  File "/srv/shop/venv/bin/gunicorn", line 8, in <module>',
        "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>",
      )
      .wait(0.05)
      .masterDies()
      .wait(9)
      .log('[9101] [INFO] Parent changed, shutting down: <Worker 9101>', '[9101] [INFO] Worker exiting (pid: 9101)')
      .wait(0.02)
      .dies(9101, 0),
    {without: ['exits']},
  );

  expect([9102, 9103, 9101].map((pid) => inShort(told.restart(pid)))).toEqual([
    'boot-error certain boot unexpected',
    'boot-error certain boot unexpected',
    'gave-up certain boot unexpected',
  ]);
  expect(told.snapshot.masterEvents.map(({event}) => event)).toEqual(['gave-up']);
});

test('an application that cannot be found is told of the worker that looked for it', () => {
  const told = tellTo(
    history({...shop, version: '20.1.0', workers: [9101]})
      .wait(10)
      .born(9102)
      .log('[9102] [INFO] Booting worker with pid: 9102')
      .wait(0.6)
      .log("Failed to find attribute 'app' in 'shop'.", '[9102] [INFO] Worker exiting (pid: 9102)')
      .wait(0.02)
      .dies(9102, 4)
      .log('[9101] [INFO] Worker exiting (pid: 9101)')
      .wait(0.02)
      .dies(9101, 0)
      .wait(0.1)
      .log('[812] [INFO] Shutting down: Master', '[812] [INFO] Reason: App failed to load.')
      .masterDies(),
    {without: ['exits']},
  );

  expect(inShort(told.restart(9102))).toBe('boot-error certain boot unexpected');
  expect(inShort(told.restart(9101))).toBe('gave-up certain boot unexpected');
});

test('kill -9 of a worker while a HUP is in progress is a kill', () => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workers: [9101, 9102]})
      .wait(20)
      .works(9101)
      .wait(0.3)
      .log('[812] [INFO] Handling signal: hup', '[812] [INFO] Hang up: Master')
      .born(9103)
      .born(9104)
      .log('[9103] [INFO] Booting worker with pid: 9103', '[9104] [INFO] Booting worker with pid: 9104')
      .log('[9102] [INFO] Worker exiting (pid: 9102)')
      .dies(9102, 0)
      .wait(0.7)
      .dies(9101, 'SIGKILL')
      .log('[812] [ERROR] Worker (pid:9101) was sent SIGKILL! Perhaps out of memory?'),
  );

  expect(inShort(told.restart(9101))).toBe('killed likely runtime unexpected');
  expect(inShort(told.restart(9102))).toBe('reload certain recycle expected');
});

test('SIGTERM to the master while one worker is stuck ends all of them, the stuck one by SIGKILL and without a line', () => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workers: [9101, 9102, 9103]})
      .wait(20)
      .works(9101)
      .wait(12)
      .log('[812] [INFO] Handling signal: term')
      .wait(0.02)
      .log('[9102] [INFO] Worker exiting (pid: 9102)', '[9103] [INFO] Worker exiting (pid: 9103)')
      .dies(9102, 0)
      .dies(9103, 0)
      .wait(30)
      .dies(9101, 'SIGKILL')
      .wait(0.01)
      .log('[812] [INFO] Shutting down: Master')
      .masterDies(),
  );

  expect([9101, 9102, 9103].map((pid) => inShort(told.restart(pid)))).toEqual([
    'shutdown likely platform origin unknown',
    'shutdown likely platform origin unknown',
    'shutdown likely platform origin unknown',
  ]);
});

test('SIGTERM to one idle worker is likely a signal on 23.0.0, and unknown where sys.exit ends a worker and no code is printed', () => {
  const endOf = (version: string) => {
    const told = tellTo(
      history({...shop, version, workers: [9101, 9102]})
        .wait(40)
        .log('[9101] [INFO] Worker exiting (pid: 9101)')
        .wait(0.02)
        .dies(9101, 0)
        .wait(0.01)
        .born(9103)
        .log('[9103] [INFO] Booting worker with pid: 9103')
        .wait(1)
        .boots(9103),
      {without: ['exits']},
    );
    return told.restart(9101);
  };

  expect(inShort(endOf('23.0.0'))).toBe('signalled likely runtime unexpected');
  expect(inShort(endOf('20.1.0'))).toBe('unknown possible unknown origin unknown');
  expect(endOf('20.1.0').candidates.map(({cause}) => cause)).toEqual(['signalled', 'app-exit']);
});

test('a TTOU that was printed while the first sample was read may have ended a worker that nobody saw', () => {
  const told = toldOf(
    seenBy(
      history({...shop, version: '20.1.0', workers: [9101, 9102, 9103]})
        .wait(0.3)
        .log('[812] [INFO] Handling signal: ttou')
        .wait(0.02)
        .log('[9101] [INFO] Worker exiting (pid: 9101)')
        .dies(9101, 0)
        .wait(2.9)
        // Somebody's SIGTERM.
        .log('[9102] [INFO] Worker exiting (pid: 9102)')
        .wait(0.02)
        .dies(9102, 0)
        .story(),
      {stall: {atSeconds: 0, ms: 1501}, afterSeconds: 3},
    ),
  );

  expect(told.revisions(9102).map(({confidence}) => confidence)).not.toContain('certain');
});

test('a second TTOU is for the worker that did not obey the first, where another has ended since', () => {
  const told = tellTo(
    history({...shop, version: '20.1.0', workers: [9101, 9102, 9103, 9104]})
      .hangs(9101)
      .wait(0.1)
      .log('[812] [INFO] Handling signal: ttou')
      .wait(2)
      .log('[9102] [INFO] Worker exiting (pid: 9102)')
      .wait(0.02)
      .dies(9102, 0)
      .wait(2)
      .log('[812] [INFO] Handling signal: ttou')
      .wait(2)
      // Somebody's SIGTERM.
      .log('[9103] [INFO] Worker exiting (pid: 9103)')
      .wait(0.02)
      .dies(9103, 0)
      .wait(3),
  );

  expect(told.revisions(9103).map(({confidence}) => confidence)).not.toContain('certain');
});

test.each([
  ['a worker that sleeps before it leaves, as after a SIGINT', 0.1],
  ['a worker that leaves slowly', 2.5],
])('%s handles no request for that', (_what, seconds) => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workers: [9101, 9102]})
      .wait(40)
      .works(9101)
      .wait(0.2)
      .rests(9101)
      .wait(1.5)
      .leaves(9101)
      .wait(seconds)
      .dies(9101, 0)
      .wait(3),
    {without: ['exits', 'log'], phaseMs: 50},
  );

  expect(answersInShort(told.restart(9101))).toBe('unknown unknown neither unknown');
});

test('a worker that has just died is told with the same moment in its row as in its restart', () => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workers: [9101, 9102]})
      .wait(40.1)
      .dies(9101, 'SIGKILL')
      .wait(0.01)
      .born(9103),
    {afterSeconds: 2},
  );
  const {cause, atMs} = told.restart(9101);

  // The sample that missed it came later.
  expect(atMs % 250).not.toBe(0);
  expect(told.snapshot.workers.find(({pid}) => pid === 9101)?.ended).toEqual({cause, atMs});
});

test('os._exit(0) leaves no line at all, and is nothing certain', () => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workers: [9101, 9102]})
      .wait(40)
      .works(9101)
      .wait(0.4)
      .dies(9101, 0)
      .wait(0.01)
      .born(9103)
      .log('[9103] [INFO] Booting worker with pid: 9103')
      .wait(1)
      .boots(9103),
    {without: ['exits']},
  );

  expect(told.revisions(9101).map(({confidence}) => confidence)).not.toContain('certain');
  expect(inShort(told.restart(9101))).toBe('app-exit likely runtime unexpected');
});

test('a log of level warning says nothing by its silence', () => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workers: [9101, 9102]})
      .wait(40)
      .log('[812] [ERROR] Worker (pid:9102) was sent SIGSEGV!')
      .dies(9102, 'SIGSEGV')
      .born(9103)
      .wait(5)
      // A HUP: nothing of it is printed at this level.
      .born(9104)
      .wait(0.4)
      .dies(9101, 0)
      .wait(1)
      .boots(9104),
    {without: ['exits']},
  );

  expect(inShort(told.restart(9102))).toBe('crash likely runtime unexpected');
  expect(told.restart(9101).confidence).not.toBe('certain');
  expect(
    told
      .restart(9101)
      .evidence.map(({fact}) => fact)
      .join('\n'),
  ).not.toContain('read without a gap');
});

test('a worker that is gone before its heartbeat was found is of no known branch', () => {
  const told = tellTo(
    history({...shop, version: '23.0.0', workers: [9101]})
      .wait(10)
      .born(9102)
      .log('[9102] [INFO] Booting worker with pid: 9102')
      .wait(0.4)
      .dies(9102, 9)
      .log('[812] [ERROR] Worker (pid:9102) exited with code 9', '[812] [ERROR] Worker (pid:9102) exited with code 9.')
      .born(9103)
      .log('[9103] [INFO] Booting worker with pid: 9103'),
    {without: asOtherUser},
  );

  expect(inShort(told.restart(9102))).toBe('unknown possible unknown origin unknown');
  expect(told.restart(9102).candidates.map(({cause}) => cause)).toEqual(['app-exit', 'boot-exit']);
});
