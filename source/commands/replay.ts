/**
 * `gunspect replay FILE|-`: the live screen over a recording; without a terminal the page it ends with, or with `--json`
 * its events.
 *
 * The first line is waited for before anything else is done: what is no recording is refused at once, and `ssh` may ask
 * for a password before a screen takes the terminal. What comes before an error is shown, then the error is told.
 */
import {basename} from 'node:path';
import type {RecordedItem} from '../recording/line-reader.js';
import type {RecordingInput} from '../recording/recording-input.js';
import {ReplaySession} from '../session/replay-session.js';
import {plainPage} from '../view/plain.js';
import {CommandError, type ExitCode} from './command-error.js';
import type {Invocation} from './command.js';
import {openRecording, untilFailure, type Outcome} from './open-recording.js';
import {replayEvents} from './replay-events.js';
import {openKeys} from './replay-keys.js';
import {screenOptions} from './screen-options.js';

async function* following(
  first: RecordedItem,
  rest: AsyncIterator<RecordedItem, unknown>,
): AsyncGenerator<RecordedItem> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    yield next.value;
  }
}

/** The line above the screen: at the end, that and why it ends comes first, for a narrow terminal cuts the rest off. */
function noticeOf(name: string, {hasEnded, failure}: Outcome, {options}: Invocation): string {
  const {speed = 1} = options;
  const fast = speed === 1 ? '' : speed === 'max' ? ', as fast as it can be read' : `, ${speed} times as fast`;
  const end = hasEnded ? `${failure ?? 'the recording ends here'} · ` : '';
  return `${end}replay of ${basename(name)}${fast}`;
}

async function show(
  items: AsyncIterable<RecordedItem>,
  {name, stop, outcome}: {readonly name: string; readonly stop: () => void; readonly outcome: Outcome},
  invocation: Invocation,
): Promise<void> {
  const {options, io, signal} = invocation;
  const keys = openKeys(io);
  const speed = options.speed ?? (keys ? 1 : 'max');
  const session = new ReplaySession({items, stop, speed, stays: keys !== undefined});
  if (!keys) {
    await session.run(signal);
    const snapshot = session.snapshot();
    io.stdout.write(plainPage({snapshot, nowMs: snapshot.at.wallMs}, screenOptions(options)));
    return;
  }
  const {showScreen} = await import('./show-screen.js');
  await showScreen(session, {...invocation, io: {...io, stdin: keys}}, () => noticeOf(name, outcome, invocation));
}

/** Exits with 2 when the recording could not be read to its end. */
export async function replay(invocation: Invocation): Promise<ExitCode> {
  const {target} = invocation;
  return replayOf(openRecording('replay', invocation), target === '-' ? 'standard input' : (target ?? ''), invocation);
}

/** The same for a recording that is not named on the command line; `name` is how the screen and an error name it. */
export async function replayOf({items, stop}: RecordingInput, name: string, invocation: Invocation): Promise<ExitCode> {
  const {options, signal} = invocation;
  signal.addEventListener('abort', stop, {once: true});
  const outcome: Outcome = {hasEnded: false};
  const reading = untilFailure(items, outcome);
  const first = await reading.next();
  if (first.done !== true) {
    const all = following(first.value, reading);
    if (options.json) {
      await replayEvents(all, () => outcome.failure ?? 'the recording ends here', invocation);
    } else {
      await show(all, {name, stop, outcome}, invocation);
    }
  }
  if (outcome.failure !== undefined) {
    throw new CommandError(`${name}: ${outcome.failure}`);
  }
  return 0;
}
