import {execFile} from 'node:child_process';
import path from 'node:path';
import {promisify} from 'node:util';
import {openPeekReader, type PeekReader} from '../../source/peek/peek-reader.js';
import {identify} from '../../source/sensors/procfs.js';
import type {GunicornServer} from '../../test/helpers/gunicorn-server.js';
import {gunicornEnvironment} from '../../test/helpers/python.js';

/** What one look into memory is compared by: each is a call to be timed. */
export type PeekCalls = {
  readonly attach: () => void;
  readonly master: () => void;
  readonly counters: () => void;
  readonly snapshot: () => void;
  /** The same stack by py-spy, which starts anew for each; undefined where it cannot be installed. */
  readonly pySpy: (() => Promise<unknown>) | undefined;
  readonly close: () => void;
};

const run = promisify(execFile);

function opened(pid: number): PeekReader {
  const reader = openPeekReader(pid);
  if (reader.kind !== 'ok') throw new Error(`the memory of the bench's gunicorn was not readable: ${reader.kind}`);
  return reader.value;
}

async function pySpy(): Promise<string | undefined> {
  try {
    const {python} = await gunicornEnvironment('newest', ['py-spy']);
    const program = path.join(path.dirname(python), 'py-spy');
    await run(program, ['--version']);
    return program;
  } catch {
    return undefined;
  }
}

/** Looks at the memory of one worker that is in a request, and of its master. */
export async function peekCalls(server: GunicornServer): Promise<PeekCalls> {
  const program = await pySpy();
  void server.request('/sleep?s=25');
  const pid = await server.waitForBegun('/sleep');
  const id = identify(pid);
  if (id.kind !== 'ok') throw new Error(`the worker of the bench is ${id.kind}`);

  const reader = opened(server.pid);
  const {requests} = reader.readWorker(id.value, {stack: true});
  if (requests?.[0]?.path !== '/sleep') throw new Error('the request of the bench was not seen');

  return {
    attach: () => opened(server.pid).close(),
    master: () => reader.readMaster(),
    counters: () => reader.readWorker(id.value, {stack: false}),
    snapshot: () => reader.readWorker(id.value, {stack: true}),
    pySpy: program === undefined ? undefined : () => run(program, ['dump', '--nonblocking', '--pid', String(pid)]),
    close: reader.close,
  };
}
