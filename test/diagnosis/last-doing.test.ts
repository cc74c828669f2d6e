import {expect, test} from 'vitest';
import {history} from '../helpers/history.js';
import {answersInShort, tellTo} from '../helpers/verdicts.js';

const shop = {
  version: '23.0.0',
  workerClass: 'gthread',
  timeoutSeconds: 30,
  gracefulTimeoutSeconds: 30,
  maxRequests: 0,
  workers: [9101, 9102],
};

test('an idle worker that quits was idle, although it sleeps for a moment on its way out', () => {
  const told = tellTo(
    history(shop)
      .wait(5.2)
      .works(9101, {kind: 'sleep'})
      .wait(0.1)
      .log('[9101] [INFO] Worker exiting (pid: 9101)')
      .wait(0.02)
      .dies(9101, 0)
      .born(9103)
      .log('[9103] [INFO] Booting worker with pid: 9103')
      .wait(0.3)
      .boots(9103),
  );

  expect(answersInShort(told.restart(9101))).toContain('idle waiting');
});

test('an idle worker that leaves for changed code was idle, although it sleeps for a moment on its way out', () => {
  const told = tellTo(
    history({...shop, reload: true})
      .wait(5.2)
      .log('[9101] [INFO] Worker reloading: /srv/shop/views.py modified')
      .works(9101, {kind: 'sleep'})
      .wait(0.1)
      .log('[9101] [INFO] Worker exiting (pid: 9101)')
      .wait(0.3)
      .dies(9101, 0)
      .born(9103)
      .log('[9103] [INFO] Booting worker with pid: 9103')
      .wait(0.3)
      .boots(9103),
  );

  expect(told.restart(9101).cause).toBe('code-reload');
  expect(answersInShort(told.restart(9101))).toContain('idle waiting');
});

test('a victim of the OOM killer that was seen idle may have begun a request since', () => {
  const told = tellTo(
    history(shop)
      .wait(5.2)
      .oomKill()
      .dies(9101, 'SIGKILL')
      .log('[812] [ERROR] Worker (pid:9101) was sent SIGKILL! Perhaps out of memory?')
      .born(9103)
      .log('[9103] [INFO] Booting worker with pid: 9103')
      .wait(0.3)
      .boots(9103),
  );

  expect(told.restart(9101).cause).toBe('out-of-memory');
  expect(answersInShort(told.restart(9101))).toContain('unknown unknown');
});
