import {expect, test} from 'vitest';
import {shutdown} from '../../source/diagnosis/causes/shutdown.js';
import {memoryStop, memoryStopText} from '../../source/diagnosis/memory-stop.js';
import type {Circumstances} from '../../source/ledger/circumstances.js';
import {afterDeath, death, sibling, type KnownOfDeath} from '../helpers/death.js';

const victim = sibling(9102, {end: {at: afterDeath(1.5), by: afterDeath(1.5)}});

function stopped(known: KnownOfDeath = {}, oomPolicy = 'stop'): Circumstances {
  return {
    ...death({booted: true, order: 'shutdown', ...known}),
    changes: {files: [], removed: [], complete: true, unit: {name: 'shop.service', oomPolicy}},
  };
}

test('a service that ends with OOMPolicy=stop after a memory kill ended for it', () => {
  const stop = memoryStop(stopped({siblings: {killedForMemory: victim}}), 'service-restart');

  expect(stop).toEqual({unit: 'shop.service', victimPid: 9102});
  expect(stop && memoryStopText(stop)).toBe(
    'systemd ended shop.service because the kernel had killed worker 9102 for memory (OOMPolicy=stop)',
  );
});

test('where the kernel names nobody, its counter says that somebody was killed', () => {
  expect(memoryStop(stopped({oomKills: [0, 1]}), 'shutdown')).toEqual({unit: 'shop.service'});
  expect(memoryStop(stopped({oomKills: [1, 1]}), 'shutdown')).toBeUndefined();
});

test('another policy, another cause and no unit leave the stop unexplained', () => {
  const siblings = {killedForMemory: victim};

  expect(memoryStop(stopped({siblings}, 'continue'), 'shutdown')).toBeUndefined();
  expect(memoryStop(stopped({siblings}), 'reload')).toBeUndefined();
  expect(memoryStop(death({siblings, order: 'shutdown'}), 'shutdown')).toBeUndefined();
});

test('a stop by somebody other than systemd was not for memory', () => {
  const term = (name: string) =>
    ({
      kind: 'signal',
      at: afterDeath(-0.5),
      pid: 812,
      signal: 'SIGTERM',
      sender: {pid: name === 'systemd' ? 1 : 4711, name, user: 'root'},
    }) as const;
  const by = (name: string) =>
    memoryStop(
      stopped({siblings: {killedForMemory: victim}, kernel: {masterSignals: [term(name)]}}),
      'service-restart',
    );

  expect(by('systemd')).toMatchObject({victimPid: 9102});
  expect(by('kill')).toBeUndefined();
});

// www-data on Debian 12, to whom neither the journal nor the kernel's log is open.
test('without a word of the log the memory kill is reason enough for the end of the service', () => {
  const endedNear = [
    sibling(9102, {
      end: {
        at: afterDeath(-0.7),
        by: afterDeath(-0.7),
        exit: {status: {signal: 'SIGKILL', core: false}, source: 'exits'},
      },
    }),
  ];
  const gone = {aliveAfter: false, goneAt: afterDeath(0.4)};
  const known = {exit: 0, master: gone, siblings: {endedNear}} as const;
  const {order: _order, ...life} = stopped(known).life;
  const judge = (oomKills: readonly [number, number]) =>
    shutdown.judge({...stopped({...known, oomKills}), life: {...life, end: {at: afterDeath(0), by: afterDeath(0)}}})
      .verdict;

  expect(judge([0, 1])).toBe('likely');
  expect(judge([1, 1])).toBe('possible');
});
