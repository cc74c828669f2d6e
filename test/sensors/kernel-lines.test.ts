import {expect, test} from 'vitest';
import {endingIn, parseRecord} from '../../source/sensors/kernel-lines.js';

test('a record of the kernel is read with its time and without the keys behind it', () => {
  expect(parseRecord('6,2630,8285362321,-;oom_reaper: reaped process 12862\n SUBSYSTEM=cpu\n')).toEqual({
    loggedMs: 8_285_362.321,
    text: 'oom_reaper: reaped process 12862',
  });
});

test('what somebody else wrote into the log, is cut or is no record counts for nothing', () => {
  // 11 is LOG_USER with the level of an error, which is what a writer of /dev/kmsg gets.
  expect(parseRecord('11,2631,8285362324,-;Out of memory: Killed process 1 (init) total-vm:1kB')).toBeUndefined();
  for (const record of ['', '6,26', ';', 'x,1,2,-;text', '6,1,-;text']) expect(parseRecord(record)).toBeUndefined();
});

test('a victim is named with its memory and where memory had run out', () => {
  const limits = 'anon-rss:150420kB, file-rss:5316kB, shmem-rss:0kB, UID:0 pgtables:380kB oom_score_adj:0';

  expect(endingIn(`Memory cgroup out of memory: Killed process 28544 (gunicorn) total-vm:411952kB, ${limits}`)).toEqual(
    {kind: 'memory-victim', pid: 28544, scope: 'cgroup', anonymousBytes: 154_030_080},
  );
  expect(endingIn(`Out of memory: Killed process 77 (gunicorn: worker) total-vm:411952kB, ${limits}`)).toMatchObject({
    pid: 77,
    scope: 'machine',
  });
  // Linux 4.19 and older say it in two records; CentOS 7 has the user between.
  expect(endingIn('Killed process 912 (python3), UID 1000, total-vm:512340kB, anon-rss:4kB, file-rss:0kB')).toEqual({
    kind: 'memory-victim',
    pid: 912,
    anonymousBytes: 4096,
  });
});

test('a fault is named in the words of the kernel, with the module and the place in it', () => {
  const registers = 'ip 00007f127cb85ad8 sp 00007f127b7fdd38 error 4';

  expect(
    endingIn(`gunicorn[10014]: segfault at 0 ${registers} in libc.so.6[167ad8,7f127ca44000+156000] likely on CPU 1`),
  ).toEqual({kind: 'fault', pid: 10014, text: 'segfault at 0 in libc.so.6+0x167ad8'});
  expect(endingIn(`gunicorn[10014]: segfault at 7f00 ${registers} in libc.so.6[7f127ca44000+156000]`)).toMatchObject({
    text: 'segfault at 7f00 in libc.so.6',
  });
  expect(endingIn(`gunicorn[10014]: segfault at 0 ${registers}`)).toMatchObject({text: 'segfault at 0'});
  expect(
    endingIn('traps: gunicorn[31] trap invalid opcode ip:7f12 sp:7f13 error:0 in fast.so[1139,7f12+1000]'),
  ).toEqual({kind: 'fault', pid: 31, text: 'invalid opcode in fast.so+0x1139'});
  expect(endingIn('traps: gunicorn[31] general protection fault ip:7f12 sp:7f13 error:0')).toMatchObject({
    text: 'general protection fault',
  });
});

test('names that look like records, and other records, name nobody', () => {
  expect(endingIn('Memory cgroup out of memory: Killed process 5 (x) total-vm: (y) total-vm:1kB')).toMatchObject({
    pid: 5,
  });
  for (const text of [
    'oom_reaper: reaped process 28544 (gunicorn), now anon-rss:0kB',
    'gunicorn invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0',
    'audit: Killed process 1 (init) total-vm:1kB',
    'a very long name of a process[1]: segfault at 0 ip 0 sp 0 error 4',
    '',
  ])
    expect(endingIn(text)).toBeUndefined();
});

test('the records of Debian 12 (Linux 6.1) are read', () => {
  expect(
    endingIn(
      'Memory cgroup out of memory: Killed process 799 (gunicorn) total-vm:209544kB, anon-rss:192180kB, file-rss:5972kB, shmem-rss:0kB, UID:33 pgtables:448kB oom_score_adj:0',
    ),
  ).toEqual({kind: 'memory-victim', pid: 799, scope: 'cgroup', anonymousBytes: 192_180 * 1024});
  expect(
    endingIn(
      'gunicorn[563]: segfault at 0 ip 00007f1576fed219 sp 00007ffca4a76de8 error 4 in libc.so.6[7f1576ebd000+156000] likely on CPU 1 (core 1, socket 0)',
    ),
  ).toEqual({kind: 'fault', pid: 563, text: 'segfault at 0 in libc.so.6'});
  expect(
    endingIn(
      'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/system.slice/shop.service,task_memcg=/system.slice/shop.service,task=gunicorn,pid=799,uid=33',
    ),
  ).toBeUndefined();
});
