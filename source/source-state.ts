/** The sources of evidence by name, in the order in which they are listed, and how each of them stands. */

/** What is read, by the name it has everywhere: `attached.sources`, `--without`, the screen's footer. */
export const sourceIds = [
  'processes',
  'heartbeat',
  'log',
  'exits',
  'connector',
  'kernel-log',
  'signals',
  'activity',
  'memory',
  'cpu',
  'traffic',
  'settings',
  'changes',
  'control-socket',
  'journal',
  'peek',
] as const;

export type SourceId = (typeof sourceIds)[number];

export type SourceState = {
  readonly id: SourceId;
  readonly state: 'ok' | 'partly' | 'denied' | 'unsupported' | 'failed' | 'off';
  /** What stands in the way, in words. Absent when `state` is `ok`. */
  readonly why?: string;
  /** What would unlock it, in words, when something would. */
  readonly unlock?: string;
};
