/**
 * The demo without a screen: each fault in turn, caused over HTTP, and beside it what the inspector says of it.
 *
 * The session is the one of every other command and knows nothing of the tour. The tour asks for pages, listens and
 * compares; a fault is over when everything expected was said and the server is whole again.
 */
import {ask, type AskedPage} from '../demo/ask.js';
import type {DemoFault, DemoFaultId} from '../demo/demo-faults.js';
import type {DemoServer} from '../demo/start-server.js';
import {happeningLines} from '../export/text.js';
import {Session} from '../session/session.js';
import {severalMasters, takeAim, throwIfRefused} from './attach.js';
import type {Invocation} from './command.js';
import {demoExpectations, type DemoExpectation} from './demo-expectations.js';
import {listenTo, type Heard, type Hearing} from './demo-hearing.js';
import {judgeStep, type DemoStep} from './demo-judge.js';
import {formatSeconds} from '../view/format.js';
import {zoneOffset} from './zone.js';

export type TourFault = DemoFault & {readonly id: DemoFaultId};

/** How the tour went; `caused` is less than what was asked for when it was ended before. */
export type TourResult = {readonly caused: number; readonly right: number; readonly falseAlarms: number};

/** Long enough to see that light traffic alone is no fault, and for two samples of everything. */
const quietMs = 2000;
/** A timeout takes up to three seconds more than its budget, and its verdict two; a boot loop some seconds more. */
const verdictDeadlineMs = 25_000;
const wholeDeadlineMs = 20_000;
/** Nothing new for so long: whatever was to be said of a fault was said. */
const silenceMs = 700;

type Stage = {
  readonly server: DemoServer;
  readonly session: Session;
  readonly hearing: Hearing;
  readonly signal: AbortSignal;
  readonly print: (...lines: readonly string[]) => void;
};

/** A fault that was caused. What is wrong is asked again at the end: a later revision can spoil what was right. */
type Caused = {readonly fault: TourFault; readonly wasRight: boolean; readonly judge: () => readonly string[]};

/** Goes through the faults until the signal aborts, and prints each with what is said of it. */
export async function tour(
  server: DemoServer,
  faults: readonly TourFault[],
  invocation: Invocation,
): Promise<TourResult> {
  const {io, options} = invocation;
  const offsetAt = zoneOffset(options.utc);
  const print: Stage['print'] = (...lines) => io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  const aim = await takeAim({...invocation, target: `:${server.port}`}, async (masters) => {
    throw severalMasters(masters);
  });
  if (!aim) {
    return {caused: 0, right: 0, falseAlarms: 0};
  }
  const session = new Session({...aim, intervalMs: options.intervalMs});
  const hearing = listenTo(session, (happening) =>
    print(...happeningLines(happening, offsetAt).map((line) => `  ${line}`)),
  );
  const over = new AbortController();
  const signal = AbortSignal.any([invocation.signal, over.signal]);
  const running = session.run(signal).finally(() => over.abort());
  try {
    return await goThrough(faults, {server, session, hearing, signal, print});
  } finally {
    over.abort();
    throwIfRefused(await running);
  }
}

async function goThrough(faults: readonly TourFault[], stage: Stage): Promise<TourResult> {
  const {hearing, signal, print} = stage;
  const asked: AskedPage[] = [];
  const caused: Caused[] = [];
  try {
    const quiet = hearing.nextStep();
    print('', 'no fault: light traffic alone');
    await hearing.until(() => false, quietMs, signal);
    const falseAlarms = quiet.restarts.length;
    print(falseAlarms === 0 ? '  right: nothing was said of any worker' : '  WRONG: no worker has ended');
    for (const [index, fault] of faults.entries()) {
      if (signal.aborted) {
        break;
      }
      print('', `${index + 1}/${faults.length} ${fault.id}: ${fault.menu}`);
      // oxlint-disable-next-line no-await-in-loop -- one fault after another
      const one = await causeOne(fault, stage, asked);
      caused.push(...(one ? [one] : []));
    }
    const wrong = caused.filter(({judge}) => judge().length > 0);
    for (const {fault, judge} of wrong.filter((one) => one.wasRight)) {
      print('', `${fault.id}, after all:`, ...judge().map((complaint) => `  WRONG: ${complaint}`));
    }
    return {caused: caused.length, right: caused.length - wrong.length, falseAlarms};
  } finally {
    for (const page of asked) {
      page.hangUp();
    }
  }
}

/** Causes a fault and waits for its verdict. Undefined when the tour was ended meanwhile. */
async function causeOne(fault: TourFault, stage: Stage, asked: AskedPage[]): Promise<Caused | undefined> {
  const {server, session, hearing, signal, print} = stage;
  const heard = hearing.nextStep();
  const livedBefore = livingPids(session);
  const causedAtMs = performance.now();
  const page = ask(`${server.address}/faults/${fault.id}`);
  asked.push(page);
  const said = await page.answer.catch((error: Error) => ({status: 0, firstLine: error.message}));
  if (signal.aborted) {
    return undefined;
  }
  print(`  GET /faults/${fault.id} answers: ${said.firstLine}`);
  const isCaused = said.status === 200 && !said.firstLine.startsWith('it could not be done');
  const step = () => stepOf({fault, livedBefore, heard, firstLine: said.firstLine, server});
  const judge = () => (isCaused ? judgeStep(step()).wrong : ['the page could not cause it']);
  const missing = () => (isCaused ? judgeStep(step()).missing : []);

  await hearing.until(() => missing().length === 0, verdictDeadlineMs, signal);
  const seconds = formatSeconds((performance.now() - causedAtMs) / 1000);
  const least = livedBefore.length - (fault.id === 'scale-down' ? 1 : 0);
  const isSettled = () => isWhole(session, least) && hearing.silentMs() >= silenceMs;
  const settled = await hearing.until(isSettled, wholeDeadlineMs, signal);
  if (signal.aborted) {
    return undefined;
  }
  const afterwards = settled ? [] : [`${formatSeconds(wholeDeadlineMs / 1000)} later it shows ${statesOf(session)}`];
  const everything = () => [...judge(), ...missing(), ...afterwards];
  const complaints = everything();
  print(...complaints.map((complaint) => `  WRONG: ${complaint}`));
  if (complaints.length === 0) {
    print(`  right: ${asExpected(demoExpectations[fault.id])}, ${seconds} after it was caused`);
  }
  return {fault, wasRight: complaints.length === 0, judge: everything};
}

type Facts = {
  readonly fault: TourFault;
  readonly livedBefore: readonly number[];
  readonly heard: Heard;
  readonly firstLine: string;
  readonly server: DemoServer;
};

function stepOf({fault, livedBefore, heard, firstLine, server}: Facts): DemoStep {
  const namedPid = /worker (\d+)/.exec(firstLine)?.[1];
  const recycled = server.log().matchAll(/\[(\d+)\] \[INFO\] Autorestarting worker/g);
  return {
    ...heard,
    expected: demoExpectations[fault.id],
    livedBefore,
    ...(namedPid !== undefined && {namedPid: Number(namedPid)}),
    recycled: new Set([...recycled].map(([, pid]) => Number(pid))),
  };
}

function asExpected({cause, variant, masterEvent}: DemoExpectation): string {
  return [cause, variant].filter(Boolean).join(', ') || `no restart, and the master event ${masterEvent ?? ''}`;
}

function livingPids(session: Session): readonly number[] {
  return session
    .snapshot()
    .workers.filter(({ended, kind}) => ended === undefined && kind === 'worker')
    .map(({pid}) => pid);
}

function statesOf(session: Session): string {
  const living = session.snapshot().workers.filter(({ended}) => ended === undefined);
  return living.length === 0 ? 'no worker' : living.map(({pid, state}) => `${pid} ${state}`).join(', ');
}

/** Whether the master lives and at least so many workers are there to serve. */
function isWhole(session: Session, workers: number): boolean {
  const {master, workers: rows} = session.snapshot();
  const living = rows.filter(({ended}) => ended === undefined);
  const serving = living.filter(({state}) => state === 'idle' || state === 'busy');
  return master?.alive === true && serving.length >= workers && serving.length === living.length;
}
