/** Opens the recording that a command was given, and reads it as far as it can be read. */
import type {RecordedItem} from '../recording/line-reader.js';
import {RecordingError} from '../recording/read-recording.js';
import {recordingFrom, recordingIn, type RecordingInput} from '../recording/recording-input.js';
import {troubleWith} from '../recording/trouble.js';
import {CommandError} from './command-error.js';
import type {Invocation} from './command.js';

/** What is known of the end of a recording. `failure` is a sentence about it. */
export type Outcome = {hasEnded: boolean; failure?: string};

/** Throws a `CommandError` where there is none; `command` is who needs it. */
export function openRecording(command: string, {target, io}: Invocation): RecordingInput {
  if (target === undefined) {
    throw new CommandError(`${command} needs a recording`, 'name its file, or - for standard input');
  }
  if (target !== '-') {
    return recordingIn(target);
  }
  if (io.stdin.isTTY) {
    throw new CommandError('standard input is a terminal', 'pipe a recording into it, or name its file');
  }
  return recordingFrom(io.stdin);
}

function failureOf(error: unknown): string {
  if (error instanceof RecordingError) {
    return error.message;
  }
  if (error instanceof Error && 'syscall' in error) {
    return troubleWith(error as NodeJS.ErrnoException);
  }
  throw error;
}

/** The items up to the end or to what is wrong with them, which `outcome` then tells. */
export async function* untilFailure(
  items: AsyncIterable<RecordedItem>,
  outcome: Outcome,
): AsyncGenerator<RecordedItem> {
  try {
    yield* items;
  } catch (error) {
    outcome.failure = failureOf(error);
  }
  outcome.hasEnded = true;
}
