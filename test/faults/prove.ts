import type {ExitStatus} from '../../source/observation.js';
import {seenWhole} from './sights.js';
import type {Trial} from './trial.js';

/** "code 7", "SIGSEGV", "SIGSEGV with a core". */
export function wordsOf(exit: ExitStatus | undefined): string {
  if (exit === undefined) {
    return 'an exit that this kernel does not tell';
  }

  return 'code' in exit ? `code ${exit.code}` : `${exit.signal}${exit.core ? ' with a core' : ''}`;
}

/**
 * Whether two exits are the same, except for the core: of a process with threads the kernel does not always tell the
 * witness that one was written.
 */
export function isSameExit(one: ExitStatus, other: ExitStatus): boolean {
  return withoutCore(one) === withoutCore(other);
}

function withoutCore(exit: ExitStatus): string {
  return wordsOf('signal' in exit ? {signal: exit.signal, core: false} : exit);
}

/**
 * Whether the fault was really caused: gunicorn's own log says so, exactly the workers that should die died, and they
 * ended as this version and class let them end. What does not hold is no matter of gunspect's. Empty when all holds.
 */
export function problemsOfFault({fault, target, deaths, lives, log, masterPid}: Trial): readonly string[] {
  const problems: string[] = [];
  for (const pattern of fault.proof(target, deaths)) {
    if (!pattern.test(log)) {
      problems.push(`gunicorn's log does not say ${pattern}`);
    }
  }

  const expectations = fault.deaths(seenWhole(target));
  for (const death of deaths) {
    const life = lives.find(({pid}) => pid === death.pid);
    const expectation = expectations[death.role];
    if (expectation === undefined) {
      problems.push(`nothing is expected of the role ${death.role}`);
    } else if (life?.exit !== undefined && !expectation.exits.some((exit) => isSameExit(exit, life.exit!))) {
      problems.push(
        `${death.role} ${death.pid} ended with ${wordsOf(life.exit)}, not with ${expectation.exits.map((exit) => wordsOf(exit)).join(' or ')}`,
      );
    }
  }

  for (const {pid, diedMs, exit} of lives) {
    const isMaster = pid === masterPid || log.includes(`[${pid}] [INFO] Starting gunicorn`);
    if (diedMs !== undefined && !isMaster && !deaths.some((death) => death.pid === pid)) {
      problems.push(`worker ${pid} died too, with ${wordsOf(exit)}, and should not have`);
    }
  }

  return problems;
}
