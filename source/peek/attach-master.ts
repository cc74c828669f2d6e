/** Takes hold of a master: recognises its interpreter, finds its arbiter and checks both before anything is believed. */
import type {Reading} from '../observation.js';
import {findArbiter} from './arbiter.js';
import {lookBuffers} from './frame-chain.js';
import {readImages} from './images.js';
import {openMemory} from './memory.js';
import {openProgram, ownerOf, readThreads, type Program} from './program.js';
import {findRuntime, type Runtime} from './runtime.js';
import {checkArbiter, checkThreads} from './self-check.js';
import {safely} from './unreadable.js';

export type AttachedMaster = {
  readonly program: Program;
  /** The address of the arbiter, which lives as long as the master does. */
  readonly arbiter: number;
};

function recogniseRuntime(pid: number, root: string): Reading<Runtime> {
  const owner = ownerOf(pid, root);
  const memory = openMemory(pid, root, owner);
  if (memory.kind !== 'ok') return memory;

  try {
    const images = readImages(pid, root, owner);
    return images.kind === 'ok' ? findRuntime(memory.value, images.value) : images;
  } finally {
    memory.value.close();
  }
}

const tries = 3;

function findCheckedArbiter(program: Program, root: string): Reading<number> {
  let why = '';
  for (let attempt = 0; attempt < tries; attempt++) {
    const threads = readThreads(program);
    const arbiter = findArbiter(program, threads);
    const wrong =
      checkThreads(threads) ??
      (arbiter === undefined ? 'no thread of it runs gunicorn’s arbiter' : checkArbiter(program, arbiter, root));
    if (wrong === undefined && arbiter !== undefined) return {kind: 'ok', value: arbiter};
    why = wrong ?? why;
  }

  return {kind: 'failed', why: `${program.runtime.name}, but ${why}`};
}

/** Nothing stays open when it is refused. */
export function attachMaster(pid: number, root: string): Reading<AttachedMaster> {
  const runtime = recogniseRuntime(pid, root);
  if (runtime.kind !== 'ok') return runtime;

  const program = openProgram(pid, runtime.value, lookBuffers(), root);
  if (program.kind !== 'ok') return program;

  const arbiter = safely(() => findCheckedArbiter(program.value, root));
  if (arbiter.kind === 'ok') return {kind: 'ok', value: {program: program.value, arbiter: arbiter.value}};

  program.value.close();
  return arbiter;
}
