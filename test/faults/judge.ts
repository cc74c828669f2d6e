import {secretInQuery} from '../helpers/fault-request.js';
import {problemsOfLine} from '../helpers/watch-contract.js';
import type {RestartLine, WatchLine} from '../helpers/watch-stream.js';
import type {Seen} from './fault.js';
import {problemsOfRevisions} from './judge-verdict.js';
import {seenFrom} from './sights.js';
import type {Trial, Watched} from './trial.js';

/** A trial as it was seen from one place. */
type SeenTrial = Omit<Trial, 'target' | 'watched'> & {readonly target: Seen};

/**
 * Judges every line of a stream against what really happened: the shape of each line, the order of all, every
 * revision of every verdict, and that nobody else is accused. Empty when all is right.
 */
export function problemsOfStream(trial: Trial, watched: Watched): readonly string[] {
  const seen = {...trial, target: seenFrom(trial.target, watched.sight)};
  return [
    ...problemsOfLines(watched.lines),
    ...problemsOfFrame(watched),
    ...problemsOfVerdicts(seen, watched.lines),
    ...problemsOfEvents(seen, watched.lines),
    ...problemsOfStates(seen, watched.lines),
  ];
}

function problemsOfLines(lines: readonly WatchLine[]): readonly string[] {
  return lines.flatMap(({text}) => [
    ...problemsOfLine(text).map((problem) => `shape: ${problem}`),
    ...(text.includes(secretInQuery) ? [`SECRET in the stream: ${text}`] : []),
  ]);
}

/** `attached` first, `detached` last, an orderly end, nothing on standard error, samples only on request. */
function problemsOfFrame(watch: Watched): readonly string[] {
  const types = watch.lines.map(({value}) => value?.type);
  const times = watch.lines.flatMap(({value}) => (value?.type === 'sample' ? [value.at] : []));
  return [
    ...(types[0] === 'attached' ? [] : [`the first line is ${types[0]}`]),
    ...(types.at(-1) === 'detached' ? [] : [`the last line is ${types.at(-1)}`]),
    ...(watch.end.code === 0 ? [] : [`watch ended with ${watch.end.code ?? watch.end.signal}`]),
    ...(watch.standardError === '' ? [] : [`standard error: ${watch.standardError}`]),
    ...(watch.withSamples || times.length === 0 ? [] : ['samples without --samples']),
    ...(watch.withSamples && times.length === 0 ? ['no samples in spite of --samples'] : []),
    ...(times.every((time, index) => index === 0 || time >= times[index - 1]!) ? [] : ['samples out of order']),
  ];
}

function problemsOfVerdicts(trial: SeenTrial, lines: readonly WatchLine[]): readonly string[] {
  const {fault, target, deaths, lives} = trial;
  const expectations = fault.deaths(target);
  const restarts = lines.flatMap(({value}) => (value?.type === 'restart' ? [value] : []));
  const missed = lines.reduce((sum, {value}) => sum + (value?.type === 'missed' ? value.count : 0), 0);
  const untold = deaths.filter(({pid, role}) => fault.mayMiss?.includes(role) && !isTold(restarts, pid));
  const problems: string[] = [];
  for (const death of deaths) {
    const life = lives.find(({pid}) => pid === death.pid);
    const expectation = expectations[death.role];
    if (life !== undefined && expectation !== undefined && !untold.includes(death)) {
      const revisions = restarts.filter((line) => line.worker.pid === death.pid);
      problems.push(...problemsOfRevisions({death, life, expectation}, revisions, target));
    }
  }

  for (const line of restarts) {
    if (!deaths.some(({pid}) => pid === line.worker.pid)) {
      problems.push(`ACCUSED: ${line.worker.pid} of ${line.cause}/${line.confidence}, and it lived`);
    }
  }

  // Without the log nobody can know of a life that began and ended between two samples.
  if (missed > untold.length || (target.log === 'file' && missed < untold.length)) {
    problems.push(`${missed} deaths counted as missed, not ${untold.length}`);
  }

  return problems;
}

function isTold(restarts: readonly RestartLine[], pid: number): boolean {
  return restarts.some((line) => line.worker.pid === pid);
}

/**
 * From the real death of a worker to the first line about it, milliseconds. A figure to look at and no judgement: on a
 * machine that has more to do it says more of the machine.
 */
export function verdictDelayMs(
  lines: readonly WatchLine[],
  pid: number,
  diedMs: number | undefined,
): number | undefined {
  const first = lines.find(({value}) => value?.type === 'restart' && value.worker.pid === pid);
  return first === undefined || diedMs === undefined ? undefined : first.receivedMs - diedMs;
}

function problemsOfEvents(
  {fault, target, deaths, lives, masterPid}: SeenTrial,
  lines: readonly WatchLine[],
): readonly string[] {
  const events = lines.flatMap(({value}) => (value?.type === 'master' ? [value.event] : []));
  const patterns = lines.flatMap(({value}) => (value?.type === 'pattern' ? [value.pattern] : []));
  const meant = fault.masterEvents ?? [];
  const masterEnded = lives.some(({pid, diedMs}) => pid === masterPid && diedMs !== undefined);
  const allowed = target.log === 'pipe' && masterEnded ? [...meant, 'ended'] : meant;
  const required = target.log === 'pipe' ? [] : meant;
  return [
    ...required.filter((event) => !events.includes(event)).map((event) => `no master line says ${event}`),
    ...events.filter((event) => !allowed.includes(event)).map((event) => `a master line says ${event}`),
    ...(masterEnded && events.length === 0 ? ['no master line says that it ended'] : []),
    ...(deaths.length === 0 ? patterns.map((pattern) => `a pattern, ${pattern}, although nothing happened`) : []),
  ];
}

/** In a worker that nothing happened to, no sample may see a fault. What one worker must be seen in, it is seen in. */
function problemsOfStates(
  {fault, target, deaths, lives, masterPid}: SeenTrial,
  lines: readonly WatchLine[],
): readonly string[] {
  const masterEnded = lives.some(({pid, diedMs}) => pid === masterPid && diedMs !== undefined);
  const faulty = ['stuck', 'hung-boot', 'stopped', 'dead', 'draining', ...(masterEnded ? [] : ['orphan'])];
  const found = new Set<string>();
  const shown = new Set<number>();
  for (const {value} of lines) {
    if (value?.type === 'sample') {
      for (const {pid, state} of value.workers) {
        if (state === fault.showsState) {
          shown.add(pid);
        } else if (faulty.includes(state) && !deaths.some((death) => death.pid === pid)) {
          found.add(`ACCUSED: ${pid} of being ${state} in a sample`);
        }
      }
    }
  }

  if (fault.showsState !== undefined && target.log === 'file' && shown.size !== 1) {
    found.add(`${shown.size} workers shown as ${fault.showsState}, not one`);
  }

  return [...found];
}
