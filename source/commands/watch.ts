import {sampleEvent, streamLine} from '../export/stream.js';
import {Session, type SessionEnd, type Tick} from '../session/session.js';
import {refusalToAttach, severalMasters, takeAim, throwIfRefused, type Aim} from './attach.js';
import {CommandError, type ExitCode} from './command-error.js';
import type {Invocation, Io} from './command.js';
import {reasonOf} from './ending.js';
import {jsonFormat, textFormat, type EventFormat} from './event-format.js';
import {createLineWriter, type LineWriter} from './line-writer.js';
import {recordsToOutput, startRecording, type Recording} from './record.js';
import type {Options} from './options.js';
import {watchPipeReaders} from './pipe-readers.js';
import {unblock} from './unblock.js';
import {zoneOffset} from './zone.js';

/** The recording is all that may be written. */
const silentFormat: EventFormat = {happening: () => '', detached: () => '', missed: () => ''};

function formatOf({json, utc, record}: Options, {stdout}: Io): EventFormat {
  if (record === '-') {
    return silentFormat;
  }
  return json ? jsonFormat(Date.now) : textFormat(zoneOffset(utc), Date.now, stdout.isTTY ? stdout.columns : undefined);
}

const pipeCheckMs = 1000;

function onEveryTick(
  session: Session,
  writer: LineWriter,
  format: EventFormat,
  samples: boolean,
  end: (why: string) => void,
) {
  const isReaderGone = watchPipeReaders(1);
  let checkedAtMs = Number.NEGATIVE_INFINITY;
  session.onTick(({happenings, at, lateMs}: Tick) => {
    for (const happening of happenings) {
      writer.event(format.happening(happening));
    }
    if (samples && session.attached) {
      writer.sample(() => streamLine(sampleEvent(session.snapshot(), lateMs)));
    }
    if (isReaderGone && at.monotonicMs - checkedAtMs >= pipeCheckMs) {
      checkedAtMs = at.monotonicMs;
      if (isReaderGone()) {
        end('standard output was closed');
      }
    }
  });
}

function signalWith(signal: AbortSignal, forMs: number | undefined, own: AbortSignal): AbortSignal {
  const elapsed = new AbortController();
  if (forMs !== undefined) {
    setTimeout(() => elapsed.abort('--for elapsed'), forMs).unref();
  }
  return AbortSignal.any([signal, own, elapsed.signal]);
}

function announce({target, master}: Aim, {io}: Invocation): void {
  if (!master) {
    io.stderr.write(`gunspect: waiting for ${target.text}\n`);
  }
}

async function runRecorded(
  session: Session,
  signal: AbortSignal,
  recording: Recording | undefined,
): Promise<SessionEnd> {
  try {
    return await session.run(signal);
  } finally {
    await recording?.close();
  }
}

/** `gunspect watch`: writes every event as a line until it is told to end, and says then why it ended. */
export async function watch(invocation: Invocation): Promise<ExitCode> {
  const {options, io} = invocation;
  const aim = await takeAim(
    invocation,
    async (masters) => {
      throw severalMasters(masters);
    },
    options.history,
  );
  if (!aim) {
    return 0;
  }
  if (!recordsToOutput(invocation)) {
    announce(aim, invocation);
  }
  const session = new Session({
    ...aim,
    intervalMs: options.intervalMs,
    untilExit: options.untilExit,
    mayAttach: refusalToAttach(options.force),
  });
  const format = formatOf(options, io);
  unblock(io.stdout);
  const writer = createLineWriter(io.stdout, format.missed);
  const own = new AbortController();
  const signal = signalWith(invocation.signal, options.forMs, own.signal);
  onEveryTick(session, writer, format, options.samples, (why) => own.abort(why));
  const recording = await startRecording(session, aim.target.text, invocation, (sentence) => {
    io.stderr.write(`gunspect: ${sentence}\n`);
  });
  const end = await runRecorded(session, signal, recording);
  throwIfRefused(end);
  const why = end.kind === 'master-ended' ? 'the master ended' : reasonOf(signal);
  if (session.attached) {
    writer.event(format.detached(Date.now(), why));
  } else if (options.forMs !== undefined && !invocation.signal.aborted) {
    throw new CommandError(`${aim.target.text} did not appear before --for elapsed`);
  }
  await writer.flushed();
  return 0;
}
