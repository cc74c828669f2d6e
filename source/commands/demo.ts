import {checkoutCache} from '../demo/cache-folder.js';
import {startLightTraffic} from '../demo/light-traffic.js';
import {pythonEnvironment, type PythonEnvironment} from '../demo/python-environment.js';
import {demoSettings, startServer} from '../demo/start-server.js';
import {CommandError, type ExitCode} from './command-error.js';
import type {Invocation} from './command.js';
import {chosenFaults, possibleFaults} from './demo-choice.js';
import type {TourResult} from './demo-tour.js';
import {reasonOf} from './ending.js';
import {isScreen, live} from './live.js';

/** Light: a worker is busy now and then, and none is ever short of time. */
const requestsPerSecond = 4;
const pages = ['/', '/sleep?s=0.05'];

/** A Python environment that is kept is there long before; one that has to be made is announced. */
const patienceMs = 1000;

/**
 * `gunspect demo`: a real gunicorn of its own and the inspector on it. On a terminal the live screen, with the address
 * of the menu; without one, or with `--faults`, a tour of the faults that ends with 1 when a verdict was wrong. Where no
 * gunicorn can be had, one that was recorded.
 */
export async function demo(invocation: Invocation): Promise<ExitCode> {
  const {options, io, signal} = invocation;
  const faults = chosenFaults(options.faults);
  const environment = await environmentFor(invocation);
  if (environment === undefined || signal.aborted) {
    return 0;
  }
  if (typeof environment === 'string') {
    const why = `the demo runs a gunicorn of its own, and there is none: ${environment}`;
    if (options.faults !== undefined) {
      throw new CommandError(why);
    }
    return (await import('./play-recorded-demo.js')).playRecordedDemo(invocation, why);
  }
  const server = await startServer(environment, signal).catch((error: unknown) => {
    if (signal.aborted) {
      return undefined;
    }
    throw new CommandError(sentenceOf(error));
  });
  if (!server) {
    return 0;
  }
  const traffic = startLightTraffic(
    pages.map((page) => `${server.address}${page}`),
    requestsPerSecond,
  );
  const end = async () => {
    traffic.stop();
    await server.stop();
  };
  const menu = `faults to cause: curl ${server.address}/faults`;
  try {
    if (options.faults === undefined && isScreen(io)) {
      return await live({...invocation, target: `:${server.port}`}, `demo · ${menu}`);
    }
    const startedAtMs = performance.now();
    io.stdout.write(`gunspect demo: ${serverText(environment)}; ${menu}\n`);
    const {possible, leftOut} = possibleFaults(faults, server);
    io.stdout.write(leftOut.map((line) => `${line}\n`).join(''));
    const result = await (await import('./demo-tour.js')).tour(server, possible, invocation);
    await end();
    const seconds = Math.round((performance.now() - startedAtMs) / 1000);
    const ended = signal.aborted ? ` (of ${possible.length}, then ${reasonOf(signal)})` : '';
    io.stdout.write(`\n${resultText(result)}${ended} in ${seconds} s; gunicorn and its folder are gone\n`);
    return result.right === result.caused && result.falseAlarms === 0 ? 0 : 1;
  } finally {
    await end();
  }
}

/** The environment, or a sentence that says why there is none; undefined when it was ended meanwhile. */
async function environmentFor({io, signal}: Invocation): Promise<PythonEnvironment | string | undefined> {
  const announcement = setTimeout(() => {
    io.stderr.write('gunspect: making a Python environment with gunicorn, once\n');
  }, patienceMs);
  const cacheFolder = checkoutCache();
  try {
    return await pythonEnvironment({signal, ...(cacheFolder !== undefined && {cacheFolder})});
  } catch (error) {
    return signal.aborted ? undefined : sentenceOf(error);
  } finally {
    clearTimeout(announcement);
  }
}

function sentenceOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

function serverText({version}: PythonEnvironment): string {
  const {workers, timeoutSeconds} = demoSettings;
  return `gunicorn ${version}, sync ×${workers}, timeout ${timeoutSeconds} s, ${requestsPerSecond} requests a second`;
}

function resultText({caused, right, falseAlarms}: TourResult): string {
  const alarms = falseAlarms === 0 ? '' : `, ${falseAlarms} false alarms without a fault`;
  return `${caused} ${caused === 1 ? 'fault' : 'faults'} caused, ${right} named right${alarms}`;
}
