import {expect, test} from 'vitest';
import {applicationFrameOf, applicationStack} from '../../source/gunicorn/python-stack.js';
import {shortFrame} from '../../source/gunicorn/traceback.js';
import {stackInCheckout} from '../helpers/observations.js';

test('the innermost frame outside of libraries and gunicorn is the one that matters', () => {
  const frame = applicationFrameOf(stackInCheckout);

  expect(frame && shortFrame(frame)).toBe('views.py:88 charge_card');
});

test('a stack without a frame of the application has none that matters, and is shown as it is', () => {
  const stack = [
    {function: 'select', file: '/usr/lib/python3.11/selectors.py', line: 468},
    {function: 'run', file: '/srv/venv/lib/python3.11/site-packages/gunicorn/workers/sync.py', line: 124},
  ];

  expect(applicationFrameOf(stack)).toBeUndefined();
  expect(applicationStack(stack, 8)).toEqual(['selectors.py:468 select', 'sync.py:124 run']);
});

test('only the frames of the application are kept where there are some', () => {
  expect(applicationStack(stackInCheckout, 8)).toEqual(['views.py:88 charge_card', 'views.py:41 checkout']);
});

test('a frame whose line is not known is named without one', () => {
  expect(shortFrame({function: 'pay', file: 'shop/views.py'})).toBe('views.py pay');
});
