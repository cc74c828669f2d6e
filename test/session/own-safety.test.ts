import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {offerToBeKilledFirst, sharedHeadroomBytes} from '../../source/session/own-safety.js';

/** A machine made of these files, gone after the test. */
function machine(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'gunspect-safety-'));
  onTestFinished(() => rmSync(root, {recursive: true}));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), {recursive: true});
    writeFileSync(join(root, name), text);
  }
  return {root, roots: {proc: join(root, 'proc'), cgroup: join(root, 'cgroup')}};
}

test('the inspector asks the kernel to kill it first', () => {
  const {root, roots} = machine({'proc/self/oom_score_adj': '0'});

  offerToBeKilledFirst(roots);

  expect(readFileSync(join(root, 'proc/self/oom_score_adj'), 'utf8')).toBe('1000');
});

test('a system without a score for the killer changes nothing', () => {
  expect(() => offerToBeKilledFirst({proc: '/nowhere'})).not.toThrow();
});

test('in a shared group the headroom is the limit without what is used and cannot be reclaimed at once', () => {
  const {roots} = machine({
    'proc/self/cgroup': '0::/app/shop\n',
    'proc/812/cgroup': '0::/app/shop\n',
    'cgroup/app/shop/memory.max': '1000000000\n',
    'cgroup/app/shop/memory.current': '900000000\n',
    'cgroup/app/shop/memory.stat': 'anon 700000000\ninactive_file 150000000\n',
  });

  expect(sharedHeadroomBytes(812, roots)).toBe(250_000_000);
});

test('of several shared limits the tightest counts, and limits that are not shared do not', () => {
  const {roots} = machine({
    'proc/self/cgroup': '0::/pod/inspector\n',
    'proc/812/cgroup': '0::/pod/shop\n',
    'cgroup/pod/shop/memory.max': '10\n',
    'cgroup/pod/shop/memory.current': '10\n',
    'cgroup/pod/memory.max': '500\n',
    'cgroup/pod/memory.current': '100\n',
    'cgroup/memory.max': '450\n',
    'cgroup/memory.current': '300\n',
  });

  expect(sharedHeadroomBytes(812, roots)).toBe(150);
});

test('version 1 of control groups is read where its memory controller is in use', () => {
  const {roots} = machine({
    'proc/self/cgroup': '5:cpu,cpuacct:/\n4:memory:/shop\n0::/other\n',
    'proc/812/cgroup': '5:cpu,cpuacct:/\n4:memory:/shop\n0::/another\n',
    'cgroup/memory/shop/memory.limit_in_bytes': '1000\n',
    'cgroup/memory/shop/memory.usage_in_bytes': '600\n',
    'cgroup/memory/shop/memory.stat': 'inactive_file 1\ntotal_inactive_file 100\n',
    'cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    'cgroup/memory/memory.usage_in_bytes': '5\n',
  });

  expect(sharedHeadroomBytes(812, roots)).toBe(500);
});

test('without a limit, or without anything readable, there is no headroom to speak of', () => {
  const unlimited = machine({
    'proc/self/cgroup': '0::/\n',
    'proc/812/cgroup': '0::/\n',
    'cgroup/memory.max': 'max\n',
    'cgroup/memory.current': '900000000\n',
  });
  const garbled = machine({'proc/self/cgroup': 'nonsense', 'proc/812/cgroup': ''});

  expect(sharedHeadroomBytes(812, unlimited.roots)).toBeUndefined();
  expect(sharedHeadroomBytes(812, garbled.roots)).toBeUndefined();
  expect(sharedHeadroomBytes(812, {proc: '/nowhere'})).toBeUndefined();
});
