import {expect, test} from 'vitest';
import {changeBefore, changeText} from '../../source/diagnosis/boot-change.js';
import {changedBefore} from '../../source/diagnosis/changed-before.js';
import {changesBefore} from '../../source/ledger/changes-before.js';
import {emptyLedger} from '../../source/ledger/ledger.js';
import type {ChangedFile} from '../../source/changed-file.js';
import type {ChangesObserved} from '../../source/observation.js';
import {afterDeath, death, endSeconds, sibling} from '../helpers/death.js';
import {masterId, startWallMs} from '../helpers/observations.js';
import {restart} from '../helpers/restarts.js';

const wallMs = (secondsBeforeDeath: number): number => startWallMs + (endSeconds - secondsBeforeDeath) * 1000;
const file = (name: string, secondsBeforeDeath: number, what: ChangedFile['what'] = 'application'): ChangedFile => ({
  what,
  name,
  changedWallMs: wallMs(secondsBeforeDeath),
});

function looked(files: readonly ChangedFile[], more: Partial<ChangesObserved> = {}): ChangesObserved {
  return {kind: 'changes', at: afterDeath(1), id: masterId, files, removed: [], complete: true, ...more};
}

/** A worker that failed to boot after one second, 800 s after the last one that booted. */
function failed(changes: ChangesObserved | undefined, siblings = [sibling(9102, {startedMs: wallMs(800)})]) {
  const {life, end} = death({booted: false, ageSeconds: 1});
  const ledger = {...emptyLedger('shop'), living: siblings, ...(changes && {changes})};
  const before = changesBefore(ledger, {...life, end});
  return {...death({booted: false, ageSeconds: 1}), ...(before && {changes: before})};
}

const factsOf = (changes: ChangesObserved | undefined, siblings?: Parameters<typeof failed>[1]) =>
  changedBefore(failed(changes, siblings), 'boot-error').map(({fact}) => fact);

test('what changed since the last good boot is told with how long before, and what is older is not', () => {
  const files = [file('shop/settings.py', 241), file('requirements.txt', 301, 'config'), file('old.py', 4000)];

  expect(factsOf(looked(files))).toEqual([
    'shop/settings.py changed 4 min before this boot',
    'config requirements.txt changed 5 min before this boot',
  ]);
});

test('without a good boot to go by, the last day counts', () => {
  const files = [file('shop.py', 7300), file('older.py', 90_000)];

  expect(factsOf(looked(files), [])).toEqual(['shop.py changed 2 h before this boot']);
});

test('a file that was written in the moment of the good boot belongs to it', () => {
  expect(factsOf(looked([file('shop.py', 799.5)]))).toEqual([
    'no file, package or unit changed since the last good boot',
  ]);
});

test('that nothing changed is said only of a whole look after the death, and with a good boot', () => {
  expect(factsOf(looked([], {complete: false}))).toEqual([]);
  expect(factsOf(looked([], {at: afterDeath(-5)}))).toEqual([]);
  expect(factsOf(looked([]), [])).toEqual([]);
  expect(factsOf(undefined)).toEqual([]);
});

test('a file that is gone comes first', () => {
  expect(factsOf(looked([file('shop.py', 20)], {removed: ['shop/payments.py']}))).toEqual([
    'shop/payments.py was there when gunspect attached, and is gone',
    'shop.py changed 19 s before this boot',
  ]);
});

test('what changed is beside a failed boot only, and systemd beside what it may have done', () => {
  const unit = {name: 'shop.service', restarts: 4, oomPolicy: 'stop'};
  const c = failed(looked([file('shop.py', 20)], {unit}));

  expect(changedBefore(c, 'timeout')).toEqual([]);
  expect(changedBefore(c, 'service-restart').map(({fact}) => fact)).toEqual([
    'systemd has started shop.service again 4 times',
  ]);
  expect(changedBefore(c, 'out-of-memory').map(({fact}) => fact)).toEqual([
    'OOMPolicy of shop.service is stop: systemd then ends the whole service',
  ]);
});

test('of several changes a headline names the newest, and without a good boot to go by only a recent one', () => {
  const before = (files: readonly ChangedFile[], siblings?: Parameters<typeof failed>[1]) =>
    changeBefore(failed(looked(files), siblings));

  expect(before([file('shop/settings.py', 241), file('stripe 5.0.0', 301, 'package')])).toEqual({
    name: 'shop/settings.py',
    atMs: wallMs(241),
    isOneOfMore: true,
  });
  expect(before([file('shop.py', 7300)], [])).toBeUndefined();
  expect(before([file('shop.py', 3300)], [])).toMatchObject({name: 'shop.py', isOneOfMore: false});
  expect(before([])).toBeUndefined();
});

test('a file that is gone is told without a time', () => {
  const changed = changeBefore(failed(looked([], {removed: ['shop/payments.py']})));

  expect(changeText([restart({cause: 'boot-error', at: 900, ...(changed && {changed})})])).toBe(
    'shop/payments.py is gone since the attach',
  );
});
