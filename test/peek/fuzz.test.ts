import fc from 'fast-check';
import {expect, test} from 'vitest';
import {findAsyncioRecord} from '../../source/peek/asyncio-record.js';
import {attribute, attributes, classAttribute, moduleDict} from '../../source/peek/attributes.js';
import {readArbiter, settingsOf} from '../../source/peek/arbiter.js';
import {awaitChain} from '../../source/peek/await-chain.js';
import {openCodeReader} from '../../source/peek/code.js';
import {readConfig} from '../../source/peek/config.js';
import {coroutineFrame} from '../../source/peek/coroutines.js';
import {dictEntries} from '../../source/peek/dicts.js';
import {readElf} from '../../source/peek/elf.js';
import {lookBuffers} from '../../source/peek/frame-chain.js';
import {findHandlers} from '../../source/peek/handlers.js';
import {openHeap} from '../../source/peek/heap.js';
import {imagesIn} from '../../source/peek/images.js';
import {layoutOf, type Layout} from '../../source/peek/layout.js';
import {lineAt} from '../../source/peek/line-table.js';
import type {Memory} from '../../source/peek/memory.js';
import {describeStack, readThreads, type Program} from '../../source/peek/program.js';
import {findRuntime} from '../../source/peek/runtime.js';
import {taskCoroutine, taskShapes} from '../../source/peek/task-shape.js';
import {readLinkedTasks} from '../../source/peek/task-links.js';
import {findTaskPlaces, readTaskList} from '../../source/peek/tasks.js';
import {Unreadable} from '../../source/peek/unreadable.js';
import {listItems, readBytes, readFloat, readInt, readStr, setItems, tupleItems} from '../../source/peek/values.js';
import {checkWorker, openWorker, readWorker} from '../../source/peek/worker.js';
import {mixed, wordMemory} from './fake-memory.js';

const versions = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14', '3.15', '3.13t', '3.14t', '3.15t'];
const version = fc.constantFrom(...versions);
const seed = fc.integer({min: 0, max: 2 ** 31 - 1});

const arena = 0x10_0000;
const arenaBytes = 1 << 16;

const typeNames = [
  'dict',
  'str',
  'int',
  'code',
  'cell',
  'coroutine',
  'set',
  'float',
  'bool',
  'NoneType',
  'Worker',
  'weakref',
  '_asyncio.Task',
];
const typeBytes = 1024;
const typeArena = arena + arenaBytes;
const nameArena = typeArena + typeNames.length * typeBytes;
const allKinds = 0x7f_00_02_14;

/** The words of types that pass for every built-in kind at once, each with a name of its own; undefined elsewhere. */
function typeWord(address: number, layout: Layout): number | undefined {
  if (address >= nameArena && address < nameArena + typeNames.length * 32) {
    const name = typeNames[Math.floor((address - nameArena) / 32)] ?? '';
    return Number(Buffer.from(name.padEnd(32, '\0')).readBigUInt64LE((address - nameArena) % 32));
  }
  if (address < typeArena || address >= nameArena) return undefined;

  const at = (address - typeArena) % typeBytes;
  if (at === layout.type.name) return nameArena + Math.floor((address - typeArena) / typeBytes) * 32;
  return at === layout.type.flags ? allKinds : undefined;
}

/** Nothing but pointers into a small arena, types, sizes that fit and sizes that do not: full of circles and of things that look right. */
function tangle(seedValue: number, layout: Layout): Memory {
  return wordMemory((index) => {
    const address = index * 8;
    if (address < arena || address >= nameArena + typeNames.length * 32) return undefined;

    const known = typeWord(address, layout);
    if (known !== undefined) return known;

    const chance = mixed(seedValue, index);
    switch (chance % 16) {
      case 0:
        return 0;
      case 1:
      case 2:
        return chance % 64;
      case 3:
        return 2 ** 31 + (chance % 2 ** 20);
      case 4:
        return chance * 2 ** 21;
      case 5:
        return mixed(seedValue, chance);
      case 6:
      case 7:
      case 8:
      case 9:
      case 10:
        return typeArena + (mixed(seedValue, chance) % typeNames.length) * typeBytes;
      default:
        return arena + (chance % (arenaBytes / 8)) * 8;
    }
  });
}

function knownLayout(versionName: string): Layout {
  const layout = layoutOf(versionName, new Map([['interpreterSize', 64]]));
  if (layout === undefined) throw new Error(`${versionName} is not known`);
  return layout;
}

/** Bytes without any order, everywhere. */
function noise(seedValue: number): Memory {
  return wordMemory((index) => mixed(seedValue, index) + (mixed(seedValue + 1, index) % 2 ** 21) * 2 ** 32);
}

/** Only what a read may throw is caught; any other error fails the test. */
function read(step: () => unknown): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
}

function readEverything(memory: Memory, versionName: string, address: number): void {
  const layout = knownLayout(versionName);
  const images = {all: [], program: {path: '/usr/bin/python3', base: address}};
  const heap = openHeap(memory, layout);
  const codes = openCodeReader(heap);
  const program: Program = {
    id: {pid: 1, startTicks: 1},
    ownPid: 1,
    sharesClock: true,
    runtime: {name: 'made up', layout, interpreter: address},
    heap,
    stacks: {heap, codes, interpreter: address, buffers: lookBuffers()},
    images: () => images,
    close: () => undefined,
  };
  const record = {coroutine: 128, node: 152, interpreterTasks: 1024, threadTasks: 880};
  const places = {sets: [address], record};
  const now = {wallMs: 0, monotonicMs: 0};
  const steps: ReadonlyArray<() => unknown> = [
    () => readStr(heap, address),
    () => readInt(heap, address),
    () => readFloat(heap, address),
    () => readBytes(heap, address),
    () => tupleItems(heap, address),
    () => listItems(heap, address),
    () => setItems(heap, address),
    () => dictEntries(heap, address),
    () => attributes(heap, address, ['nr', 'pid']),
    () => attribute(heap, address, 'settings'),
    () => classAttribute(heap, heap.typeOf(address), 'WORKERS'),
    () => moduleDict(heap, address, 'time'),
    () => codes.at(address),
    () => coroutineFrame(heap, codes, address),
    () => awaitChain(program.stacks, taskShapes(), address),
    () => taskCoroutine(heap, taskShapes(), address),
    () => readTaskList(program, places, 2000),
    () => findHandlers(program, {places, shapes: taskShapes()}, 'asgi', 2000, () => undefined),
    () => findTaskPlaces(program),
    () => findAsyncioRecord(memory, layout, images),
    () => readLinkedTasks(program, record, 2000),
    () => readConfig(heap, address),
    () => readArbiter(heap, address),
    () => settingsOf(heap, address, '23.0.0'),
    () => {
      for (const {stack} of readThreads(program).list) if (stack !== undefined) describeStack(heap, stack);
    },
    () => checkWorker(program, {object: address, type: address}),
    () =>
      readWorker(openWorker(program, {object: address, type: address}, undefined), {
        stack: true,
        showQuery: false,
        now,
      }),
    () => readElf(memory, address).symbol('_PyRuntime'),
  ];
  for (const step of steps) {
    memory.allow(2000);
    read(step);
  }
}

test('memory without any order is read to the end and gives nothing but refusals', () => {
  fc.assert(
    fc.property(version, seed, fc.integer({min: 512, max: 2 ** 40}), (versionName, seedValue, word) => {
      readEverything(noise(seedValue), versionName, word * 8);
    }),
    {numRuns: 150},
  );
});

test('memory full of circles and false sizes is read to the end, with few reads and little memory', () => {
  fc.assert(
    fc.property(version, seed, fc.integer({min: 0, max: arenaBytes / 8 - 1}), (versionName, seedValue, word) => {
      const memory = tangle(seedValue, knownLayout(versionName));
      readEverything(memory, versionName, arena + word * 8);
      expect(memory.cost.reads).toBeLessThan(50_000);
      expect(memory.cost.bytes).toBeLessThan(64 << 20);
    }),
    {numRuns: 250},
  );
});

test('a runtime is looked for in any memory without harm', () => {
  fc.assert(
    fc.property(seed, fc.boolean(), (seedValue, isTangled) => {
      const memory = isTangled ? tangle(seedValue, knownLayout('3.13')) : noise(seedValue);
      const image = {path: '/usr/lib/libpython3.13.so.1.0', base: arena};
      expect(findRuntime(memory, {all: [image], program: image}).kind).not.toBe('ok');
    }),
    {numRuns: 150},
  );
});

test('a line table of any bytes ends', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({maxLength: 400}),
      fc.integer(),
      fc.constantFrom(8, 10, 11, 14),
      (bytes, offset, minor) => {
        const line = lineAt(Buffer.from(bytes), 1, offset, minor);
        expect(line === undefined || Number.isInteger(line)).toBe(true);
      },
    ),
    {numRuns: 1000},
  );
});

test('a map of any text is parsed', () => {
  const line = fc.oneof(
    fc.string({maxLength: 80}),
    fc.constantFrom('7f00-8000 r--p 00000000 08:01 5 /lib/x.so', '0-', '7f00-8000 r--p 0 08:01 5 ', ' /lib/x', '\0'),
  );
  fc.assert(
    fc.property(fc.array(line, {maxLength: 20}), (lines) => {
      for (const {base, path} of imagesIn(lines.join('\n'))) {
        expect(Number.isInteger(base)).toBe(true);
        expect(path).toMatch(/^\//);
      }
    }),
  );
});
