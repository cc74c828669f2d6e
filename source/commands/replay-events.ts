import {once} from 'node:events';
import {sampleEvent, streamLine} from '../export/stream.js';
import {beginInspection, observe, snapshotOf} from '../inspection.js';
import type {Moment} from '../observation.js';
import type {RecordedItem} from '../recording/line-reader.js';
import {systemClock} from '../session/clock.js';
import {paced} from '../session/paced.js';
import type {Invocation} from './command.js';
import {jsonFormat, type EventFormat} from './event-format.js';

/**
 * Writes the events of a recording as `watch --json` wrote them when it was made, or in another format. However slowly
 * they are read, none is left out; `why` is asked at the end why there are no more.
 */
export async function replayEvents(
  items: AsyncIterable<RecordedItem>,
  why: () => string,
  {options, io, signal}: Invocation,
  formatOf: (now: () => number) => EventFormat = jsonFormat,
): Promise<void> {
  const format = formatOf(() => newest?.wallMs ?? 0);
  let inspection = beginInspection('');
  let newest: Moment | undefined;
  const write = async (text: string) => {
    if (io.stdout.writable && !io.stdout.write(text)) {
      // Rejects when the run ends meanwhile, as it does when the reader goes away.
      await once(io.stdout, 'drain', {signal}).catch(() => undefined);
    }
  };
  for await (const item of paced(items, options.speed ?? 'max', systemClock, signal)) {
    if (item.kind === 'header' && !item.goesOn) {
      inspection = beginInspection(item.header.target);
    }
    if (item.kind === 'observation') {
      const {observation} = item;
      const {happenings, inspection: next} = observe(inspection, observation);
      inspection = next;
      newest = observation.at;
      const lines = happenings.map((happening) => format.happening(happening));
      if (options.samples && observation.kind === 'sample') {
        lines.push(streamLine(sampleEvent(snapshotOf(inspection), observation.lateMs)));
      }
      for (const line of lines) {
        await write(line);
      }
    }
  }
  if (newest) {
    await write(format.detached(newest.wallMs, why()));
  }
}
