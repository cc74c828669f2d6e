import {expect, test} from 'vitest';
import {incidentReport} from '../../source/report/incident-report.js';
import {restartReport} from '../../source/report/restart-report.js';
import {bootLoop} from '../helpers/snapshots/boot-loop.js';
import {hostile, manyWorkers} from '../helpers/snapshots/extremes.js';
import {waitingForMaster} from '../helpers/snapshots/little-known.js';
import {timeoutStorm} from '../helpers/snapshots/timeout-storm.js';

const options = {offsetMinutes: 0, version: '1.2.3'};

test('the report of a timeout storm looks like reports/timeout-storm.md', async () => {
  await expect(incidentReport(timeoutStorm, options)).toMatchFileSnapshot('reports/timeout-storm.md');
});

test('the report of a boot loop looks like reports/boot-loop.md', async () => {
  await expect(incidentReport(bootLoop, options)).toMatchFileSnapshot('reports/boot-loop.md');
});

test('there is a report of nothing, and one of very much', () => {
  expect(incidentReport(waitingForMaster, options)).toContain('No gunicorn master was found');
  expect(incidentReport(manyWorkers, options)).toContain('None was seen.');
});

test('times are told in the zone that was asked for', () => {
  expect(incidentReport(timeoutStorm, {...options, offsetMinutes: 330})).toContain('2026-11-22 19:33:19 +05:30');
});

test('a hostile target adds no line, no markup and no control character of its own', () => {
  const [restart] = hostile.restarts;
  const text = incidentReport(hostile, options);
  expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202A-\u202E]/u);
  const prose = text.replaceAll(/^(`{3,})\w*\n[\s\S]*?\n\1$/gmu, '');
  expect(prose).not.toMatch(/(?<!\\)</u);
  expect(restart && restartReport(restart, hostile, 0)).toBeTruthy();
});

test('a restart alone has its verdict, its answers, its harm and where to look next', () => {
  const [restart] = timeoutStorm.restarts;
  const text = restart ? restartReport(restart, timeoutStorm, 0) : '';
  expect(text).toMatch(/^## \\#9101 → 9123 · timeout, long-request · certain · not expected\n/u);
  expect(text).toContain('| Would it still happen with no user traffic? | no: it hung in a request');
  expect(text).toContain('| Harmful and unexpected, or simply visible? | harmful and unexpected: 1 request lost');
  expect(text).toContain('```sh\npy-spy dump --pid 9100\n');
});
