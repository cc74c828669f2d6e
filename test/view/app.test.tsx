import {expect, test} from 'vitest';
import {showScreen} from '../helpers/screen.js';
import {healthy} from '../helpers/snapshots/healthy.js';
import {manyWorkers} from '../helpers/snapshots/extremes.js';
import {at, frameOf, nowMs} from '../helpers/snapshots/parts.js';
import {timedOut} from '../helpers/snapshots/restarts.js';
import {timeoutStorm} from '../helpers/snapshots/timeout-storm.js';
import {screenWith} from './screen-with.js';

const size = {columns: 80, rows: 24};
const newest = {
  ...timeoutStorm,
  restarts: [timedOut(9100, '14:03:22', 728, 9130), ...timeoutStorm.restarts],
};

test('the newest unexpected restart is selected until someone moves, and stays selected after that', async () => {
  const screen = showScreen(frameOf(timeoutStorm), size);
  await screen.until(screenWith('─ #9101 → 9123'));
  screen.publish(frameOf(newest));
  await screen.until(screenWith('─ #9100 → 9130'));
  screen.press('jj');
  await screen.until(screenWith('─ #9088 → 9117'));
  screen.publish(frameOf({...newest, restarts: [timedOut(9130, '14:03:23', 1, 9131), ...newest.restarts]}));
  const lines = await screen.until(screenWith('1 newer above'));
  expect(lines).toEqual(expect.arrayContaining([expect.stringContaining('─ #9088 → 9117')]));
  screen.close();
});

test('every key of one read counts', async () => {
  const screen = showScreen(frameOf(timeoutStorm), size);
  screen.press('fjj\r');
  const lines = await screen.until(screenWith('THE FOUR QUESTIONS'));
  expect(lines).toEqual(expect.arrayContaining([expect.stringContaining('─ #9107 → 9109')]));
  screen.close();
});

test('escape followed quickly by a key is escape and then the key', async () => {
  const screen = showScreen(frameOf(timeoutStorm), size);
  screen.press('?');
  await screen.until(screenWith('─ KEYS'));
  screen.press('\u001Be');
  await screen.until(screenWith('SOURCES OF EVIDENCE'));
  screen.close();
});

test('paused, the picture stands still and says what came since', async () => {
  const screen = showScreen(frameOf(timeoutStorm), size);
  await screen.until(screenWith('● live'));
  screen.press('p');
  await screen.until(screenWith('paused 14:03:22 +00, 0 new events'));
  screen.publish(frameOf(newest, nowMs + 1000));
  const frozen = await screen.until(screenWith('paused 14:03:22 +00, 1 new event'));
  expect(frozen.join('\n')).not.toContain('#9100');
  screen.press(' ');
  const live = await screen.until(screenWith('14:03:23 +00'));
  expect(live.join('\n')).toContain('#9100');
  screen.close();
});

test('data older than two seconds shows its age', async () => {
  const screen = showScreen(frameOf(healthy, healthy.at.wallMs + 2000), size);
  await screen.until(screenWith('● live'));
  screen.publish(frameOf(healthy, healthy.at.wallMs + 5000));
  const lines = await screen.until(screenWith('data 5 s old'));
  expect(lines.join('\n')).not.toContain('live');
  screen.close();
});

test('q and ctrl-c end the app', async () => {
  for (const key of ['q', '\u0003']) {
    const screen = showScreen(frameOf(healthy), size);
    screen.press(key);
    await screen.ended;
  }
});

test('u switches every clock time between the local zone and UTC', async () => {
  const screen = showScreen(frameOf(timeoutStorm), size, {utc: false, localOffsetMinutes: 330});
  const local = await screen.until(screenWith('19:33:22 +05:30'));
  expect(local.join('\n')).toContain('▸19:33:19 #9101');
  screen.press('u');
  const utc = await screen.until(screenWith('14:03:22 +00'));
  expect(utc.join('\n')).toContain('▸14:03:19 #9101');
  expect(utc.join('\n')).not.toContain('19:33');
  screen.close();
});

test('a resized terminal is drawn anew, and one that is too small says so', async () => {
  const screen = showScreen(frameOf(timeoutStorm), size);
  await screen.until(screenWith('tab pane'));
  screen.resize(59, 14);
  const small = await screen.until(screenWith('needs'));
  expect(small.filter((line) => line !== '')).toEqual(['gunspect needs 60×15, this is 59×14']);
  screen.resize(120, 40);
  const lines = await screen.until(screenWith('┬'));
  expect(lines[39]).toContain('q quit');
  screen.close();
});

test('without colour no colour is written', async () => {
  const screen = showScreen(frameOf(timeoutStorm), size, {colour: false});
  await screen.until(screenWith('RUNTIME'));
  screen.close();
  const colours = new RegExp(String.raw`\u001B\[(?:\d+;)*(?:3\d|4\d|9\d|10\d)(?:;\d+)*m`, 'u');
  expect(screen.written()).not.toMatch(colours);
});

test('a frame in which one row changed writes that row and not the screen', async () => {
  const screen = showScreen(frameOf(manyWorkers), {columns: 120, rows: 40});
  await screen.until(screenWith('20001'));
  const before = screen.written().length;
  const [first, ...others] = manyWorkers.workers;
  screen.publish(
    frameOf({...manyWorkers, workers: [...(first ? [{...first, state: 'busy' as const}] : []), ...others]}),
  );
  await screen.until(screenWith('busy'));
  expect(screen.written().length - before).toBeLessThan(600);
  screen.close();
});

test('ctrl-l draws again what something else wrote over', async () => {
  const screen = showScreen(frameOf(healthy), size);
  const before = await screen.until(screenWith('q quit'));
  screen.scribble('\u001B[3;1HBroadcast message from root\u001B[K');
  await screen.until(screenWith('Broadcast'));
  screen.press('\u000C');
  await screen.until((after) => after.join('\n') === before.join('\n'));
  screen.close();
});

test('the filter is typed in the footer, and what it hides is counted', async () => {
  const screen = showScreen(frameOf(timeoutStorm), {columns: 120, rows: 30});
  screen.press('/');
  await screen.until(screenWith('enter keep'));
  screen.press('stuq\u007Fck');
  await screen.until(screenWith('/ stuck_'));
  screen.press('\r');
  const lines = await screen.until(screenWith('esc clear filter'));
  expect(lines.join('\n')).toContain('3 hidden by the filter');
  screen.press('\u001B');
  await screen.until(screenWith('9117'));
  screen.close();
});

test('a dead worker opens as its restart', async () => {
  const screen = showScreen(frameOf(timeoutStorm), {columns: 120, rows: 40});
  screen.press('\tj\r');
  await screen.until(screenWith('─ #9101 → 9123'));
  await screen.until(screenWith('THE FOUR QUESTIONS'));
  screen.close();
});

test('a master that has ended is named as such', async () => {
  const {master} = timeoutStorm;
  const ended = {...timeoutStorm, workers: [], ...(master && {master: {...master, alive: false}})};
  const screen = showScreen(
    frameOf({...ended, masterEvents: [{atMs: at('14:03:21'), event: 'ended', pid: 812}]}),
    size,
  );
  const lines = await screen.until(screenWith('master 812 ended'));
  expect(lines.join('\n')).toContain('14:03:21 master 812 ended');
  expect(lines.join('\n')).not.toContain('up 3d');
  screen.close();
});

test('a notice stands above everything, except where the screen needs every row', async () => {
  const notice = 'demo: a gunicorn of our own';
  const screen = showScreen({...frameOf(healthy), notice}, {columns: 60, rows: 16});
  const lines = await screen.until(screenWith(notice));
  expect(lines[0]).toBe(` ${notice}`);
  expect(lines[15]).toContain('q quit');
  screen.resize(60, 15);
  const smallest = await screen.until((shown) => !screenWith(notice)(shown));
  expect(smallest[14]).toContain('q quit');
  screen.close();
});

test('c goes through the themes, and says why not where no colour is wanted', async () => {
  const screen = showScreen(frameOf(timeoutStorm), size, {theme: 'light'});
  screen.press('c');
  await screen.until(screenWith('theme mono; --theme mono begins with it'));
  screen.press('cc');
  await screen.until(screenWith('theme dark'));
  screen.close();
  const mono = showScreen(frameOf(timeoutStorm), size, {colour: false});
  mono.press('c');
  await mono.until(screenWith('no colours are wanted'));
  mono.close();
});

test('y and w hand on what is shown, and what came of it stands in the footer until the next key', async () => {
  const asked: string[] = [];
  const deeds = {
    copy: async ({worker}: {readonly worker: {readonly pid: number}}) => {
      asked.push(`copy ${worker.pid}`);
      return 'copied';
    },
    report: async ({target}: {readonly target: string}) => {
      asked.push(`report ${target}`);
      return 'report written to somewhere.md';
    },
  };
  const screen = showScreen(frameOf(timeoutStorm), size, {}, deeds);
  screen.press('j');
  await screen.until(screenWith('─ #9088'));
  screen.press('y');
  await screen.until(screenWith('copied'));
  screen.press('w');
  await screen.until(screenWith('report written to somewhere.md'));
  screen.press('k');
  await screen.until((lines) => !screenWith('somewhere.md')(lines));
  expect(asked).toEqual(['copy 9088', `report ${timeoutStorm.target}`]);
  screen.close();
});

test('it is said which worker is selected, so that it can be read more closely', async () => {
  const attended: Array<string | undefined> = [];
  const nothing = async () => '';
  const deeds = {copy: nothing, report: nothing, attend: (workerId: string | undefined) => attended.push(workerId)};
  const screen = showScreen(frameOf(healthy), size, {}, deeds);
  await screen.until(screenWith('● live'));
  screen.press('\tj\r');
  const lines = await screen.until(screenWith('─ WORKER'));
  const selected = healthy.workers.find(({id}) => id === attended.at(-1));

  expect(attended).toHaveLength(2);
  expect(lines.join('\n')).toContain(`─ WORKER ${selected?.pid}`);
  screen.close();
});
