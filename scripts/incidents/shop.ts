/** The shop that the incidents are recorded of: a real gunicorn under a supervisor, the database it asks, and its customers. */
import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {appendFileSync, copyFileSync, mkdtempSync, rmSync} from 'node:fs';
import http from 'node:http';
import {createServer, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {PythonEnvironment} from '../../source/demo/python-environment.js';
import {endGroup, launch, type Launched} from '../../test/helpers/fault-launch.js';
import {childrenOf, freePort, heartbeatOf} from '../../test/helpers/fault-processes.js';
import {waitFor} from '../../test/helpers/fault-wait.js';
import {makeMemoryGroup} from '../../test/helpers/memory-group.js';

export type ShopOptions = {
  readonly workers: number;
  readonly timeoutSeconds: number;
  /** Further arguments of gunicorn. */
  readonly args?: readonly string[];
  readonly memoryLimitMegabytes: number;
};

export type Shop = {
  readonly port: number;
  readonly folder: string;
  /** Asks for one page after another, so many a second, until what it returns is called. */
  readonly customers: (perSecond: number, pages: readonly string[]) => () => void;
  /** Asks for one page and waits for nothing. */
  readonly ask: (page: string) => void;
  /** From now on the database answers nobody. */
  readonly stallDatabase: () => void;
  /** Puts a line at the end of the application. */
  readonly change: (line: string) => void;
  /** As a deploy does it: by a shell. */
  readonly hangUp: () => void;
  readonly close: () => Promise<void>;
};

const source = new URL('shop.py', import.meta.url);

/** Resolves once all its workers have booted. Whoever opens it must call `close`. */
export async function openShop(environment: PythonEnvironment, options: ShopOptions): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'gunspect-shop-'));
  copyFileSync(source, join(folder, 'shop.py'));
  const port = await freePort();
  const database = await openDatabase();
  const group = makeMemoryGroup(options.memoryLimitMegabytes);
  const command = [
    environment.gunicorn,
    'shop:app',
    ...['--bind', `127.0.0.1:${port}`, '--workers', String(options.workers)],
    ...['--timeout', String(options.timeoutSeconds), '--error-logfile', join(folder, 'error.log')],
    ...(options.args ?? []),
  ];
  const env = {PATH: process.env.PATH, LANG: 'C.UTF-8', TZ: 'UTC', HOME: folder, PYTHONDONTWRITEBYTECODE: '1'};
  const start = () => launch(group.inside(command), folder, env, false);
  let running: Launched = await start();
  const closing = new AbortController();
  const isOpen = () => !closing.signal.aborted;
  const supervise = async () => {
    while (isOpen()) {
      // oxlint-disable-next-line no-await-in-loop -- a supervisor looks again and again
      await sleep(100);
      if (isOpen() && running.ended()) {
        // oxlint-disable-next-line no-await-in-loop -- systemd's RestartSec
        await sleep(1000);
        // oxlint-disable-next-line no-await-in-loop -- one master after another
        if (isOpen()) running = await start();
      }
    }
  };
  const booted = () => childrenOf(running.pid).filter((pid) => heartbeatOf(pid) === 'booted').length;
  await waitFor('the shop to open', 20_000, () => booted() === options.workers || undefined);
  const supervised = supervise();
  const ask = (page: string) => askFor(port, page);
  return {
    port,
    folder,
    ask,
    customers(perSecond, pages) {
      let asked = 0;
      const timer = setInterval(() => ask(pages[asked++ % pages.length] ?? '/'), 1000 / perSecond);
      return () => clearInterval(timer);
    },
    stallDatabase: database.stall,
    change(line) {
      appendFileSync(join(folder, 'shop.py'), `${line}\n`);
    },
    hangUp: () => execFileSync('sh', ['-c', `kill -HUP ${running.pid}`]),
    async close() {
      closing.abort();
      await supervised;
      await endGroup(running);
      database.close();
      await group.remove();
      rmSync(folder, {recursive: true, force: true});
    },
  };
}

/** Something that listens where PostgreSQL does and answers at once, until it is told to stall. */
async function openDatabase() {
  const clients = new Set<Socket>();
  let stalled = false;
  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => undefined).on('close', () => clients.delete(client));
    client.on('data', () => stalled || client.end('42\n'));
  });
  await once(server.listen(5432, '127.0.0.1'), 'listening');
  return {
    stall: () => (stalled = true),
    close() {
      for (const client of clients) client.destroy();
      server.close();
    },
  };
}

/** Each over a connection of its own; a broken one is what customers of a broken shop get. "POST /checkout" or "/cart". */
function askFor(port: number, page: string): void {
  const [path = '/', method = 'GET'] = page.split(' ').toReversed();
  const request = http.request({host: '127.0.0.1', port, path, method, agent: false, headers: {'Content-Length': 0}});
  request.on('response', (response) => response.on('error', () => undefined).resume()).on('error', () => undefined);
  request.end();
}
