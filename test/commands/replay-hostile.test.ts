import fc from 'fast-check';
import {expect, test} from 'vitest';
import {happeningEvent, sampleEvent, streamLine} from '../../source/export/stream.js';
import {beginInspection, observe, snapshotOf} from '../../source/inspection.js';
import {plainPage} from '../../source/view/plain.js';
import {anyObservations} from '../recording/observed.js';

test('whatever figures a recording holds, the screen and the stream show something', () => {
  fc.assert(
    fc.property(anyObservations, (observations) => {
      let inspection = beginInspection('812');
      for (const observation of observations) {
        const {happenings, inspection: next} = observe(inspection, observation);
        inspection = next;
        const snapshot = snapshotOf(inspection);
        const page = plainPage(
          {snapshot, nowMs: observation.at.wallMs},
          {ascii: false, utc: false, localOffsetMinutes: 330},
        );
        const lines = [...happenings.map(happeningEvent), sampleEvent(snapshot, 0)].map(streamLine);

        expect(page).not.toMatch(/undefined|NaN|Infinity|\[object/);
        for (const line of lines) expect(line).toMatch(/^\{.+\}\n$/);
      }
    }),
    {numRuns: 300},
  );
});
