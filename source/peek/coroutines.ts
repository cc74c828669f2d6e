/** The frame of a coroutine that waits: it is on no thread's stack, but the coroutine leads to it. */
import type {CodeReader} from './code.js';
import {coroutineState} from './coroutine-state.js';
import {untagged} from './frame-chain.js';
import type {Heap} from './heap.js';
import {isObjectAddress, u64} from './memory.js';
import type {StableFrame} from './thread-stack.js';

/** The frame of a coroutine or generator; undefined when the object is none or has ended. Throws `Unreadable`. */
export function coroutineFrame(heap: Heap, codes: CodeReader, object: number): StableFrame | undefined {
  const {generator, frame, taggedSlots} = heap.layout;
  if (!['coroutine', 'generator', 'async_generator'].includes(heap.typeOf(object).name)) return undefined;

  const inside = object + generator.frame;
  const address = generator.kind === 'inside' ? inside : heap.memory.pointer(inside);
  if (!isObjectAddress(address) || coroutineState(heap, object, address) === 'ended') return undefined;

  const bytes = heap.object(address, frame.locals);
  const code = untagged(u64(bytes, frame.code), taggedSlots);
  if (!isObjectAddress(code)) return undefined;

  const {position} = frame;
  return {
    address,
    code,
    instruction:
      position.kind === 'address' ? u64(bytes, position.at) : bytes.readInt32LE(position.at) * position.scale,
    bytecode: position.kind === 'address' && position.bytecode !== undefined ? bytes.readInt32LE(position.bytecode) : 0,
    runs: codes.at(code),
  };
}
