import type {Session} from '../session/session.js';
import {plainPage} from '../view/plain.js';
import type {Invocation} from './command.js';
import {throwIfRefused} from './attach.js';
import {screenOptions} from './screen-options.js';

/** Long enough after the attach for rates and CPU shares, which need two samples a second apart. */
const pictureAfterMs = 1200;

/** Samples for a moment and prints what the screen would show, as plain text without control codes. */
export async function printPicture(session: Session, {options, io, signal}: Invocation): Promise<void> {
  const enough = new AbortController();
  let attachedAtMs: number | undefined;
  session.onTick(({at}) => {
    attachedAtMs ??= session.attached ? at.monotonicMs : undefined;
    if (attachedAtMs !== undefined && at.monotonicMs - attachedAtMs >= pictureAfterMs) {
      enough.abort();
    }
  });
  const end = await session.run(AbortSignal.any([signal, enough.signal]));
  throwIfRefused(end);
  if (session.attached) {
    io.stdout.write(plainPage({snapshot: session.snapshot(), nowMs: Date.now()}, screenOptions(options)));
  }
}
