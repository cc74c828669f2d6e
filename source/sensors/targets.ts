/** Turns what the user named into masters: pid, pidfile, port, address, unix socket, systemd unit or part of the app's name. */
import type {FindOptions, FoundMaster} from './masters.js';

/** The forms a target can have. All but `pid` still name the same service after its master was restarted. */
export type TargetForm = 'any' | 'pid' | 'pidfile' | 'port' | 'address' | 'unix-socket' | 'unit' | 'name';

export type Target = {
  readonly text: string;
  readonly form: TargetForm;
  /** Whether it can be waited for, and found again when a supervisor starts a new master. */
  readonly survivesRestart: boolean;
};

/** `none`, `not-gunicorn` and `unreadable` carry one sentence for the user that ends in the next step. */
export type ResolvedTarget =
  | {readonly kind: 'found'; readonly masters: readonly [FoundMaster]}
  /** Oldest first. */
  | {readonly kind: 'ambiguous'; readonly masters: readonly FoundMaster[]}
  | {readonly kind: 'none'; readonly why: string}
  | {readonly kind: 'not-gunicorn'; readonly why: string}
  | {readonly kind: 'unreadable'; readonly why: string};

/** Reads the form of a target from its text alone; no text means any master. Digits alone are a pid. */
export function parseTarget(_text?: string): Target {
  throw new Error('not built yet');
}

/** The masters that a target names now. A successor started on USR2 does not make its master ambiguous. */
export async function resolveTarget(_target: Target, _options: FindOptions = {}): Promise<ResolvedTarget> {
  throw new Error('not built yet');
}
