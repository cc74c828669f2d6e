import fs from 'node:fs';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {readArbiter, settingsOf} from '../../source/peek/arbiter.js';
import {attachMaster} from '../../source/peek/attach-master.js';
import {openCodeReader} from '../../source/peek/code.js';
import {lookBuffers} from '../../source/peek/frame-chain.js';
import {openHeap} from '../../source/peek/heap.js';
import {memoryOver, type Memory} from '../../source/peek/memory.js';
import type {Program} from '../../source/peek/program.js';
import {Unreadable} from '../../source/peek/unreadable.js';
import {openWorker, readWorker} from '../../source/peek/worker.js';
import {gunicornEnvironment} from '../helpers/python.js';
import {mixed} from './fake-memory.js';
import {holdRequest, startPeeking} from './prove-peek.js';

/** The memory behind a descriptor with one word in `oneIn` replaced: by another one nearby, by a small number or by anything. */
function mutated(fd: number, seed: number, oneIn: number): Memory {
  let reads = 0;
  return memoryOver((into, length, address) => {
    const count = fs.readSync(fd, into, 0, length, address);
    reads += 1;
    for (let at = 0; at + 8 <= count; at += 8) {
      const chance = mixed(seed + reads, at);
      if (chance % oneIn !== 0) continue;

      const choice = mixed(chance, seed) % 4;
      if (choice === 0) into.copy(into, at, (mixed(chance, 1) % Math.floor(count / 8)) * 8, at + 8);
      else if (choice === 1) into.writeUInt32LE(mixed(chance, 2) % 300, at);
      else if (choice === 2) into.fill(0, at, at + 8);
      else into.writeUInt32LE(mixed(chance, 3), at + (chance % 2) * 4);
    }
    return count;
  });
}

test.for(['gthread', 'asgi'] as const)(
  'a real worker of the class %s whose memory is torn everywhere gives less, never a crash and never an endless walk',
  {timeout: 60_000},
  async (workerClass) => {
    const environment =
      workerClass === 'asgi'
        ? await gunicornEnvironment('newest', ['setproctitle', 'uvicorn'])
        : await gunicornEnvironment('23.0.0');
    const peeking = await startPeeking(environment, workerClass);
    try {
      const held = await holdRequest(peeking, '/hold/torn');
      const attached = attachMaster(peeking.server.pid, '/proc');
      if (attached.kind !== 'ok') throw new Error(JSON.stringify(attached));

      const {program: master, arbiter} = attached.value;
      const known = readArbiter(master.heap, arbiter).workers.get(held.id.pid);
      if (known === undefined) throw new Error('the worker is not known');

      const fd = fs.openSync(`/proc/${held.id.pid}/mem`, 'r');
      const seen = {ok: 0, refused: 0, requests: 0};
      fc.assert(
        fc.property(fc.integer({min: 0, max: 2 ** 30}), fc.constantFrom(20, 100, 500, 3000), (seed, oneIn) => {
          const memory = mutated(fd, seed, oneIn);
          const heap = openHeap(memory, master.runtime.layout);
          const program: Program = {
            ...master,
            heap,
            ownPid: held.id.pid,
            stacks: {
              heap,
              codes: openCodeReader(heap),
              interpreter: master.runtime.interpreter,
              buffers: lookBuffers(),
            },
          };
          try {
            const reader = openWorker(program, known, undefined);
            const now = {wallMs: 0, monotonicMs: 0};
            const {requests = []} = readWorker(reader, {stack: true, showQuery: false, now});
            seen.ok += 1;
            seen.requests += requests.length;
            settingsOf(heap, arbiter, undefined);
          } catch (error) {
            if (!(error instanceof Unreadable)) throw error;
            seen.refused += 1;
          }
          expect(memory.cost.reads).toBeLessThan(60_000);
          expect(memory.cost.bytes).toBeLessThan(256 << 20);
        }),
        {numRuns: 120},
      );
      fs.closeSync(fd);
      master.close();
      expect(seen.ok).toBeGreaterThan(10);
      expect(seen.refused).toBeGreaterThan(10);
    } finally {
      await peeking.stop();
    }
  },
);
