/**
 * Asks a master for its settings over its control socket (gunicorn 25.1 and newer), with `show` commands only.
 *
 * One connection, two questions, then it is closed: one that is held open disturbs the master's next fork. All masters of
 * a user share one path unless told otherwise, so an answer counts only when the pid in it is this master's.
 */
import fs from 'node:fs';
import {connect} from 'node:net';
import {posix} from 'node:path';
import {
  controlAnswer,
  controlRequest,
  largestAnswerBytes,
  settingsOfControl,
  type ControlCommand,
} from '../gunicorn/control-answers.js';
import type {Settings} from '../gunicorn/settings.js';
import {isAtLeast} from '../gunicorn/versions.js';
import type {Moment, Observation, ProcessId} from '../observation.js';
import type {SourceState} from '../source-state.js';
import {readDescriptors} from './procfs.js';
import {attempt, meaningOf, type NoReading, type Owner} from './reading.js';
import type {SideSource} from './side-source.js';
import {socketInode, type Sockets} from './sockets.js';
import {stateOf} from './source-states.js';

export type ControlSocketOptions = {
  readonly root?: string;
  readonly owner?: Owner;
  readonly sockets: Sockets;
  /** The master's pid in its own namespace, when that is another. */
  readonly nsPid?: number | undefined;
  readonly version?: string | undefined;
  readonly at: Moment;
};

/** The first question waits until the screen is there. */
const firstAfterMs = 400;
/** Never asked more often. */
const apartMs = 5000;
/** Settings change with a reload, which takes the master a moment, and when it loads the application itself a longer one. */
const reloadTakesMs = 1000;
const reloadTakesAtMostMs = 15_000;
/** Without a reload that was seen, they are looked at this often. */
const againAfterMs = 60_000;
const answerWithinMs = 1000;

type Found = {readonly kind: 'path'; readonly path: string} | {readonly kind: 'none'; readonly reading?: NoReading};

/** The listening socket of the master that is named as gunicorn names its own. */
function findSocket(pid: number, root: string, sockets: Sockets, owner: Owner | undefined): Found {
  const descriptors = readDescriptors(pid, root, owner);
  if (descriptors.kind !== 'ok') return {kind: 'none', reading: descriptors};

  const held = new Set(descriptors.value.map(({link}) => socketInode(link)));
  const socket = sockets
    .listening()
    .find(
      ({kind, inode, local}) => kind === 'unix' && held.has(inode) && local.endsWith('.ctl') && !local.startsWith('@'),
    );
  if (socket === undefined) return {kind: 'none'};

  const target = `${root}/${pid}`;
  return {
    kind: 'path',
    path: posix.isAbsolute(socket.local)
      ? posix.join(target, 'root', socket.local)
      : posix.join(target, 'cwd', socket.local),
  };
}

/** What a socket file at the path would let us do. Nobody else's socket is connected to, and no link followed. */
function refusalOf(path: string, owner: Owner | undefined): NoReading | undefined {
  const stat = attempt(() => fs.lstatSync(path), owner);
  if (stat.kind !== 'ok') return stat;
  if (!stat.value.isSocket() || (owner?.uid !== undefined && stat.value.uid !== owner.uid && stat.value.uid !== 0))
    return {kind: 'failed', why: 'what lies at the path of its control socket is not its own'};

  const writable = attempt(() => fs.accessSync(path, fs.constants.W_OK), owner);
  return writable.kind === 'ok' ? undefined : writable;
}

type Asked =
  {readonly kind: 'settings'; readonly settings: Settings} | {readonly kind: 'refused'; readonly reading: NoReading};

const notItsOwn: Asked = {
  kind: 'refused',
  reading: {kind: 'failed', why: 'another gunicorn answers at the path of its control socket'},
};
const noAnswer: Asked = {
  kind: 'refused',
  reading: {kind: 'failed', why: 'the control socket gave no usable answer'},
};

/** Asks for the pid, and when it is the right one for the settings. Resolves within a second whatever happens. */
async function ask(path: string, pid: number, signal: AbortSignal, owner: Owner | undefined): Promise<Asked> {
  // A socket's path may have 107 bytes at most, one through a descriptor is always short.
  const folder = attempt(
    () => fs.openSync(posix.dirname(path), fs.constants.O_RDONLY | fs.constants.O_DIRECTORY),
    owner,
  );
  if (folder.kind !== 'ok') return {kind: 'refused', reading: folder};

  return new Promise((resolve) => {
    const questions: ControlCommand[] = ['show stats', 'show config'];
    let bytes = Buffer.alloc(0);
    const socket = connect({path: `/proc/self/fd/${folder.value}/${posix.basename(path)}`});
    const end = (asked: Asked): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(asked);
    };
    const onAbort = (): void => end(noAnswer);
    const timer = setTimeout(() => end(noAnswer), answerWithinMs);
    timer.unref();
    signal.addEventListener('abort', onAbort, {once: true});
    socket.once('close', () => fs.closeSync(folder.value));
    socket.on('error', (error) => end({kind: 'refused', reading: meaningOf(error, owner)}));
    socket.on('end', () => end(noAnswer));
    socket.on('connect', () => socket.write(controlRequest('show stats')));
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const answer = controlAnswer(bytes);
      if (answer.kind === 'unfinished' && bytes.length <= largestAnswerBytes) return;
      if (answer.kind !== 'data') return end(noAnswer);

      if (questions.shift() === 'show config') {
        end({kind: 'settings', settings: settingsOfControl(answer.data)});
        return;
      }
      if (answer.data['pid'] !== pid) return end(notItsOwn);

      bytes = Buffer.alloc(0);
      socket.write(controlRequest('show config'));
    });
  });
}

function hasReloaded(seen: readonly Observation[]): boolean {
  return seen.some((observation) => observation.kind === 'log' && observation.event.event === 'hang-up');
}

export function openControlSocket(id: ProcessId, options: ControlSocketOptions): SideSource {
  const {root = '/proc', owner, sockets, nsPid, version, at} = options;
  const ending = new AbortController();
  const first = findSocket(id.pid, root, sockets, owner);
  let reading: NoReading | undefined = first.kind === 'path' ? refusalOf(first.path, owner) : first.reading;
  let has = first.kind === 'path';
  let dueMs = at.monotonicMs + firstAfterMs;
  let askedMs = Number.NEGATIVE_INFINITY;
  let reloadedMs = Number.NEGATIVE_INFINITY;
  let isAsking = false;
  let hasAnswered = false;
  let told = '';
  let news: Settings | undefined;

  const look = async (): Promise<void> => {
    hasAnswered = false;
    const found = findSocket(id.pid, root, sockets, owner);
    has = found.kind === 'path';
    reading = found.kind === 'path' ? refusalOf(found.path, owner) : found.reading;
    if (found.kind !== 'path' || reading !== undefined) return;

    const asked = await ask(found.path, nsPid ?? id.pid, ending.signal, owner);
    reading = asked.kind === 'refused' ? asked.reading : undefined;
    hasAnswered = asked.kind === 'settings';
    if (asked.kind !== 'settings' || JSON.stringify(asked.settings) === told) return;
    told = JSON.stringify(asked.settings);
    news = asked.settings;
  };

  const state = (): SourceState => {
    if (reading !== undefined) return stateOf('control-socket', reading);
    if (has) return {id: 'control-socket', state: 'ok'};
    const why =
      isAtLeast(version, '25.1') === false
        ? `gunicorn ${version} has none; 25.1 and newer do`
        : 'this master listens on none';
    return {id: 'control-socket', state: 'unsupported', why};
  };

  return {
    state,
    take: (now, seen) => {
      if (hasReloaded(seen)) {
        reloadedMs = now.monotonicMs;
        dueMs = Math.max(reloadedMs + reloadTakesMs, askedMs + apartMs);
      }
      const hasAny = has || isAtLeast(version, '25.1') !== false;
      if (hasAny && !isAsking && now.monotonicMs >= dueMs) {
        isAsking = true;
        askedMs = now.monotonicMs;
        void look().finally(() => {
          isAsking = false;
          // A young master does not listen yet, and it is gone for a moment at every fork.
          const isSettled = hasAnswered && askedMs - reloadedMs > reloadTakesAtMostMs;
          dueMs = askedMs + (isSettled ? againAfterMs : apartMs);
        });
      }

      if (news === undefined) return [];
      const observation: Observation = {kind: 'settings', at: now, id, settings: news};
      news = undefined;
      return [observation];
    },
    close: () => ending.abort(),
  };
}
