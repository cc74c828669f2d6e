import {expect, test} from 'vitest';
import {parseTraceLine} from '../../source/sensors/trace-lines.js';

const kill =
  '            bash-3293    [001] d..1. 12198.799121: signal_generate: sig=9 errno=0 code=0 comm=gunicorn pid=9101 grp=1 res=0';

test('a signal is told with who sent it, to whom, and when', () => {
  expect(parseTraceLine(kill)).toEqual({
    kind: 'signal',
    monotonicMs: 12_198_799.121,
    signal: 'SIGKILL',
    target: 9101,
    sender: {pid: 3293, name: 'bash'},
  });
});

test('a signal with a code of its own is the kernel’s, one by tgkill is not', () => {
  expect(parseTraceLine(kill.replace('sig=9 errno=0 code=0', 'sig=11 errno=0 code=1'))).toMatchObject({
    signal: 'SIGSEGV',
    sender: {isKernel: true},
  });
  expect(parseTraceLine(kill.replace('sig=9 errno=0 code=0', 'sig=6 errno=0 code=-6'))).not.toMatchObject({
    sender: {isKernel: true},
  });
});

test('a signal that was ignored or lost did nothing', () => {
  for (const result of [1, 3, 4]) expect(parseTraceLine(kill.replace('res=0', `res=${result}`))).toBeUndefined();
  expect(parseTraceLine(kill.replace('res=0', 'res=2'))).toMatchObject({signal: 'SIGKILL'});
});

test('names cannot make a line say something else', () => {
  expect(parseTraceLine(kill.replace('comm=gunicorn', 'comm=a pid=1 res=0'))).toMatchObject({target: 9101});
  expect(parseTraceLine(kill.replace('bash-3293', 'a-1 [0] b: c-3293'))).toMatchObject({
    sender: {pid: 3293, name: 'a-1 [0] b: c'},
  });
  expect(parseTraceLine(kill.replace('bash-3293', '\u001B[2Jx-3293'))).toMatchObject({sender: {name: 'x'}});
  expect(parseTraceLine(kill.replace('bash-3293', '<...>-3293'))).toMatchObject({sender: {pid: 3293}});
});

test('a victim of the OOM killer is told by old and new kernels', () => {
  const head = '        gunicorn-9101    [000] d..2. 100.5: mark_victim: ';

  expect(parseTraceLine(`${head}pid=9101`)).toEqual({kind: 'memory-victim', monotonicMs: 100_500, target: 9101});
  expect(
    parseTraceLine(
      `${head}pid=9101 comm=gunicorn total-vm=411952kB anon-rss=150420kB file-rss:5316kB shmem-rss:0kB uid=0 pgtables=380kB oom_score_adj=0`,
    ),
  ).toMatchObject({target: 9101, anonymousBytes: 154_030_080});
});

test('lost events are told, and headers, cut lines and others are nothing', () => {
  expect(parseTraceLine('CPU:1 [LOST 12 EVENTS]')).toEqual({kind: 'lost'});
  for (const line of ['', '# tracer: nop', kill.slice(0, -5), kill.replace('signal_generate', 'sched_switch')])
    expect(parseTraceLine(line)).toBeUndefined();
});
