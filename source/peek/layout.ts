/**
 * The structures of one version of CPython as this room reads them: offsets in bytes, grouped by what they belong to.
 *
 * Where versions differ in kind and not only in number (frames became part of a stack in 3.11, code objects lost their
 * separate lists of names) the difference is a union that readers branch on, so that no offset of another version can
 * be used by mistake.
 */
import {offsetsOf, type Offsets} from './offset-table.js';

/** How a thread leads to its innermost frame. */
export type TopFrame =
  /** Straight from the thread: 3.8 to 3.10 and from 3.13. */
  | {readonly kind: 'field'; readonly at: number}
  /** Through the C frame of the interpreter loop: 3.11 and 3.12. */
  | {readonly kind: 'c-frame'; readonly at: number; readonly frame: number};

export type FrameLayout = {
  readonly previous: number;
  readonly code: number;
  /** Where the local variables begin; what lies before is all that is needed of a frame. */
  readonly locals: number;
  readonly position:
    /** Index of the last instruction, times `scale` for bytes: 3.8 to 3.10. */
    | {readonly kind: 'index'; readonly at: number; readonly scale: 1 | 2}
    /** Address of the instruction. `owner` tells frames of C code; `bytecode` which copy of the code runs (free-threaded). */
    | {readonly kind: 'address'; readonly at: number; readonly owner: number; readonly bytecode?: number};
  /** Where a suspended frame keeps the end of its own values as a pointer: 3.14 and newer. */
  readonly stackPointer?: number;
};

/** Where a code object names its variables: one list with kinds from 3.11, three lists before. */
export type VariablesLayout =
  | {readonly kind: 'one-list'; readonly names: number; readonly kinds: number}
  | {
      readonly kind: 'three-lists';
      readonly count: number;
      readonly variables: number;
      readonly cells: number;
      readonly frees: number;
    };

export type DictKeysLayout = {
  readonly entryCount: number;
  readonly indices: number;
  /** `log2`: the index's size and the kind of entries are told, from 3.11. */
  readonly form:
    | {readonly kind: 'log2'; readonly indexBytes: number; readonly entryKind: number}
    | {readonly kind: 'size'; readonly size: number};
};

/** Where an instance keeps its attributes; each is tried after the one before. */
export type InstanceLayout =
  /** A pointer to a dict at the type's dict offset: up to 3.10. */
  | {readonly kind: 'dict'}
  /** Values pointer, then dict pointer, before the object: 3.11. */
  | {readonly kind: 'two-pointers'; readonly values: number}
  /** One pointer before the object, its lowest bit says that it leads to values: 3.12. */
  | {readonly kind: 'tagged-pointer'; readonly at: number}
  /** Values behind the object while they are valid, else a dict pointer before it: from 3.13. */
  | {readonly kind: 'inline'; readonly dict: number; readonly valid: number};

export type Layout = {
  /** "3.11", "3.13t". */
  readonly version: string;
  readonly minor: number;
  readonly freeThreaded: boolean;
  /** Whether pointers in frames carry two bits of tag. */
  readonly taggedSlots: boolean;
  readonly runtimeInterpreters: number;
  /** `size` is what the program itself tells: 3.14 and newer. */
  readonly interpreter: {readonly threads: number; readonly modules: number; readonly size?: number};
  readonly thread: {
    readonly size: number;
    readonly next: number;
    readonly interpreter: number;
    readonly ident: number;
    readonly nativeId?: number;
    readonly top: TopFrame;
    /** The thread's own stack of frames: 3.11 and newer. */
    readonly stack?: {readonly chunk: number; readonly top: number};
  };
  readonly frame: FrameLayout;
  /** A coroutine's frame: a pointer to it, or the frame itself inside the object. */
  readonly generator: {readonly kind: 'pointer' | 'inside'; readonly frame: number; readonly state?: number};
  readonly code: {
    readonly size: number;
    readonly name: number;
    readonly filename: number;
    readonly firstLine: number;
    readonly lineTable: number;
    /** Where the instructions begin inside the object: 3.11 and newer. */
    readonly instructions: number;
    readonly bytecodes?: number;
    readonly variables: VariablesLayout;
  };
  readonly object: {readonly type: number; readonly size: number};
  readonly type: {
    readonly name: number;
    readonly basicSize: number;
    readonly flags: number;
    readonly dictOffset: number;
    readonly dict: number;
    readonly mro: number;
    readonly cachedKeys: number;
  };
  readonly instance: InstanceLayout;
  readonly dict: {readonly keys: number; readonly values: number; readonly valuesStart: number};
  readonly keys: DictKeysLayout;
  readonly varSize: number;
  readonly tupleItems: number;
  readonly listItems: number;
  readonly bytesData: number;
  readonly int: {readonly digits: number; readonly tag?: number};
  readonly str: {
    readonly length: number;
    readonly state: number;
    readonly asciiSize: number;
    readonly compactSize: number;
    /** Where the bits of kind, compact and ascii begin in the word of state. */
    readonly stateShift: number;
  };
  readonly cellValue: number;
  readonly set: {readonly used: number; readonly mask: number; readonly table: number};
};

type Need = (name: string) => number;

function topFrame(need: Need, minor: number): TopFrame {
  if (minor <= 10) return {kind: 'field', at: need('threadFrame')};
  if (minor <= 12) return {kind: 'c-frame', at: need('threadCFrame'), frame: need('cframeFrame')};

  return {kind: 'field', at: need('threadCurrentFrame')};
}

function instance(minor: number, freeThreaded: boolean, need: Need): InstanceLayout {
  if (minor <= 10) return {kind: 'dict'};
  // Include/internal/pycore_object.h: MANAGED_DICT_OFFSET and what stands before it, in pointers.
  if (minor === 11) return {kind: 'two-pointers', values: -32};
  if (minor === 12) return {kind: 'tagged-pointer', at: -24};

  return {kind: 'inline', dict: freeThreaded ? -8 : -24, valid: need('valuesValid')};
}

function variables(need: Need, minor: number): VariablesLayout {
  return minor >= 11
    ? {kind: 'one-list', names: need('codeLocalNames'), kinds: need('codeLocalKinds')}
    : {
        kind: 'three-lists',
        count: need('codeLocalCount'),
        variables: need('codeVariables'),
        cells: need('codeCells'),
        frees: need('codeFrees'),
      };
}

function position(need: Need, minor: number, bytecode: number | undefined): FrameLayout['position'] {
  return minor <= 10
    ? {kind: 'index', at: need('frameLastInstruction'), scale: minor === 10 ? 2 : 1}
    : {
        kind: 'address',
        at: need('frameInstruction'),
        owner: need('frameOwner'),
        ...(bytecode !== undefined && {bytecode}),
      };
}

/**
 * The layout of a version such as "3.11" or "3.13t", with what the program itself tells put before our table. Undefined
 * for a version that is not known.
 */
export function layoutOf(version: string, told: Offsets = new Map()): Layout | undefined {
  const table = offsetsOf(version);
  if (table === undefined) return undefined;

  const minor = Number(/^3\.(\d+)/.exec(version)?.[1]);
  const freeThreaded = version.endsWith('t');
  const need: Need = (name) => {
    const offset = told.get(name) ?? table.get(name);
    if (offset === undefined) throw new Error(`the table of ${version} has no ${name}`);
    return offset;
  };
  const bytecode = freeThreaded ? told.get('frameBytecodeIndex') : undefined;
  const bytecodes = freeThreaded ? told.get('codeBytecodes') : undefined;
  const interpreterSize = told.get('interpreterSize');

  return {
    version,
    minor,
    freeThreaded,
    taggedSlots: minor >= 14 || freeThreaded,
    runtimeInterpreters: need('runtimeInterpreters'),
    interpreter: {
      threads: need('interpreterThreads'),
      modules: need('interpreterModules'),
      ...(interpreterSize !== undefined && {size: interpreterSize}),
    },
    thread: {
      size: need('threadSize'),
      next: need('threadNext'),
      interpreter: need('threadInterpreter'),
      ident: need('threadIdent'),
      ...(minor >= 11 && {
        nativeId: need('threadNativeId'),
        stack: {chunk: need('threadStackChunk'), top: need('threadStackTop')},
      }),
      top: topFrame(need, minor),
    },
    frame: {
      previous: need('framePrevious'),
      code: need('frameCode'),
      locals: need('frameLocals'),
      position: position(need, minor, bytecode),
      ...(minor >= 14 && {stackPointer: need('frameStackPointer')}),
    },
    generator:
      minor <= 10
        ? {kind: 'pointer', frame: need('generatorFrame')}
        : {kind: 'inside', frame: need('generatorInlineFrame'), state: need('generatorState')},
    code: {
      size: need('codeSize'),
      name: need('codeName'),
      filename: need('codeFilename'),
      firstLine: need('codeFirstLine'),
      lineTable: need('codeLineTable'),
      instructions: minor >= 11 ? need('codeInstructions') : 0,
      ...(bytecodes !== undefined && {bytecodes}),
      variables: variables(need, minor),
    },
    object: {type: need('objectType'), size: need('objectSize')},
    type: {
      name: need('typeName'),
      basicSize: need('typeBasicSize'),
      flags: need('typeFlags'),
      dictOffset: need('typeDictOffset'),
      dict: need('typeDict'),
      mro: need('typeMro'),
      cachedKeys: need('typeCachedKeys'),
    },
    instance: instance(minor, freeThreaded, need),
    dict: {keys: need('dictKeys'), values: need('dictValues'), valuesStart: minor >= 11 ? need('valuesStart') : 0},
    keys: {
      entryCount: need('keysEntryCount'),
      indices: need('keysIndices'),
      form:
        minor >= 11
          ? {kind: 'log2', indexBytes: need('keysIndexBytes'), entryKind: need('keysKind')}
          : {kind: 'size', size: need('keysSize')},
    },
    varSize: need('varSize'),
    tupleItems: need('tupleItems'),
    listItems: need('listItems'),
    bytesData: need('bytesData'),
    int: {digits: need('intDigits'), ...(minor >= 12 && {tag: need('intTag')})},
    str: {
      length: need('strLength'),
      state: need('strState'),
      asciiSize: need('strAsciiSize'),
      compactSize: need('strCompactSize'),
      // From 3.14 a free-threaded build keeps `interned` in a byte of its own (Include/cpython/unicodeobject.h).
      stateShift: freeThreaded && minor >= 14 ? 8 : 2,
    },
    cellValue: need('cellValue'),
    set: {used: need('setUsed'), mask: need('setMask'), table: need('setTable')},
  };
}

/** Larger than any field of a structure that is read; a program that tells more is not what it says. */
const largestOffset = 1 << 20;

/** Why what a program told of itself cannot be; undefined when it can. */
export function implausible(told: Offsets): string | undefined {
  for (const [name, offset] of told) {
    if (name !== 'version' && !(offset >= 0 && offset < largestOffset)) return `it places ${name} at ${offset}`;
  }

  const limits = [
    ['threadSize', ['threadNext', 'threadInterpreter', 'threadCurrentFrame', 'threadStackChunk', 'threadNativeId']],
    ['codeSize', ['codeName', 'codeFilename', 'codeLineTable', 'codeFirstLine', 'codeLocalNames']],
  ] as const;
  for (const [size, fields] of limits) {
    const end = told.get(size) ?? Infinity;
    const outside = fields.find((field) => (told.get(field) ?? 0) >= end);
    if (outside !== undefined) return `it places ${outside} outside its structure`;
  }

  return undefined;
}
