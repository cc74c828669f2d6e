/**
 * gunicorn stopped itself after a failed boot ("Worker failed to boot", "App failed to load"), and this sibling died with it.
 *
 * Any worker that ends with code 3 or 4 makes it give up, even one whose application called sys.exit(3) while serving.
 */
import {confirmed, insufficient, likely, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {
  bootFailure,
  exitCode,
  exitEvidence,
  haltedNear,
  known,
  logEvidence,
  logHasNo,
  masterWentOn,
  ownLine,
} from '../facts.js';
import {haltNearMs} from '../thresholds.js';
import {ownFarewell} from './deliberate-exit.js';

export const gaveUp: CauseRule = {
  id: 'gave-up',
  means: 'gunicorn stopped itself after a failed boot, and this sibling died with it',
  branch: 'runtime',
  expected: false,
  judge(c) {
    const self = {supports: 'gave-up'} as const;
    const against = {contradicts: 'gave-up'} as const;
    const failure = bootFailure(c);
    if (failure) return ruledOut(logEvidence(failure, against));
    const code = exitCode(c);
    if (code !== undefined && code !== 0) return ruledOut(...exitEvidence(c, against));
    const own = ownLine(c, 'worker-timeout', against) ?? ownLine(c, 'parent-changed', against);
    const halted = haltedNear(c);
    if (halted && !own) {
      const farewell = ownFarewell(c, 'gave-up');
      const evidence = known(logEvidence(halted, self), farewell);
      return farewell ? confirmed(...evidence) : likely(...evidence);
    }
    if (own) return ruledOut(own);
    const wentOn = masterWentOn(c, against);
    if (wentOn) return ruledOut(wentOn);
    const noHalt = logHasNo(c, 'Reason: Worker failed to boot', against);
    if (noHalt) return ruledOut(noHalt);
    const failed = c.siblings.endedNear.find((other) => other.booted === false);
    const gone = c.master.goneAt && c.master.goneAt.monotonicMs - c.end.at.monotonicMs <= haltNearMs;
    if (failed && gone && c.life.booted !== false)
      return likely({
        source: 'workers',
        fact: `worker ${failed.id.pid} failed to boot just before, and then the master ended`,
        ...self,
      });
    return insufficient('the error log');
  },
};
