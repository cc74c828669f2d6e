import type {RecordingHeader} from '../../source/recording/header.js';
import type {RecordedItem} from '../../source/recording/line-reader.js';
import {createRecordingLines} from '../../source/recording/recording-lines.js';
import {readRecording} from '../../source/recording/read-recording.js';
import type {Observation} from '../../source/observation.js';

export const header: RecordingHeader = {
  'gunspect-recording': 1,
  version: '0.1.0',
  startedAt: '2026-11-22T14:03:10.000Z',
  target: '812',
  segment: 1,
};

/** The text of a recording of one segment. */
export function recordingOf(observations: readonly Observation[]): string {
  const lines = createRecordingLines();
  return lines.opening(header, []) + observations.map((observation) => lines.line(observation)).join('');
}

/** Everything that could be read, and the message of what ended it too early. */
export async function read(
  ...chunks: ReadonlyArray<string | Uint8Array>
): Promise<{items: RecordedItem[]; observations: Observation[]; error?: string}> {
  const items: RecordedItem[] = [];
  const result = (error?: string) => ({
    items,
    observations: items.flatMap((item) => (item.kind === 'observation' ? [item.observation] : [])),
    ...(error !== undefined && {error}),
  });
  try {
    for await (const item of readRecording(arriving(chunks))) {
      items.push(item);
    }
    return result();
  } catch (error) {
    return result(error instanceof Error ? error.message : String(error));
  }
}

async function* arriving(chunks: ReadonlyArray<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }
}
