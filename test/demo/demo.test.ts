/** The built demo with its own real gunicorn. Where there is none, these fail: a demo without it is no demo. */
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {createServer, type AddressInfo, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {chosenFaults, possibleFaults} from '../../source/commands/demo-choice.js';
import {ask} from '../../source/demo/ask.js';
import {demoFaults} from '../../source/demo/demo-faults.js';
import {waitFor} from '../helpers/fault-wait.js';
import {absentHere} from '../faults/absent-here.js';
import {openTerminal} from '../helpers/terminal.js';
import {demoPlace, program, runDemo} from './demo-run.js';

const wholeRunMs = 90_000;

const memoryGroups = () =>
  ['/sys/fs/cgroup/memory', '/sys/fs/cgroup']
    .filter((root) => existsSync(root))
    .flatMap((root) => readdirSync(root).filter((name) => name.startsWith('gunspect-demo-')));

test(
  'a page that leaks against a memory limit is named out of memory, and the limit is gone afterwards',
  async ({skip}) => {
    skip(absentHere('a control group of memory') !== undefined, 'a control group of memory');
    const before = memoryGroups();
    const place = demoPlace();
    const demo = runDemo(place, '--faults', 'memory');

    const ended = await demo.ended;

    expect(ended, demo.standardOutput() + demo.standardError()).toBe(0);
    expect(demo.standardOutput()).toMatch(/worker (\d+) has begun GET \/leak\S*\n.*#\1 OUT-OF-MEMORY/);
    expect(memoryGroups()).toEqual(before);
  },
  wholeRunMs,
);

test(
  'a tour without a terminal names a timeout and a kill, ends with 0 and leaves nothing behind',
  async () => {
    const place = demoPlace();
    const demo = runDemo(place, '--faults', 'timeout,kill');

    const ended = await demo.ended;

    const said = demo.standardOutput();
    expect({ended, standardError: demo.standardError()}, said).toEqual({ended: 0, standardError: ''});
    expect(said).toMatch(/GET \/faults\/timeout answers: worker (\d+) has begun GET \/upstream\n.*#\1 TIMEOUT/);
    expect(said).toMatch(/GET \/faults\/kill answers: worker (\d+) was killed with SIGKILL\n.*#\1 KILLED/);
    for (const question of ['What was it doing?', 'Traffic, boot, wait?', 'What rose first?', 'With no traffic?']) {
      expect(said.split(question)).toHaveLength(3);
    }
    expect(said).toMatch(/\n2 faults caused, 2 named right in \d+ s; gunicorn and its folder are gone\n$/);
    expect(place.folders()).toEqual([]);
    expect(place.processes()).toEqual([]);
  },
  wholeRunMs,
);

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s in the middle of a fault leaves nothing behind',
  async (name) => {
    const place = demoPlace();
    const demo = runDemo(place, '--faults', 'c-code');
    await demo.says(/has begun GET \/c-spin/);
    expect(place.processes().length).toBeGreaterThan(5);

    demo.signal(name);

    expect(await demo.ended, demo.standardError()).toBe(0);
    expect(demo.standardOutput()).toMatch(new RegExp(`0 faults caused, 0 named right \\(of 1, then ${name}\\)`));
    expect(place.folders()).toEqual([]);
    expect(place.processes()).toEqual([]);
  },
  wholeRunMs,
);

test(
  'a demo that is killed outright takes its gunicorn with it, and its folder',
  async () => {
    const place = demoPlace();
    const demo = runDemo(place, '--faults', 'c-code');
    await demo.says(/has begun GET \/c-spin/);
    const [folder] = place.folders();
    expect(statSync(folder!).mode & 0o777).toBe(0o700);

    demo.signal('SIGKILL');

    expect(await demo.ended).toBe('SIGKILL');
    await waitFor('its processes to end', 10_000, () => place.processes().length === 0);
    await waitFor('its folder to go', 10_000, () => place.folders().length === 0);
  },
  wholeRunMs,
);

test(
  'a launcher that is killed outright takes its gunicorn with it',
  async () => {
    const place = demoPlace();
    const demo = runDemo(place, '--faults', 'scale-up,timeout');
    await demo.says(/has begun GET \/upstream/);
    const [launcher] = place.processes().filter((pid) => pid !== demo.pid);

    process.kill(launcher!, 'SIGKILL');
    demo.signal('SIGTERM');

    await demo.ended;
    // A sync worker looks for its master every half timeout, and the one that waits is not looking.
    await waitFor('its processes to end', 20_000, () => place.processes().length === 0);
  },
  wholeRunMs,
);

test(
  'on a terminal the screen says where the menu is, the menu causes a fault, and q leaves nothing behind',
  async () => {
    const place = demoPlace();
    const terminal = openTerminal(process.execPath, [program, 'demo'], {
      columns: 80,
      rows: 24,
      env: place.env as Record<string, string>,
    });
    onTestFinished(() => terminal.close());
    const screen = await terminal.until(
      'the notice and four workers',
      (text) =>
        /^ demo · faults to cause: curl http:\/\/127\.0\.0\.1:\d+\/faults\n/.test(text) && text.includes('4 workers'),
    );
    const address = /http:\S+/.exec(screen)![0];

    const menu = await menuAt(address);
    const {firstLine} = await ask(`${address}/kill`).answer;
    const [, pid] = /worker (\d+) was killed/.exec(firstLine)!;
    await terminal.until('the kill', (text) => new RegExp(`#${pid}.* KILLED`, 's').test(text));
    terminal.type('q');

    const inMenu = ({id}: {readonly id: string}) =>
      id !== 'memory' || absentHere('a control group of memory') === undefined;
    expect(menu).toEqual(demoFaults.filter(inMenu).map(({id}) => `${address}/${id}`));
    expect(await terminal.ended).toEqual({exitCode: 0, signal: 0});
    expect(place.folders()).toEqual([]);
    expect(place.processes()).toEqual([]);
  },
  wholeRunMs,
);

test('the wrong name of a fault is a sentence with 2', () => {
  const run = (fault: string) => spawnSync(process.execPath, [program, 'demo', '--faults', fault], {encoding: 'utf8'});

  expect(run('tiemout')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: `gunspect: the demo has no fault "tiemout"; its faults are ${demoFaults.map(({id}) => id).join(', ')}.\n`,
  });
});

test('a fault that needs a memory limit is left out with its reason where none can be set', () => {
  expect(possibleFaults(chosenFaults(['kill', 'memory']), {hasMemoryLimit: false})).toEqual({
    possible: chosenFaults(['kill']),
    leftOut: ['left out: memory; it needs a memory limit, and no control group can be made here (on Linux, root can)'],
  });
  expect(possibleFaults(chosenFaults(['memory']), {hasMemoryLimit: true})).toEqual({
    possible: chosenFaults(['memory']),
    leftOut: [],
  });
});

test(
  'ended while it makes its Python environment, it leaves no pip behind',
  async () => {
    const place = demoPlace();
    const folder = place.env['TMPDIR']!;
    const alone = path.join(folder, 'cli.js');
    copyFileSync(program, alone);
    // A package index that takes connections and never answers: pip waits for it, and waits.
    const index = createServer();
    await once(index.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void index.close());
    const child = spawn(process.execPath, [alone, 'demo'], {
      env: {
        ...place.env,
        XDG_CACHE_HOME: path.join(folder, 'cache'),
        PIP_CONFIG_FILE: '/dev/null',
        PIP_FIND_LINKS: '',
        PIP_INDEX_URL: `http://127.0.0.1:${(index.address() as AddressInfo).port}/simple`,
      },
      stdio: 'ignore',
    });
    const ended = once(child, 'close');
    const [connection] = (await once(index, 'connection')) as [Socket];
    connection.on('error', () => undefined);

    child.kill('SIGTERM');

    expect(await ended).toEqual([0, null]);
    await waitFor('pip to end', 5000, () => place.processes().length === 0);
  },
  wholeRunMs,
);

const noGunicorn =
  'gunspect: the demo runs a gunicorn of its own, and there is none: ' +
  'gunicorn needs Python and there is no python3 in PATH: install Python 3.8 or later';

function runWithoutPython(...args: readonly string[]) {
  const empty = mkdtempSync(path.join(tmpdir(), 'demo-test-'));
  onTestFinished(() => rmSync(empty, {recursive: true}));
  return spawnSync(process.execPath, [program, 'demo', ...args], {encoding: 'utf8', env: {PATH: empty, HOME: empty}});
}

test('where no gunicorn can be had the demo says what to install, and shows one that was recorded', () => {
  const {status, stdout, stderr} = runWithoutPython();

  expect({status, stderr}).toEqual({status: 0, stderr: `${noGunicorn}; what follows is a demo that was recorded\n`});
  for (const cause of ['TIMEOUT', 'KILLED', 'OUT-OF-MEMORY', 'max-requests', 'CRASH', 'reload', 'BOOT-ERROR']) {
    expect(stdout).toMatch(new RegExp(`#\\d+ ${cause}[ ,]`));
  }
  expect(stdout).toContain('the recording ends here');
});

test('where no gunicorn can be had a fault that was asked for by name is refused with 2', () => {
  const {status, stdout, stderr} = runWithoutPython('--faults', 'kill');

  expect({status, stdout, stderr}).toEqual({status: 2, stdout: '', stderr: `${noGunicorn}.\n`});
});

async function menuAt(address: string): Promise<readonly string[]> {
  const text = await (await fetch(address)).text();
  return [...text.matchAll(/curl (\S+)/g)].map(([, url]) => url!);
}
