import {expect, test} from 'vitest';
import {outOfMemory} from '../../../source/diagnosis/causes/out-of-memory.js';
import {afterDeath, death, endAt, sibling} from '../../helpers/death.js';

test('SIGKILL while the OOM counter rose is a likely one, and never more', () => {
  const judgement = outOfMemory.judge(death({booted: true, exit: 'SIGKILL', oomKills: [0, 1]}));

  expect(judgement.verdict).toBe('likely');
  expect(judgement.evidence[0]?.fact).toBe('oom_kill of the cgroup rose from 0 to 1');
});

test('one OOM kill for two workers that died by SIGKILL leaves either of them possible', () => {
  const other = sibling(9102, {
    end: {...endAt(0.5), exit: {status: {signal: 'SIGKILL', core: false}, source: 'exits'}},
  });
  const siblings = {endedNear: [other]};

  expect(outOfMemory.judge(death({exit: 'SIGKILL', oomKills: [0, 1], siblings})).verdict).toBe('possible');
  expect(outOfMemory.judge(death({exit: 'SIGKILL', oomKills: [0, 2], siblings})).verdict).toBe('likely');
});

test('a counter that rose is a possible one where the exit status is not known, or gunicorn killed it itself', () => {
  expect(outOfMemory.judge(death({oomKills: [0, 1]})).verdict).toBe('possible');
  expect(
    outOfMemory.judge(death({exit: 'SIGKILL', oomKills: [0, 1], log: ['[812] [CRITICAL] WORKER TIMEOUT (pid:9101)']}))
      .verdict,
  ).toBe('possible');
});

test('an unchanged counter, another exit and a farewell rule it out', () => {
  expect(outOfMemory.judge(death({exit: 'SIGKILL', oomKills: [3, 3]})).verdict).toBe('ruled-out');
  expect(outOfMemory.judge(death({exit: 'SIGSEGV', oomKills: [0, 1]})).verdict).toBe('ruled-out');
  expect(outOfMemory.judge(death({exit: 0, oomKills: [0, 1]})).verdict).toBe('ruled-out');
  expect(outOfMemory.judge(death({oomKills: [0, 1], log: ['[9101] [INFO] Worker exiting (pid: 9101)']})).verdict).toBe(
    'ruled-out',
  );
});

test('without a counter it cannot be judged', () => {
  expect(outOfMemory.judge(death({exit: 'SIGKILL'}))).toMatchObject({
    verdict: 'insufficient',
    missing: ['an OOM kill counter read before and after'],
  });
});

test('memory that grew steadily is told beside it, and decides nothing', () => {
  const c = death({booted: true, exit: 'SIGKILL', oomKills: [0, 1]});
  const trend = Array.from({length: 30}, (_, index) => ({
    at: afterDeath(index * 2 - 60),
    rssBytes: (100 + index * 4) * 1024 * 1024,
  }));
  const {verdict, evidence} = outOfMemory.judge({...c, life: {...c.life, trend}});

  expect(verdict).toBe('likely');
  expect(evidence).toContainEqual({source: 'memory', fact: 'it grew steadily, 2.0M a second'});
});
