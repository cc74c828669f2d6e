import {expect, test} from 'vitest';
import {plainPage} from '../../source/view/plain.js';
import {hostile, manyWorkers} from '../helpers/snapshots/extremes.js';
import {unreadable, waitingForMaster} from '../helpers/snapshots/little-known.js';
import {frameOf} from '../helpers/snapshots/parts.js';
import {timeoutStorm} from '../helpers/snapshots/timeout-storm.js';

const options = {ascii: false, utc: true, localOffsetMinutes: 0};

test('the plain page of a timeout storm looks like frames/plain-timeout-storm.txt', async () => {
  await expect(plainPage(frameOf(timeoutStorm), options)).toMatchFileSnapshot('frames/plain-timeout-storm.txt');
});

test('the plain page shows every worker and every source', () => {
  const page = plainPage(frameOf(manyWorkers), options);
  for (const {pid} of manyWorkers.workers) {
    expect(page).toContain(` ${pid} `);
  }
  for (const {id} of manyWorkers.sources) {
    expect(page).toContain(`\n ${id} `);
  }
});

test('the plain page of another user’s gunicorn says why it knows little, once', () => {
  const page = plainPage(frameOf(unreadable), options);
  expect(page.match(/the access log is not readable/gu)).toHaveLength(1);
  expect(page).toContain('to unlock: run as root or as user shop');
});

test('the plain page without a master is short and says so', () => {
  const page = plainPage(frameOf(waitingForMaster), options);
  expect(page).toContain('no gunicorn master matches shop.service yet');
  expect(page).not.toMatch(/NaN|undefined/u);
});

test('no control code reaches the page, and in ASCII nothing but ASCII', () => {
  expect(plainPage(frameOf(hostile), options).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(plainPage(frameOf(hostile), {...options, ascii: true})).toMatch(/^[\n -~]+$/u);
});
