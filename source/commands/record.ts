/**
 * Records what a session observes, as `--record` asks for it: into a file of ours, or onto standard output.
 *
 * A recording that cannot be begun is an error; one that fails later is not, and the session goes on.
 */
import {lstat, rename} from 'node:fs/promises';
import {Recorder} from '../recording/recorder.js';
import {openRecordingFile, streamSink, type RecordingSink} from '../recording/recording-sink.js';
import {troubleWith} from '../recording/trouble.js';
import type {Session} from '../session/session.js';
import {CommandError} from './command-error.js';
import type {Invocation} from './command.js';
import {version} from './version.js';

/** Some days of eight busy workers, when it is compressed. */
const defaultLimitBytes = 100e6;

/** A disk that hangs does not keep the program. */
const closePatienceMs = 3000;

/** A recording is never written over. */
const otherName = 'name a file that is not there yet';

export type Recording = {
  /** Resolves when it is written to its end, or cannot be. */
  readonly close: () => Promise<void>;
};

/** Whether standard output is the recording's. */
export function recordsToOutput({options}: Invocation): boolean {
  return options.record === '-';
}

/**
 * Begins to record, before the session runs. `tell` is called at most once: a sentence that says why nothing is recorded
 * any more. Undefined when no recording was asked for; throws a `CommandError` when it cannot be begun.
 */
export async function startRecording(
  session: Pick<Session, 'onTick'>,
  target: string,
  {options, io}: Invocation,
  tell: (sentence: string) => void,
): Promise<Recording | undefined> {
  const path = options.record;
  if (path === undefined) {
    return undefined;
  }
  const where = path === '-' ? 'standard output' : path;
  const onTrouble = (why: string) => tell(`recording into ${where} has ended: ${why}`);
  const header = {version, startedAt: new Date().toISOString(), target};
  const recorder =
    path === '-'
      ? new Recorder(streamSink(io.stdout), {header, onTrouble})
      : await recordIntoFile(path, options.recordLimitBytes ?? defaultLimitBytes, {header, onTrouble});
  const stop = session.onTick(({observations, at}) => recorder.take(observations, at));
  return {
    close: async () => {
      stop();
      await Promise.race([recorder.close(), new Promise((resolve) => setTimeout(resolve, closePatienceMs).unref())]);
    },
  };
}

async function recordIntoFile(
  path: string,
  limitBytes: number,
  about: Pick<ConstructorParameters<typeof Recorder>[1], 'header' | 'onTrouble'>,
): Promise<Recorder> {
  const previous = `${path}.1`;
  if (await lstat(previous).catch(() => undefined)) {
    throw new CommandError(`cannot record into ${path}: ${previous} exists already`, otherName);
  }
  // Without a listener, a file that grew to the limit of ulimit(1) would end us instead of giving EFBIG.
  process.on('SIGXFSZ', () => undefined);
  const open = async (): Promise<RecordingSink> => openRecordingFile(path, (error) => recorder.failed(error));
  const first = await open().catch((error: unknown) => {
    const {code} = error as NodeJS.ErrnoException;
    const why = troubleWith(error as NodeJS.ErrnoException);
    throw new CommandError(`cannot record into ${path}: ${why}`, code === 'EEXIST' ? otherName : undefined);
  });
  const recorder: Recorder = new Recorder(first, {
    ...about,
    rotation: {
      // Two of them are kept.
      segmentBytes: limitBytes / 2,
      next: async () => {
        await rename(path, previous);
        return open();
      },
    },
  });
  return recorder;
}
