import {expect, test} from 'vitest';
import {openHeap} from '../../source/peek/heap.js';
import {layoutOf} from '../../source/peek/layout.js';
import {memoryOver} from '../../source/peek/memory.js';
import {readLinkedTasks} from '../../source/peek/task-links.js';
import {Unreadable} from '../../source/peek/unreadable.js';

const interpreter = 0x10_0000;
const thread = 0x20_0000;
const record = {coroutine: 128, node: 152, interpreterTasks: 0x80, threadTasks: 0x80};
const interpreterHead = interpreter + record.interpreterTasks;
const threadHead = thread + record.threadTasks;
/** Tasks by a letter, each with its links inside. */
const taskAt = (letter: string): number => 0x30_0000 + (letter.codePointAt(0) ?? 0) * 0x200;
const linkAt = (letter: string): number => taskAt(letter) + record.node;

const layout = layoutOf('3.14');
if (layout === undefined) throw new Error('3.14 is not known');

/**
 * An interpreter with one thread whose list holds these tasks. Right before the read of that number, and every read
 * after it where `always`, the list becomes another one.
 */
function programWith(
  tasks: string,
  change?: {readonly beforeRead: number; readonly to: string; readonly always?: boolean},
) {
  const words = new Map<number, number>();
  const put = (address: number, ...values: readonly number[]): void =>
    values.forEach((value, index) => words.set(address + index * 8, value));
  const circle = (head: number, letters: string): void => {
    const links = [head, ...letters.split('').map(linkAt)];
    links.forEach((link, index) => put(link, links[(index + 1) % links.length]!, links.at(index - 1)!));
  };
  put(interpreter + layout!.interpreter.threads, thread);
  put(thread + layout!.thread.interpreter, interpreter);
  put(thread + layout!.thread.next, 0);
  circle(interpreterHead, '');
  circle(threadHead, tasks);

  let reads = 0;
  const memory = memoryOver((into, length, address) => {
    reads += 1;
    if (
      change !== undefined &&
      (reads === change.beforeRead || (change.always === true && reads > change.beforeRead))
    ) {
      for (const letter of 'abcxyz') put(linkAt(letter), 0, 0);
      circle(
        threadHead,
        change.always === true && reads % 2 === 0 ? change.to.split('').toReversed().join('') : change.to,
      );
    }
    for (let at = 0; at < length; at += 8) {
      const word = words.get(address + at);
      if (word === undefined) throw Object.assign(new Error('EIO'), {code: 'EIO'});
      into.writeBigUInt64LE(BigInt(word), at);
    }
    return length;
  });
  return {heap: openHeap(memory, layout!), runtime: {interpreter, layout: layout!, name: 'CPython 3.14'}};
}

function read(program: ReturnType<typeof programWith>, most = 100) {
  const {tasks, isComplete} = readLinkedTasks(program, record, most);
  return {
    isComplete,
    tasks: 'abcxyz'
      .split('')
      .filter((letter) => tasks.includes(taskAt(letter)))
      .join(''),
  };
}

test('the tasks of a thread are those in its circle of links', () => {
  expect(read(programWith(''))).toEqual({tasks: '', isComplete: true});
  expect(read(programWith('abc'))).toEqual({tasks: 'abc', isComplete: true});
});

test('more tasks than were asked for are cut off, and that is told', () => {
  expect(read(programWith('abc'), 3)).toEqual({tasks: 'abc', isComplete: true});
  expect(read(programWith('abc'), 2)).toEqual({tasks: 'ab', isComplete: false});
});

test('a task that waits all the while is never missed, whatever leaves, comes and comes again around it', () => {
  for (const to of ['x', 'bx', 'xab', 'xba', 'bxa', 'axb', 'abx', 'xyzab', 'yxza']) {
    for (let beforeRead = 1; beforeRead < 30; beforeRead++) {
      const {tasks, isComplete} = read(programWith('abxc', {beforeRead, to}));
      expect(tasks).toContain('x');
      expect(isComplete).toBe(true);
    }
  }
});

test('a circle that changes before every read is given up', () => {
  expect(() => read(programWith('abc', {beforeRead: 1, to: 'abc', always: true}))).toThrow(Unreadable);
});

test('what is no thread of the interpreter is refused', () => {
  const {heap, runtime} = programWith('abc');

  expect(() => readLinkedTasks({heap, runtime: {...runtime, interpreter: thread}}, record, 10)).toThrow(Unreadable);
});
