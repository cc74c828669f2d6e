/**
 * What the demo shows where no gunicorn can be had: one that was recorded, and that it is one. Nothing of it happens
 * here, and nothing is judged.
 */
import {Readable} from 'node:stream';
import {recordedDemo} from '../demo/recorded-demo.js';
import {recordingFrom} from '../recording/recording-input.js';
import type {ExitCode} from './command-error.js';
import type {Invocation} from './command.js';
import {textFormat} from './event-format.js';
import {isScreen} from './live.js';
import {replayEvents} from './replay-events.js';
import {replayOf} from './replay.js';
import {zoneOffset} from './zone.js';

/** On a terminal the screen at recorded speed; without one, a line of text for every event. */
export async function playRecordedDemo(invocation: Invocation, why: string): Promise<ExitCode> {
  const {options, io, signal} = invocation;
  io.stderr.write(`gunspect: ${why}; what follows is a demo that was recorded\n`);
  const input = recordingFrom(Readable.from([recordedDemo()], {objectMode: false}));
  if (isScreen(io)) {
    return replayOf(input, 'a recorded demo, for there is no gunicorn here', invocation);
  }
  signal.addEventListener('abort', input.stop, {once: true});
  await replayEvents(
    input.items,
    () => 'the recording ends here',
    {...invocation, options: {...options, speed: 'max'}},
    (now) => textFormat(zoneOffset(options.utc), now),
  );
  return 0;
}
