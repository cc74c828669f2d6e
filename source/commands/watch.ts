import {detachedLine, happeningLines, logTime, type ZoneOffset} from '../export/text.js';
import {detachedEvent, happeningEvent, sampleEvent, streamLine} from '../export/stream.js';
import type {Happening} from '../inspection.js';
import {Session, type Tick} from '../session/session.js';
import type {Missed} from '../snapshot.js';
import {refusalToAttach, severalMasters, takeAim, throwIfRefused, type Aim} from './attach.js';
import {CommandError, type ExitCode} from './command-error.js';
import type {Invocation} from './command.js';
import {reasonOf} from './ending.js';
import {createLineWriter, type LineWriter} from './line-writer.js';
import type {Options} from './options.js';
import {watchPipeReaders} from './pipe-readers.js';
import {zoneOffset} from './zone.js';

/** How events become text: for programs or for people. */
type Format = {
  readonly happening: (happening: Happening) => string;
  readonly detached: (atMs: number, why: string) => string;
  readonly missed: (missed: Omit<Missed, 'atMs'>) => string;
};

function formatOf({json, utc}: Options, now: () => number): Format {
  if (json) {
    return {
      happening: (happening) => streamLine(happeningEvent(happening)),
      detached: (atMs, why) => streamLine(detachedEvent(atMs, why)),
      missed: (missed) => streamLine(happeningEvent({kind: 'missed', missed: {...missed, atMs: now()}})),
    };
  }
  const offset: ZoneOffset = zoneOffset(utc);
  return {
    happening: (happening) => `${happeningLines(happening, offset).join('\n')}\n`,
    detached: (atMs, why) => `${detachedLine(atMs, why, offset)}\n`,
    missed: ({count, why}) => `${logTime(now(), offset)} ${count} events were not written: ${why}\n`,
  };
}

const pipeCheckMs = 1000;

function onEveryTick(
  session: Session,
  writer: LineWriter,
  format: Format,
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

/** `gunspect watch`: writes every event as a line until it is told to end, and says then why it ended. */
export async function watch(invocation: Invocation): Promise<ExitCode> {
  const {options, io} = invocation;
  const aim = await takeAim(invocation, async (masters) => {
    throw severalMasters(masters);
  });
  if (!aim) {
    return 0;
  }
  announce(aim, invocation);
  const session = new Session({
    ...aim,
    intervalMs: options.intervalMs,
    untilExit: options.untilExit,
    mayAttach: refusalToAttach(options.force),
  });
  const format = formatOf(options, Date.now);
  const writer = createLineWriter(io.stdout, format.missed);
  const own = new AbortController();
  const signal = signalWith(invocation.signal, options.forMs, own.signal);
  onEveryTick(session, writer, format, options.samples, (why) => own.abort(why));
  const end = await session.run(signal);
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
