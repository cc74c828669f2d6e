/** Reads what kind of thing the user named, from its text alone. */

/** The forms a target can have. All but `pid` still name the same service after its master was restarted. */
export type TargetForm = 'any' | 'pid' | 'pidfile' | 'port' | 'address' | 'unix-socket' | 'unit' | 'cgroup' | 'name';

export type Target = {
  readonly text: string;
  readonly form: TargetForm;
  /** Whether it can be waited for, and found again when a supervisor starts a new master. */
  readonly survivesRestart: boolean;
};

/** The first that fits decides. A path may also turn out to be a socket; a name may turn out to be a unit. */
const forms: ReadonlyArray<readonly [RegExp, TargetForm]> = [
  [/^$/, 'any'],
  [/^\d+$/, 'pid'],
  [/^:\d+$/, 'port'],
  [/^unix:/, 'unix-socket'],
  [/^cgroup:\//, 'cgroup'],
  [/^(?:\[[\da-fA-F:.]+\]|[^\s:/@]+):\d+$/, 'address'],
  [/\//, 'pidfile'],
  [/\.(?:service|scope)$/, 'unit'],
  [/^/, 'name'],
];

/** Reads the form of a target from its text alone; no text means any master. Digits alone are a pid. */
export function parseTarget(text = ''): Target {
  const trimmed = text.trim();
  const form = forms.find(([pattern]) => pattern.test(trimmed))?.[1] ?? 'name';
  return {text: trimmed, form, survivesRestart: form !== 'pid'};
}
