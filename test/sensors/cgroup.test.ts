import {mkdirSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {parseGroupMounts, parseMembership} from '../../source/sensors/cgroup.js';
import {openMemory} from '../../source/sensors/memory.js';
import {makeFakeProc, type FakeProc} from '../helpers/fake-proc.js';

let proc: FakeProc;
beforeEach(() => {
  proc = makeFakeProc();
});
afterEach(() => proc.dispose());

function group(path: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(proc.folder, path), {recursive: true});
  for (const [name, text] of Object.entries(files)) writeFileSync(join(proc.folder, path, name), text);
}

function mount(type: 'cgroup' | 'cgroup2', point: string, root = '/'): string {
  return `31 23 0:28 ${root} ${join(proc.folder, point)} rw,relatime shared:9 - ${type} ${type} rw,memory\n`;
}

test('memberships of version 1 and 2 are told apart', () => {
  expect(parseMembership('4:memory:/docker/abc\n1:cpu,cpuacct:/x\n0::/system.slice/shop.service\n')).toEqual({
    unified: '/system.slice/shop.service',
    byController: {memory: '/docker/abc', cpu: '/x'},
    all: ['/docker/abc', '/x', '/system.slice/shop.service'],
  });
  expect(parseMembership('')).toEqual({byController: {}, all: []});
});

test('mounts of version 1 are told with their controllers, and their octal escapes are read', () => {
  const text = [
    '32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu',
    '35 31 0:32 / /sys/fs/my\\040groups rw - cgroup cgroup rw,memory',
    'garbage',
  ].join('\n');

  expect(parseGroupMounts(text)).toEqual([
    {version: 1, controllers: ['rw', 'cpu'], root: '/', mountPoint: '/sys/fs/cgroup/cpu'},
    {version: 1, controllers: ['rw', 'memory'], root: '/', mountPoint: '/sys/fs/my groups'},
  ]);
});

test('the tightest limit above the master counts, the kills are those of its own group', () => {
  proc.add({pid: 800, cgroup: '0::/web.slice/shop.service\n'});
  proc.write('self/mountinfo', mount('cgroup2', 'cg'));
  proc.write('vmstat', 'nr_free_pages 1\noom_kill 4\n');
  group('cg/web.slice', {'memory.max': '500000000\n', 'memory.current': '400000000\n'});
  group('cg/web.slice/shop.service', {
    'memory.max': '900000000\n',
    'memory.current': '300000000\n',
    'memory.events': 'low 0\nmax 258\noom 1\noom_kill 1\noom_group_kill 0\n',
  });
  const memory = openMemory(800, proc.root);

  expect(memory.read()).toEqual({
    oomKills: 4,
    cgroupOomKills: 1,
    usedBytes: 400_000_000,
    limitBytes: 500_000_000,
  });
  expect(memory.state()).toEqual({id: 'memory', state: 'ok'});
});

test('version 1 says no limit with a huge number, and that is none', () => {
  proc.add({pid: 800, cgroup: '4:memory:/docker/abc\n0::/\n'});
  proc.write('self/mountinfo', mount('cgroup', 'memory') + mount('cgroup2', 'unified'));
  group('memory/docker/abc', {
    'memory.limit_in_bytes': '9223372036854771712\n',
    'memory.usage_in_bytes': '1234\n',
    'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
  });

  expect(openMemory(800, proc.root).read()).toEqual({cgroupOomKills: 2, usedBytes: 1234});
});

test('a mount that shows a part of the hierarchy leads to the same group, one that does not to none', () => {
  proc.add({pid: 800, cgroup: '0::/pods/shop/web\n'});
  proc.write('self/mountinfo', mount('cgroup2', 'cg', '/pods/shop'));
  group('cg/web', {'memory.current': '77\n', 'memory.max': 'max\n'});

  expect(openMemory(800, proc.root).read()).toEqual({usedBytes: 77});

  proc.add({pid: 801, cgroup: '0::/../other\n'});
  const elsewhere = openMemory(801, proc.root);
  proc.write('vmstat', 'oom_kill 0\n');
  expect(elsewhere.read()).toEqual({oomKills: 0});
  expect(elsewhere.state().state).toBe('partly');
});

test('a group that vanishes while it is watched leaves nothing behind but the machine', () => {
  proc.add({pid: 800, cgroup: '0::/shop\n'});
  proc.write('self/mountinfo', mount('cgroup2', 'cg'));
  proc.write('vmstat', 'oom_kill 0\n');

  expect(openMemory(800, proc.root).read()).toEqual({oomKills: 0});
});

// Debian 12 with OOMPolicy=stop: one second after the kill systemd had made the group of shop.service anew.
test('of a group that was made anew nothing is told any more, so that a kill in the one before does not look undone', () => {
  proc.add({pid: 800, cgroup: '0::/system.slice/shop.service\n'});
  proc.write('self/mountinfo', mount('cgroup2', 'cg'));
  proc.write('vmstat', 'oom_kill 0\n');
  const events = (kills: number): Readonly<Record<string, string>> => ({
    'memory.current': '153980928\n',
    'memory.events': `low 0\nhigh 0\nmax 35\noom ${kills}\noom_kill ${kills}\noom_group_kill 0\n`,
  });
  group('cg/system.slice/shop.service', events(0));
  const memory = openMemory(800, proc.root);
  memory.read();
  renameSync(join(proc.folder, 'cg/system.slice/shop.service'), join(proc.folder, 'gone'));
  group('cg/system.slice/shop.service', events(0));
  proc.write('vmstat', 'oom_kill 1\n');

  expect(memory.read()).toEqual({oomKills: 1});
});
