/** Whether a coroutine or generator runs, waits for another one or has ended, wherever a version keeps that. */
import type {Heap} from './heap.js';

export type CoroutineState = 'runs' | 'waits' | 'ended' | 'elsewhere';

/** Before there was a state, a coroutine had a flag that says whether it runs, right behind the pointer to its frame. */
const newestWithFlag = 9;
/** The state of a frame object in 3.10: FRAME_SUSPENDED, FRAME_EXECUTING (Include/cpython/frameobject.h). */
const frameStateAt = 108;
const statesOfFrameObject = {waits: -1, runs: 0, ended: 1};
/** FRAME_SUSPENDED_YIELD_FROM, FRAME_EXECUTING, and the first one of those that end (Include/internal/pycore_frame.h). */
const states = {waits: -1, runs: 0, ended: 1};
/** From this version on they are numbered anew. */
const firstRenumbered = 15;
const renumbered = {waits: 2, runs: 4, ended: 5};

/** What a coroutine does; `frame` is the address of its frame. Throws `Unreadable`. */
export function coroutineState({layout, memory, object}: Heap, coroutine: number, frame: number): CoroutineState {
  const {generator, minor} = layout;
  if (minor <= newestWithFlag) return object(coroutine + generator.frame + 8, 8).readInt8(0) !== 0 ? 'runs' : 'waits';

  const [state, known] =
    generator.state === undefined
      ? [object(frame + frameStateAt - 4, 8).readInt8(4), statesOfFrameObject]
      : [memory.read(coroutine + generator.state, 1).readInt8(0), minor >= firstRenumbered ? renumbered : states];
  if (state >= known.ended) return 'ended';
  return state === known.waits ? 'waits' : state === known.runs ? 'runs' : 'elsewhere';
}
