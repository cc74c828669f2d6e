import {expect, test} from 'vitest';
import type {Snapshot} from '../../../source/snapshot.js';
import {lineText} from '../../../source/view/line.js';
import {restartListLines} from '../../../source/view/regions/restart-list.js';
import {narrowedBy, restartRows} from '../../../source/view/ui-state/selection.js';
import {bootLoop} from '../../helpers/snapshots/boot-loop.js';
import {healthy} from '../../helpers/snapshots/healthy.js';
import {nowMs} from '../../helpers/snapshots/parts.js';
import {timeoutStorm} from '../../helpers/snapshots/timeout-storm.js';

const day = 86_400_000;

function list(snapshot: Snapshot, width: number, {lookedAtMs = nowMs, filter = ''} = {}) {
  const ui = {faultsOnly: false, filter};
  return restartListLines(
    {
      snapshot,
      rows: restartRows(snapshot, ui),
      selectedId: snapshot.restarts[0]?.id,
      focused: false,
      narrowedBy: narrowedBy(ui),
      nowMs: lookedAtMs,
      offsetMinutes: 0,
    },
    width,
    10,
  ).map((line) => lineText(line));
}

test('restarts and what happened to the master stand in one order of time, the newest first', () => {
  expect(list(timeoutStorm, 80).map((line) => line.slice(1, 9))).toEqual([
    ' RESTART',
    '14:03:19',
    '14:01:44',
    '14:00:02',
    '13:58:31',
    '13:56:20',
    '13:54:10',
    '13:51:02',
  ]);
});

test('restarts of another day tell the day, and all rows stay aligned', () => {
  const [, newest = '', ...older] = list(timeoutStorm, 80, {lookedAtMs: nowMs + day});
  expect(newest).toContain('▸11-22 14:03 #9101  timeout');
  expect(older[0]).toContain(' 11-22 14:01 #9088  max-requests');
  const [, today = '', yesterday = ''] = list(
    {
      ...timeoutStorm,
      restarts: timeoutStorm.restarts.map((restart, index) =>
        index === 0 ? {...restart, atMs: restart.atMs + day} : restart,
      ),
    },
    80,
    {lookedAtMs: nowMs + day},
  );
  expect(today.indexOf('#')).toBe(yesterday.indexOf('#'));
});

test('a boot loop is one fact in the title, with what was not seen one by one', () => {
  expect(list(bootLoop, 100)[0]).toContain('RESTARTS  4 · 38+ failed boots, 52 a minute · 4 faults · 14+ not seen ─');
});

test('a narrow title keeps the number of restarts and the boot loop', () => {
  expect(list(bootLoop, 50)[0]).toMatch(/^─ RESTARTS {2}4 · 38\+ failed boots, 52 a minute ─/u);
});

test('an empty list says whether nothing happened or everything is hidden', () => {
  expect(list(healthy, 80)[1]).toBe('   no worker has gone away while gunspect watched');
  expect(list(timeoutStorm, 80, {filter: 'nowhere'})[1]).toBe('   all hidden by filter: nowhere');
});

test('that nobody has gone away is not said while the cause of a death is still to come', () => {
  const [first, ...others] = healthy.workers;
  const dead = {...healthy, workers: [{...first!, state: 'dead' as const}, ...others]};

  expect(list(healthy, 80)[1]).toContain('no worker has gone away while gunspect watched');
  expect(list(dead, 80)[1]).toContain('1 worker has ended, and why follows');
});
