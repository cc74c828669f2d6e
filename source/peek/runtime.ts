/**
 * Recognises the CPython inside a process: where its runtime lies, which version it is and how that lays out its
 * structures. Workers are forked, so what is found in the master holds in all of them.
 *
 * Nothing is guessed: what is no CPython that is known here is refused by name.
 */
import type {Reading} from '../observation.js';
import {
  debugCookie,
  debugOffsets,
  debugOffsetsBytes,
  debugVersion,
  hasDebugOffsets,
  isFreeThreaded,
} from './debug-offsets.js';
import {readElf, type Elf} from './elf.js';
import type {Image, Images} from './images.js';
import {implausible, layoutOf, type Layout} from './layout.js';
import {isObjectAddress, type Memory} from './memory.js';
import {knownVersions} from './offset-table.js';
import {safely, walk} from './unreadable.js';
import {writablePieces} from './writable-pieces.js';

export type Runtime = {
  /** In words: "CPython 3.11.7". Releases up to 3.10 do not tell their last number. */
  readonly name: string;
  readonly layout: Layout;
  /** `PyInterpreterState` of the main interpreter. */
  readonly interpreter: number;
};

type Place = {readonly image: Image; readonly elf: Elf; readonly address: number};

const unsupported = (why: string): {readonly kind: 'unsupported'; readonly why: string} => ({kind: 'unsupported', why});

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A library before the program, for a program that only starts the library has nothing of its own. */
function candidates({all, program}: Images): readonly Image[] {
  const libraries = all.filter(({path}) => /^libpython\d[\w.]*\.so/.test(fileName(path)));
  return program === undefined ? libraries : [...libraries, program];
}

function placeBySymbol(memory: Memory, images: Images): Place | undefined {
  for (const image of candidates(images)) {
    const elf = walk(() => readElf(memory, image.base));
    const address = elf && walk(() => elf.symbol('_PyRuntime'));
    if (elf !== undefined && address !== undefined) return {image, elf, address};
  }

  return undefined;
}

/** The cookie of an interpreter whose symbols were stripped, in what the images may write to: from 3.13 on. */
function placeByCookie(memory: Memory, images: Images): Place | undefined {
  for (const image of candidates(images)) {
    const elf = walk(() => readElf(memory, image.base));
    if (elf === undefined) continue;

    for (const {address, bytes} of writablePieces(memory, image.base, debugOffsetsBytes)) {
      const at = cookieIn(bytes);
      if (at !== undefined) return {image, elf, address: address + at};
    }
  }

  return undefined;
}

function cookieIn(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(debugCookie); at !== -1; at = bytes.indexOf(debugCookie, at + 1)) {
    // The cookie is also a constant of debuggers that look for it; the version after it is not.
    if (at % 8 === 0 && at + 24 <= bytes.length && debugVersion(bytes.subarray(at)) >>> 24 === 3) return at;
  }

  return undefined;
}

/** What kind of Python it is that has no runtime we know, from the names of what is loaded. */
function nameOther({all, program}: Images): string {
  const names = all.map(({path}) => fileName(path));
  const programName = program === undefined ? 'the program' : fileName(program.path);
  const other = [...names, programName].find((name) => /pypy|graalpy|libjvm|pyston/i.test(name));
  if (other !== undefined) {
    return /pypy/i.test(other) ? 'PyPy' : /pyston/i.test(other) ? 'Pyston' : 'a Python on the Java virtual machine';
  }

  const old = versionInNames(all);
  return old === undefined ? `no CPython was found in ${programName}` : `Python ${old}`;
}

/** The minor version in the names of library, program or extension modules; undefined when they do not say. */
function versionInNames(all: readonly Image[], first?: Image): string | undefined {
  for (const path of [...(first ? [fileName(first.path)] : []), ...all.map((image) => image.path)]) {
    const named = /python(\d)\.(\d{1,2})(?!\d)/.exec(path) ?? /\.cpython-(\d)(\d{1,2})[a-z]*-/.exec(path);
    if (named !== null) return `${named[1]}.${named[2]}`;
  }

  return undefined;
}

const levels: Readonly<Record<number, string>> = {0xa: 'a', 0xb: 'b', 0xc: 'rc'};

/** "3.14" and "3.14.0rc2" of a PY_VERSION_HEX. */
function versionOfHex(hex: number): {readonly minor: string; readonly full: string} {
  const minor = `${hex >>> 24}.${(hex >>> 16) & 255}`;
  const level = levels[(hex >>> 4) & 15];
  return {minor, full: `${minor}.${(hex >>> 8) & 255}${level === undefined ? '' : `${level}${hex & 15}`}`};
}

const tooOldOrNew = `only CPython ${knownVersions.first} to ${knownVersions.last} can be read`;

/** Finds and recognises the runtime. `images` are those of the process the memory belongs to. */
export function findRuntime(memory: Memory, images: Images): Reading<Runtime> {
  return safely(() => {
    const place = placeBySymbol(memory, images) ?? placeByCookie(memory, images);
    return place === undefined ? unsupported(`${nameOther(images)}: ${tooOldOrNew}`) : recognise(memory, images, place);
  });
}

function recognise(memory: Memory, images: Images, {image, elf, address}: Place): Reading<Runtime> {
  const head = memory.read(address, debugOffsetsBytes);
  const tells = hasDebugOffsets(head);
  const exported = elf.symbol('Py_Version');
  const hex = exported === undefined ? undefined : memory.read(exported, 4).readUInt32LE(0);
  if (tells && hex !== undefined && debugVersion(head) !== hex) {
    return {kind: 'failed', why: 'the interpreter tells two different versions of itself'};
  }

  const known = tells ? debugVersion(head) : hex;
  const named = known === undefined ? undefined : versionOfHex(known);
  const minor = named?.minor ?? versionInNames(images.all, image);
  if (minor === undefined) return unsupported('a Python whose version could not be told');

  const name = `CPython ${named?.full ?? minor}`;
  // Object.h exports this function in builds that count references for debugging, and in no other.
  if (elf.symbol('_Py_NegativeRefcount') !== undefined) {
    return unsupported(`${name} is a debug build, whose structures differ`);
  }

  const version = tells && isFreeThreaded(head) ? `${minor}t` : minor;
  const told = tells ? debugOffsets(head, minor) : undefined;
  const layout = layoutOf(version, told);
  const isNew = Number(minor.split('.')[1]) >= 13;
  if (layout === undefined || (isNew && told === undefined)) return unsupported(`${name}: ${tooOldOrNew}`);

  const oddity = told && implausible(told);
  if (oddity !== undefined) return unsupported(`${name} describes itself in a way that cannot be: ${oddity}`);

  const interpreter = memory.pointer(address + layout.runtimeInterpreters);
  return isObjectAddress(interpreter)
    ? {kind: 'ok', value: {name: version.endsWith('t') ? `${name} (free-threaded)` : name, layout, interpreter}}
    : {kind: 'failed', why: `${name} has no interpreter yet, or no more`};
}
