import {expect, test} from 'vitest';
import {decide} from '../../source/diagnosis/decide.js';
import {afterDeath, death, idleSibling, masterSaid} from '../helpers/death.js';

const timeoutLine = '[812] [CRITICAL] WORKER TIMEOUT (pid:9101)';
const known = {version: '23.0.0', workerClass: 'sync', timeoutSeconds: 30, replacedBy: 9104} as const;

test('a cause that is confirmed, with every other one excluded by a fact, is certain', () => {
  const verdict = decide(death({...known, booted: true, log: [timeoutLine], exit: 0, oomKills: [0, 0]}));

  expect(verdict).toMatchObject({cause: 'timeout', confidence: 'certain', branch: 'runtime', expected: false});
  expect(verdict.candidates).toEqual([{cause: 'timeout', confidence: 'certain'}]);
});

test('one rival that could not be looked at makes it likely, and is named', () => {
  const verdict = decide(death({...known, version: '21.2.0', log: [timeoutLine], exit: 1, ageSeconds: 20}));

  expect(verdict).toMatchObject({cause: 'timeout', confidence: 'likely'});
  expect(verdict.candidates).toContainEqual({cause: 'boot-timeout', confidence: 'possible'});
});

test('nothing certain rests on a line that something else could have printed', () => {
  const sure = death({...known, booted: true, log: [timeoutLine], exit: 0, oomKills: [0, 0]});
  const log = sure.life.log.map((fact) => ({...fact, event: {...fact.event, loose: true as const}}));

  expect(decide({...sure, life: {...sure.life, log}})).toMatchObject({cause: 'timeout', confidence: 'likely'});
});

test('nor does the exclusion of a rival', () => {
  const sure = death({...known, booted: true, exit: 7, order: 'reload', silentSeconds: 1});
  const unordered = death({...known, booted: true, exit: 7, silentSeconds: 1});
  const loose = {...masterSaid('[812] [INFO] Handling signal: hup'), order: 1};
  const order = {reason: 'reload' as const, fact: {...loose, event: {...loose.event, loose: true as const}}};

  expect(decide(unordered).confidence).toBe('certain');
  expect(decide(sure).confidence).toBe('likely');
  expect(decide({...unordered, life: {...unordered.life, order}}).confidence).toBe('likely');
});

test('an exit with 0 of which nothing else is known is a clean exit with what it may have been', () => {
  const verdict = decide(
    death({
      ...known,
      booted: true,
      exit: 0,
      maxRequests: 1000,
      silentSeconds: 1,
      siblings: {living: [idleSibling(9102)]},
    }),
  );

  expect(verdict).toMatchObject({cause: 'clean-exit', confidence: 'possible', branch: 'unknown'});
  expect(verdict.expected).toBeUndefined();
  expect(verdict.candidates.map(({cause}) => cause)).toEqual(['max-requests', 'code-reload', 'app-exit', 'signalled']);
});

test('of two causes that are both merely possible none is named', () => {
  const verdict = decide(death({...known, booted: true, exit: 'SIGKILL', oomKills: [0, 1], log: []}));
  const unsure = decide(death({...known, booted: true, exit: 'SIGKILL', silentSeconds: 29.6}));

  expect(verdict).toMatchObject({cause: 'out-of-memory', confidence: 'likely'});
  expect(unsure).toMatchObject({cause: 'unknown', confidence: 'possible'});
  expect(unsure.candidates.map(({cause}) => cause)).toEqual(['timeout', 'killed', 'out-of-memory']);
});

test('with nothing known at all the answer is unknown, and says what would have told', () => {
  const verdict = decide(death());

  expect(verdict).toMatchObject({
    cause: 'unknown',
    confidence: 'possible',
    branch: 'unknown',
    evidence: [
      {source: 'processes', fact: 'no second master was seen', contradicts: 'upgrade'},
      {source: 'processes', fact: 'master 812 went on', contradicts: 'service-restart'},
      {source: 'processes', fact: 'master 812 went on', contradicts: 'gave-up'},
      {source: 'processes', fact: 'master 812 went on', contradicts: 'master-lost'},
      {source: 'processes', fact: 'master 812 went on', contradicts: 'shutdown'},
    ],
  });
  expect(verdict.missing).toContain('the exit status');
});

test('a worker that never finished booting is of the branch boot, whatever ended it', () => {
  expect(decide(death({...known, booted: false, exit: 'SIGKILL', silentSeconds: 2, oomKills: [0, 0]}))).toMatchObject({
    cause: 'killed',
    branch: 'boot',
  });
  expect(decide(death({...known, booted: false, exit: 0, order: 'reload'}))).toMatchObject({
    cause: 'reload',
    branch: 'boot',
    expected: true,
  });
});

test('where nobody knows whether a young worker had booted, its branch is not known either', () => {
  const killed = {...known, exit: 'SIGKILL', silentSeconds: 2, oomKills: [0, 0] as const};

  expect(decide(death({...killed, ageSeconds: 20})).branch).toBe('unknown');
  expect(decide(death({...killed, ageSeconds: 61})).branch).toBe('runtime');
});

test('when gunicorn gives up, its other workers share the branch of the one that failed', () => {
  const halted = masterSaid('[812] [ERROR] Reason: Worker failed to boot.', 0.3);
  const fact = masterSaid('[812] [ERROR] Worker (pid:9104) exited with code 3.');
  const branchOf = (booted: boolean | undefined) =>
    decide(
      death({
        booted: true,
        log: ['[9101] [INFO] Worker exiting (pid: 9101)'],
        master: {
          aliveAfter: false,
          goneAt: afterDeath(0.4),
          halted,
          haltedBy: {pid: 9104, isThis: false, fact, ...(booted !== undefined && {booted})},
        },
      }),
    ).branch;

  expect([branchOf(false), branchOf(true), branchOf(undefined)]).toEqual(['boot', 'runtime', 'unknown']);
});
