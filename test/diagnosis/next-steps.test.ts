import {expect, test} from 'vitest';
import {adviceTable} from '../../source/diagnosis/next-steps-table.js';
import {nextSteps} from '../../source/diagnosis/next-steps.js';
import {causes} from '../../source/diagnosis/verdict.js';
import {recycled, timedOut} from '../helpers/snapshots/restarts.js';
import {timeoutStorm} from '../helpers/snapshots/timeout-storm.js';

const [newest = timedOut(9101, '14:03:19', 720, 9123)] = timeoutStorm.restarts;
const commandsOf = (...input: Parameters<typeof nextSteps>) => nextSteps(...input).flatMap(({commands}) => commands);

test('a timeout leads to the queue, a worker that hangs now, and the backend it waits for', () => {
  const commands = commandsOf(newest, timeoutStorm);
  expect(commands).toContain("ss -ltn 'sport = :8000'");
  // 9100 is stuck, which 9123, that took the dead one's place, is not yet.
  expect(commands).toContain('py-spy dump --pid 9100');
  expect(commands).toContain('ss -tnpo dst 10.0.3.7:5432');
});

test('a killed worker leads to the kernel log of that minute, in a zone that is the same for all', () => {
  const commands = commandsOf({...newest, cause: 'killed', onsets: {}}, timeoutStorm);
  expect(commands).toContain(
    "journalctl -k --since '2026-11-22 14:02:19 UTC' --until '2026-11-22 14:03:29 UTC' --no-pager",
  );
  expect(commands).toContain('systemctl status 812 --no-pager');
});

test('a boot that fails leads to a worker that is starting now', () => {
  const commands = commandsOf({...newest, branch: 'boot', cause: 'boot-timeout'}, timeoutStorm);
  expect(commands).toContain('py-spy dump --pid 9123');
});

test('what is not known leaves its command out, and never a hole', () => {
  const steps = nextSteps(newest, {workers: []});
  const said = steps.flatMap(({text, commands}) => [text, ...commands]).join('\n');
  expect(said).not.toMatch(/[{}]|undefined/);
  expect(said).not.toContain('py-spy');
});

test('a path that a client chose is one word of the shell', () => {
  const restart = {...newest, request: {path: "/a b;$(reboot)'`x`"}};
  const settings = {
    ...timeoutStorm.master?.settings,
    accessLog: {value: '/var/log/shop access.log', source: 'default'},
  };
  const commands = commandsOf(restart, {
    master: {pid: 812, settings: settings as NonNullable<typeof timeoutStorm.master>['settings']},
    workers: [],
  });
  expect(commands).toContain(String.raw`grep -F '/a b;$(reboot)'\''` + "`x`' '/var/log/shop access.log' | tail -n 20");
});

test('every cause has advice, in the order of the guide, that ends in a decision or in where to look', () => {
  for (const cause of causes) expect(adviceTable[cause].length, cause).toBeGreaterThan(0);
  for (const [key, advice] of Object.entries(adviceTable)) {
    const steps = advice.map(({step}) => step);
    expect(steps, key).toEqual(steps.toSorted((left, right) => left - right));
  }
});

test('no advice is to have more workers or a longer timeout, and no command changes anything', () => {
  for (const {text, commands = []} of Object.values(adviceTable).flat()) {
    expect(text).not.toMatch(/more workers|(?:longer|higher|raise|increase) (?:the )?timeout|--workers/iu);
    for (const command of commands)
      expect(command).not.toMatch(/\b(?:kill|pkill|rm|restart|reload|sudo|tee)\b|[^-]>|--timeout/u);
  }
});

test('a recycle leads to nothing that has to be repaired', () => {
  expect(nextSteps(recycled(9088, '14:01:44'), timeoutStorm).at(-1)?.text).toMatch(
    /^A normal recycle: nothing to repair/,
  );
});
