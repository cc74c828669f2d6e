import {expect, test} from 'vitest';
import {reload} from '../../../source/diagnosis/causes/reload.js';
import {afterDeath, death, endAt, idleSibling, sibling} from '../../helpers/death.js';
import type {Life} from '../../../source/ledger/life.js';

const exiting = '[9101] [INFO] Worker exiting (pid: 9101)';
const young = (pid: number, seconds: number) => sibling(pid, {surplus: true, firstSeen: afterDeath(seconds)});

test('a HUP before the farewell of an older generation confirms it', () => {
  const judgement = reload.judge(death({booted: true, order: 'reload', log: [exiting]}));

  expect(judgement.verdict).toBe('confirmed');
  expect(judgement.evidence.map(({fact}) => fact)).toEqual(['Handling signal: hup', 'Worker exiting (pid: 9101)']);
});

test('SIGTERM as the status of a worker that was told twice is a farewell, too', () => {
  expect(reload.judge(death({booted: true, order: 'reload', exit: 'SIGTERM'})).verdict).toBe('confirmed');
});

test('a log rotation that meets a worker on its way out changes nothing', () => {
  const met = {booted: true, order: 'reload', exit: 'SIGUSR1'} as const;

  expect(reload.judge(death({...met, log: [exiting]})).verdict).toBe('confirmed');
  expect(reload.judge(death(met)).verdict).toBe('ruled-out');
});

test('a HUP without a farewell is a likely one, also when the worker ended with 0', () => {
  expect(reload.judge(death({booted: true, order: 'reload'})).verdict).toBe('likely');
  expect(reload.judge(death({booted: true, order: 'reload', exit: 0})).verdict).toBe('likely');
});

test('a HUP that the master did not outlive is a likely one', () => {
  const master = {aliveAfter: false, goneAt: afterDeath(-4)};

  expect(reload.judge(death({booted: true, order: 'reload', log: [exiting], master})).verdict).toBe('likely');
});

test('without the log, workers that were forked before and none after make it likely', () => {
  const siblings = {surplus: [young(9104, -0.3), young(9105, -0.3)]};

  const judgement = reload.judge(death({booted: true, exit: 0, siblings}));

  expect(judgement.verdict).toBe('likely');
  expect(judgement.evidence[0]?.fact).toBe('2 workers were forked before it ended, and none after');
});

test('one worker that was forked before may be one worker more, and a late end may be a timeout', () => {
  expect(reload.judge(death({booted: true, exit: 0, siblings: {surplus: [young(9104, -0.3)]}})).verdict).toBe(
    'possible',
  );
  expect(
    reload.judge(death({timeoutSeconds: 30, siblings: {surplus: [young(9104, -31), young(9105, -31)]}})).verdict,
  ).toBe('possible');
});

test('a farewell that a complete log does not have, another status and another reason rule it out', () => {
  const timeoutLine = '[812] [CRITICAL] WORKER TIMEOUT (pid:9101)';
  const silent = {workerClass: 'sync', logReadSeconds: 60};

  expect(reload.judge(death({...silent, booted: true, order: 'reload'})).verdict).toBe('ruled-out');
  expect(reload.judge(death({...silent, booted: true, order: 'reload', exit: 0})).verdict).toBe('ruled-out');
  expect(reload.judge(death({booted: true, order: 'reload', exit: 'SIGKILL'})).verdict).toBe('ruled-out');
  expect(reload.judge(death({booted: true, order: 'reload', exit: 7})).verdict).toBe('ruled-out');
  expect(reload.judge(death({booted: true, order: 'reload', exit: 0, log: [timeoutLine]})).verdict).toBe('ruled-out');
});

test('a log without a HUP and a replacement that came alone rule it out', () => {
  expect(reload.judge(death({booted: true, exit: 0, logReadSeconds: 60})).verdict).toBe('ruled-out');
  const alone = death({booted: true, exit: 0, replacedBy: 9104, siblings: {living: [idleSibling(9102)]}});
  expect(reload.judge(alone).verdict).toBe('ruled-out');
});

test('a sibling that may be leaving too, or came later, does not rule it out', () => {
  const beside = (other: Life) =>
    reload.judge(death({booted: true, exit: 0, replacedBy: 9104, siblings: {living: [other]}})).verdict;

  expect(beside(sibling(9102))).toBe('insufficient');
  expect(beside({...idleSibling(9102), firstSeen: afterDeath(-5)})).toBe('insufficient');
});

test('without a log, and with all workers replaced at once, it cannot be judged', () => {
  const siblings = {endedNear: [sibling(9102, {end: endAt(0)})]};

  expect(reload.judge(death({booted: true, exit: 0, replacedBy: 9104, siblings})).verdict).toBe('insufficient');
});

const forkedBy = (spawnReason: 'reload' | 'scale-up', pid: number) => ({
  ...young(pid, -1),
  memory: {counts: [], looks: [], spawnReason},
});

test("without the log, a successor's memory that it was forked by a reload makes it likely, with a farewell sure", () => {
  const siblings = {surplus: [forkedBy('reload', 9104)]};

  const judgement = reload.judge(death({booted: true, exit: 0, siblings}));

  expect(judgement.verdict).toBe('likely');
  expect(judgement.evidence[0]?.fact).toBe('worker 9104 was forked by a reload while it lived');
  expect(reload.judge(death({booted: true, exit: 0, log: [exiting], siblings})).verdict).toBe('confirmed');
});

test('a worker more, as its own memory tells, is no reload', () => {
  const siblings = {surplus: [forkedBy('scale-up', 9104)]};

  expect(reload.judge(death({booted: true, exit: 0, siblings})).verdict).toBe('ruled-out');
});

test('a worker more does not exclude a reload that forked, or may have forked, another one meanwhile', () => {
  const surplus = [forkedBy('scale-up', 9104)];
  const of = (others: readonly ReturnType<typeof young>[]) =>
    reload.judge(death({booted: true, exit: 0, siblings: {surplus, bornMeanwhile: [...surplus, ...others]}})).verdict;

  expect(of([forkedBy('reload', 9105)])).not.toBe('ruled-out');
  expect(of([young(9105, -1)])).not.toBe('ruled-out');
});

test('a worker that a reload forked as this one ended makes a reload possible', () => {
  const siblings = {surplus: [forkedBy('scale-up', 9105)], replacement: forkedBy('reload', 9104)};

  expect(reload.judge(death({booted: true, exit: 0, replacedBy: 9104, siblings})).verdict).toBe('possible');
});

/** Between two samples both workers ended, and two others came. */
const allAtOnce = {
  ...{booted: true, exit: 0, replacedBy: 9104, timeoutSeconds: 30, silentSeconds: 1},
  siblings: {
    endedNear: [sibling(9102, {end: endAt(0), replacedBy: young(9105, 0).id})],
    living: [sibling(9104, {firstSeen: afterDeath(0)}), sibling(9105, {firstSeen: afterDeath(0)})],
  },
};

test('without a log, a generation that was replaced between two samples is a likely one where nothing else does that', () => {
  const judgement = reload.judge(death({...allAtOnce, maxRequests: 0, reload: false}));

  expect(judgement.verdict).toBe('likely');
  expect(judgement.evidence[0]?.fact).toBe('all workers were replaced at once');
});

test('it is a possible one where a request limit, changed files or silence can do that, too', () => {
  expect(reload.judge(death(allAtOnce)).verdict).toBe('possible');
  expect(reload.judge(death({...allAtOnce, maxRequests: 1000, reload: false})).verdict).toBe('possible');
  expect(reload.judge(death({...allAtOnce, maxRequests: 0, reload: true})).verdict).toBe('possible');
  expect(reload.judge(death({...allAtOnce, maxRequests: 0, reload: false, silentSeconds: 30})).verdict).toBe(
    'possible',
  );
});

test('with one of the generation left, or a place left open, it cannot be judged', () => {
  const {siblings} = allAtOnce;
  const endedNear = [sibling(9102, {end: endAt(0)})];

  expect(
    reload.judge(death({...allAtOnce, siblings: {...siblings, living: [...siblings.living, sibling(9103)]}})).verdict,
  ).toBe('insufficient');
  expect(reload.judge(death({...allAtOnce, siblings: {...siblings, endedNear}})).verdict).toBe('insufficient');
});

test('an exit with 0 as long after the fork as the timeout is a possible one where an abort ends with 0, too', () => {
  const late = {booted: true, exit: 0, timeoutSeconds: 4, siblings: {surplus: [young(9104, -4.4), young(9105, -4.4)]}};

  expect(reload.judge(death({...late, version: '23.0.0'})).verdict).toBe('possible');
  expect(reload.judge(death({...late, version: '21.2.0'})).verdict).toBe('likely');
  expect(reload.judge(death({...late, version: '23.0.0', silentSeconds: 0.5})).verdict).toBe('likely');
  // A second SIGTERM may end a worker that was aborted.
  expect(reload.judge(death({...late, version: '21.2.0', exit: 'SIGTERM'})).verdict).toBe('possible');
});
