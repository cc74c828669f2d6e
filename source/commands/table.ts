import type {Command} from './command.js';
import type {FlagName} from './flags.js';

const attachFlags: readonly FlagName[] = ['interval', 'without', 'wait', 'showQuery', 'force'];
const recordFlags: readonly FlagName[] = ['record', 'recordLimit'];

/**
 * The commands. Each is loaded when it is run: what watches without a screen does not pay for one, and colours are
 * decided before anything that could use them is loaded.
 */
export const commands: readonly Command[] = [
  {
    takesTarget: true,
    summary: 'attach and show the workers live; without a terminal, print one picture of them',
    flags: [...attachFlags, ...recordFlags, 'ascii', 'theme'],
    run: async (invocation) => (await import('./live.js')).live(invocation),
  },
  {
    name: 'list',
    takesTarget: false,
    summary: 'the gunicorn masters of this machine',
    flags: ['verbose', 'json'],
    run: async (invocation) => (await import('./list.js')).list(invocation),
  },
  {
    name: 'doctor',
    takesTarget: true,
    summary: 'every source of evidence: readable or not, what stands in the way, what would unlock it',
    flags: ['json'],
    run: async (invocation) => (await import('./doctor.js')).doctor(invocation),
  },
  {
    name: 'watch',
    takesTarget: true,
    summary: 'without a screen: a line of text, or of JSON, for every event',
    flags: ['json', 'samples', 'history', 'for', 'untilExit', ...attachFlags, ...recordFlags],
    run: async (invocation) => (await import('./watch.js')).watch(invocation),
  },
  {
    name: 'replay',
    takesTarget: true,
    operand: 'FILE',
    summary: 'the live screen over a recording; without a terminal, one picture or JSON',
    flags: ['speed', 'json', 'samples', 'ascii', 'theme'],
    run: async (invocation) => (await import('./replay.js')).replay(invocation),
  },
  {
    name: 'report',
    takesTarget: true,
    operand: 'FILE',
    summary: 'the incident of a recording as Markdown',
    flags: [],
    run: async (invocation) => (await import('./report.js')).report(invocation),
  },
  {
    name: 'demo',
    takesTarget: false,
    summary:
      'a gunicorn of its own with faults to cause, and the live screen on it; without a terminal, a tour of them',
    flags: ['faults', 'interval', 'ascii', 'theme'],
    run: async (invocation) => (await import('./demo.js')).demo(invocation),
  },
];
