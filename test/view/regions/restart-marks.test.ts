import {expect, test} from 'vitest';
import {marksText, restartMarks} from '../../../source/view/regions/restart-marks.js';
import {timeAxis} from '../../../source/view/time-axis.js';
import {nowMs} from '../../helpers/snapshots/parts.js';
import {recycled, timedOut} from '../../helpers/snapshots/restarts.js';

const axis = timeAxis(nowMs, 10, 600);

function marked(restarts: Parameters<typeof restartMarks>[0]): string {
  return restartMarks(restarts, axis)
    .map(({text}) => text)
    .join('');
}

test('restarts stand on ten minutes by the letter of their cause, the newest at the right', () => {
  const restarts = [
    {...timedOut(7, '14:03:21', 10, 2), cause: 'out-of-memory' as const},
    timedOut(1, '14:02:20', 10, 2),
    recycled(5, '14:01:00'),
    timedOut(4, '13:53:59', 10, 5),
  ];

  expect(marked(restarts)).toBe('·······rTM');
  expect(marksText(restarts, axis)).toBe('M memory ×1, T timeout ×1, r expected ×1');
});

test('within one column a fault stays before what was wanted, and the newest fault before older ones', () => {
  const crash = {...timedOut(1, '14:03:05', 10, 2), cause: 'crash' as const};

  expect(marked([recycled(2, '14:03:10'), crash, timedOut(3, '14:03:01', 10, 4), recycled(5, '14:03:00')])).toBe(
    '·········C',
  );
});

test('an end of unknown kind, and one whose origin is not known, are told apart from faults', () => {
  const {expected: _, ...unclear} = timedOut(3, '13:59:00', 10, 4);

  expect(marked([{...unclear, cause: 'clean-exit'}])).toBe('·····?····');
  expect(marked([{...unclear, cause: 'shutdown'}])).toBe('·····P····');
});
