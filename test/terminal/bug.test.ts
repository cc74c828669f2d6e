/** A bug of ours, brought in from outside: the terminal comes back, one sentence says it, and the exit code is 1. */
import {mkdtempSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {startGunicorn, type GunicornServer} from '../helpers/gunicorn-server.js';
import {openLive} from '../helpers/live-screen.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {nothingTaken, type Terminal} from '../helpers/terminal.js';

let server: GunicornServer;
let screen: Terminal | undefined;

beforeAll(async () => {
  server = await startGunicorn({environment: await gunicornEnvironment('23.0.0'), workerClass: 'sync', workers: 2});
});
afterEach(() => screen?.close());
afterAll(() => server?.stop());

/** Each runs before the program and breaks it once the file `broken` is there. */
const bugs: Readonly<Record<string, (broken: string) => string>> = {
  'drawing a frame': (broken) => `
    const {toISOString} = Date.prototype;
    Date.prototype.toISOString = function () {
      if (existsSync(${broken})) throw new TypeError('the clock is broken');
      return toISOString.call(this);
    };`,
  'a timer': (broken) => `
    setInterval(() => { if (existsSync(${broken})) throw new TypeError('the timer is broken'); }, 20);`,
  'a promise nobody waits for': (broken) => `
    setInterval(async () => { if (existsSync(${broken})) throw new TypeError('the promise is broken'); }, 20);`,
};

test.each(Object.entries(bugs).flatMap(([what, code]) => [[what, code, false] as const, [what, code, true] as const]))(
  'an error in %s ends it with one sentence and exit code 1 (%#)',
  async (_what, code, debug) => {
    const broken = join(mkdtempSync(join(server.folder, 'bug-')), 'broken');
    const preload = `import {existsSync} from 'node:fs';${code(JSON.stringify(broken))}`;
    screen = await openLive(server, {
      columns: 100,
      rows: 30,
      nodeArgs: [`--import=data:text/javascript,${encodeURIComponent(preload)}`],
      args: debug ? ['--debug'] : [],
    });
    writeFileSync(broken, '');

    expect(await screen.ended).toEqual({exitCode: 1, signal: 0});
    expect(screen.taken()).toEqual(nothingTaken);
    const left = screen.lines().join('\n');
    expect(left).toMatch(/^gunspect: a bug of ours: the (clock|timer|promise) is broken/m);
    expect(/--debug shows where/.test(left)).toBe(!debug);
    expect(/^ +at /m.test(left)).toBe(debug);
  },
);
