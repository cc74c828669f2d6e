/** `--reload` saw a changed file, and the worker left to be forked again with the new code. */
import {confirmed, insufficient, ruledOut} from '../cause-rule.js';
import type {CauseRule} from '../cause-rule.js';
import {exitCode, exitEvidence, exitSignal, known, logHasNo, neverBooted, ownLine} from '../facts.js';
import {otherWords} from '../own-words.js';
import {bootFailurePrintedWithinMs} from '../thresholds.js';

export const codeReload: CauseRule = {
  id: 'code-reload',
  means: '--reload saw a changed file',
  branch: 'recycle',
  expected: true,
  judge(c) {
    const self = {supports: 'code-reload'} as const;
    const against = {contradicts: 'code-reload'} as const;
    if (exitSignal(c) !== undefined || (exitCode(c) ?? 0) !== 0) return ruledOut(...exitEvidence(c, against));
    const words = otherWords(c, 'code-reload');
    if (words) return ruledOut(words);
    const line = ownLine(c, 'code-changed', self);
    if (line) return confirmed(...known(line, ownLine(c, 'worker-exiting', self), ...exitEvidence(c, self)));
    // The reloader starts once the application is loaded (workers/base.py init_process).
    const booting = neverBooted(c, against);
    if (booting) return ruledOut(booting);
    if (c.settings.reload?.value === false) return ruledOut({source: 'settings', fact: '--reload is off', ...against});
    const noLine = logHasNo(
      c,
      '"Worker reloading" of it',
      {withinMs: bootFailurePrintedWithinMs, hidden: true},
      against,
    );
    return noLine ? ruledOut(noLine) : insufficient('the error log');
  },
};
