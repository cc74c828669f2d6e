/** What a Python stack that was read from memory says in a line: innermost frame first, unlike a traceback's. */
import type {StackFrame} from '../observation.js';
import {isApplicationFrame, shortFrame} from './traceback.js';

/** The innermost frame outside the standard library, installed packages and gunicorn; undefined where there is none. */
export function applicationFrameOf(stack: readonly StackFrame[]): StackFrame | undefined {
  return stack.find((frame) => isApplicationFrame(frame));
}

/**
 * The frames of the application, innermost first, at most `most`: what is below them waits for the same thing, and what
 * lies between belongs to libraries. All frames where none is the application's.
 */
export function applicationStack(stack: readonly StackFrame[], most: number): readonly string[] {
  const own = stack.filter((frame) => isApplicationFrame(frame));
  return (own.length > 0 ? own : stack).slice(0, most).map(shortFrame);
}
