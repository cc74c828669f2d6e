/** Folds one reading of memory into the ledger: settings, counts and requests of the living, and last words of the dead. */
import type {Peeked, WorkerPeek} from '../observation.js';
import {currentMaster, withMaster} from './ledger.js';
import type {Ledger} from './ledger.js';
import {sameProcess} from './life.js';
import type {Life} from './life.js';
import {withReading} from './life-memory.js';
import {follow, withPaths, type FollowedRequest} from './paths.js';
import {withSpawned} from './spawns.js';

export function takePeek(ledger: Ledger, peeked: Peeked): Ledger {
  const byPid = new Map(peeked.workers.map((worker) => [worker.id.pid, worker]));
  const over: FollowedRequest[] = [];
  const told = (life: Life): Life => {
    const peek = byPid.get(life.id.pid);
    return peek && sameProcess(peek.id, life.id) ? takeWorker(life, peek, peeked, over) : life;
  };
  const living = ledger.living.map(told);
  // A reading that was made before a death may come in after it.
  const ended = ledger.ended.some((life) => told(life) !== life) ? ledger.ended.map(told) : ledger.ended;
  return takeMaster(withPaths({...ledger, living, ended}, over), peeked);
}

function takeWorker(life: Life, peek: WorkerPeek, {at}: Peeked, over: FollowedRequest[]): Life {
  const isTooLate = life.end !== undefined && at.monotonicMs > life.end.at.monotonicMs;
  const memory = isTooLate ? life.memory : withReading(life.memory, peek, at);
  if (!memory || memory === life.memory) return life;
  const next = {...life, memory};
  if (!peek.requests) return next;
  const followed = follow(next, peek.requests, at);
  over.push(...followed.over);
  return followed.life;
}

function takeMaster(ledger: Ledger, {master: read, at}: Peeked): Ledger {
  const current = currentMaster(ledger);
  if (!read || !current || !sameProcess(read.id, current.id)) return ledger;
  const next = read.settings
    ? withMaster(ledger, (master) => ({...master, settings: {...master.settings, ...read.settings}}))
    : ledger;
  return read.workersSpawned === undefined ? next : withSpawned(next, {at, count: read.workersSpawned});
}
