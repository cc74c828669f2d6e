/** `gunspect report FILE|-`: the incident of a recording as Markdown on standard output, as it stood at its end. */
import {incidentReport} from '../report/incident-report.js';
import {ReplaySession} from '../session/replay-session.js';
import {CommandError, type ExitCode} from './command-error.js';
import type {Invocation} from './command.js';
import {openRecording, untilFailure, type Outcome} from './open-recording.js';
import {screenOptions} from './screen-options.js';
import {version} from './version.js';

/** Exits with 2 when the recording could not be read to its end; what was read is reported all the same. */
export async function report(invocation: Invocation): Promise<ExitCode> {
  const {target = '', options, io, signal} = invocation;
  const {items, stop} = openRecording('report', invocation);
  const outcome: Outcome = {hasEnded: false};
  const session = new ReplaySession({items: untilFailure(items, outcome), stop, speed: 'max', stays: false});
  await session.run(signal);
  if (session.attached) {
    const {utc, localOffsetMinutes} = screenOptions(options);
    io.stdout.write(incidentReport(session.snapshot(), {offsetMinutes: utc ? 0 : localOffsetMinutes, version}));
  }
  if (outcome.failure !== undefined) {
    throw new CommandError(`${target === '-' ? 'standard input' : target}: ${outcome.failure}`);
  }
  return 0;
}
