/**
 * `_Py_DebugOffsets`: what an interpreter from 3.13 on tells about its own structures, at the start of `_PyRuntime`.
 *
 * After the cookie "xdebugpy" it is a row of 64-bit numbers whose order each minor version fixes
 * (Include/internal/pycore_debug_offsets.h). What it tells goes before our own table. An order that is not known here
 * is not guessed.
 */
import {u64} from './memory.js';
import type {Offsets} from './offset-table.js';

export const debugCookie = 'xdebugpy';

/** Fields by version; "-" is one that is of no use here, "-3" three of them. */
const orders: Readonly<Record<string, string>> = {
  '3.13': `version freeThreaded -2 runtimeInterpreters -3 interpreterThreads - interpreterModules -7 threadSize -
    threadNext threadInterpreter threadCurrentFrame threadIdent threadNativeId threadStackChunk -2
    framePrevious frameCode frameInstruction frameLocals frameOwner codeSize codeFilename codeName -
    codeLineTable codeFirstLine - codeLocalNames codeLocalKinds codeInstructions objectSize objectType -
    typeName - typeFlags - tupleItems varSize - listItems -2 dictKeys dictValues -3 intTag intDigits -2
    bytesData - strState strLength strAsciiSize`,
  '3.14': `version freeThreaded -2 runtimeInterpreters interpreterSize -2 interpreterThreads -2 interpreterModules -9 threadSize -
    threadNext threadInterpreter threadCurrentFrame threadIdent threadNativeId threadStackChunk -2
    framePrevious frameCode frameInstruction frameLocals frameOwner frameStackPointer frameBytecodeIndex
    codeSize codeFilename codeName - codeLineTable codeFirstLine - codeLocalNames codeLocalKinds
    codeInstructions codeBytecodes objectSize objectType - typeName - typeFlags - tupleItems varSize -
    listItems -2 setUsed setTable setMask - dictKeys dictValues -3 intTag intDigits -2 bytesData - strState
    strLength strAsciiSize -4 generatorInlineFrame generatorState`,
  '3.15': `version freeThreaded -2 runtimeInterpreters interpreterSize -2 interpreterThreads -2 interpreterModules -9 threadSize -
    threadNext threadInterpreter threadCurrentFrame -3 threadIdent threadNativeId threadStackChunk -7
    framePrevious frameCode frameInstruction frameLocals frameOwner frameStackPointer frameBytecodeIndex
    codeSize codeFilename codeName - codeLineTable codeFirstLine - codeLocalNames codeLocalKinds
    codeInstructions codeBytecodes objectSize objectType - typeName - typeFlags typeBasicSize typeDictOffset -
    typeCachedKeys - tupleItems varSize - listItems -2 setUsed setTable setMask - dictKeys dictValues -3 intTag
    intDigits -2 bytesData - strState strLength strAsciiSize strCompactSize -7 generatorInlineFrame
    generatorState`,
};

/** The longest of the orders, in bytes, with the cookie. */
export const debugOffsetsBytes = 8 * 140;

function namesOf(order: string): readonly string[] {
  return order.split(/\s+/).flatMap((word) => {
    const skipped = /^-(\d*)$/.exec(word);
    return skipped === null ? [word] : Array.from({length: Number(skipped[1] || 1)}, () => '-');
  });
}

/** Whether these bytes of `_PyRuntime` begin with the cookie. */
export function hasDebugOffsets(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, debugCookie.length) === debugCookie;
}

/** The version in the form of `PY_VERSION_HEX`, which every order has first. */
export function debugVersion(bytes: Buffer): number {
  return u64(bytes, 8);
}

export function isFreeThreaded(bytes: Buffer): boolean {
  return u64(bytes, 16) === 1;
}

/** The offsets an interpreter of that minor version ("3.14") tells; undefined when its order is not known. */
export function debugOffsets(bytes: Buffer, version: string): Offsets | undefined {
  const order = orders[version];
  if (order === undefined) return undefined;

  const offsets = new Map<string, number>();
  namesOf(order).forEach((name, index) => {
    if (name !== '-') offsets.set(name, u64(bytes, 8 + index * 8));
  });
  return offsets;
}
