import {env} from 'node:process';
import {takeAim, refusalToAttach, severalMasters, type Aim, type Choose} from './attach.js';
import type {ExitCode} from './command-error.js';
import {CommandError} from './command-error.js';
import type {Invocation, Io} from './command.js';
import {recordsToOutput, startRecording} from './record.js';
import {Session} from '../session/session.js';

/** Whether a live screen can be drawn and keys can be read. A dumb terminal cannot place text. */
export function isScreen({stdin, stdout}: Io): boolean {
  return stdin.isTTY && stdout.isTTY && env['TERM'] !== 'dumb';
}

function sessionOf({target, master, sensors}: Aim, {options}: Invocation): Session {
  return new Session({
    target,
    sensors,
    ...(master && {master}),
    intervalMs: options.intervalMs,
    mayAttach: refusalToAttach(options.force),
  });
}

/** `gunspect [target]`: the live screen on a terminal, one picture as text anywhere else. `notice` stands above the screen. */
export async function live(invocation: Invocation, notice?: string): Promise<ExitCode> {
  const {io, signal} = invocation;
  if (recordsToOutput(invocation)) {
    throw new CommandError('--record - takes standard output, where the screen is', 'use gunspect watch --record -');
  }
  const choose: Choose = async (masters) => {
    if (!isScreen(io)) {
      throw severalMasters(masters);
    }
    return (await import('./pick-master.js')).pickMaster(masters, io, signal);
  };
  // A picture is printed before anything could be read back.
  const aim = await takeAim(invocation, choose, isScreen(io));
  if (!aim) {
    return 0;
  }
  const session = sessionOf(aim, invocation);
  let trouble: string | undefined;
  const recording = await startRecording(session, aim.target.text, invocation, (sentence) => {
    trouble = sentence;
  });
  try {
    if (isScreen(io)) {
      await (await import('./show-screen.js')).showScreen(session, invocation, () => trouble ?? notice);
    } else {
      await (await import('./print-picture.js')).printPicture(session, invocation);
    }
  } finally {
    await recording?.close();
  }
  if (trouble !== undefined) {
    io.stderr.write(`gunspect: ${trouble}\n`);
  }
  return 0;
}
