/**
 * The one native library we use, for the system calls that Node does not offer. Without it everything else works.
 *
 * Functions are those of the C library that this process runs on already, so that musl and glibc both serve.
 */
import {createRequire} from 'node:module';
import type {Reading} from '../observation.js';

export type NativeFunction = ((...parameters: readonly unknown[]) => unknown) & {
  /** Runs it on another thread; the callback is called on this one. */
  readonly async: (...parameters: readonly unknown[]) => void;
};

export type NativeLibrary = {
  /** A function by its C declaration. */
  readonly func: (declaration: string) => NativeFunction;
  /** The error number of the last call. */
  readonly errno: () => number;
};

type Koffi = typeof import('koffi');

/** Loads it once it is needed. */
export function loadNativeLibrary(): Reading<NativeLibrary> {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as Koffi;
    // A null name means the symbols of this process itself.
    const libc = koffi.load(null);
    return {
      kind: 'ok',
      value: {
        func: (declaration) => libc.func(declaration),
        errno: () => koffi.errno(),
      },
    };
  } catch {
    return {
      kind: 'unsupported',
      why: 'the native library koffi is not installed beside gunspect; npm install koffi brings it',
    };
  }
}
