/** The pictures of the README: which incident, when, at which size, and which keys were typed. */
export type Picture = {
  readonly name: string;
  readonly incident: string;
  readonly columns: number;
  readonly rows: number;
  /** Seconds before the end of the recording. */
  readonly beforeEnd?: number;
  readonly keys?: readonly string[];
  readonly colour?: false;
};

export const pictures: readonly Picture[] = [
  {name: 'timeout-storm-120x40', incident: 'timeout-storm', columns: 120, rows: 40},
  {name: 'timeout-storm-80x24', incident: 'timeout-storm', columns: 80, rows: 24},
  {name: 'timeout-storm-60x15', incident: 'timeout-storm', columns: 60, rows: 15},
  {name: 'timeout-storm-200x50', incident: 'timeout-storm', columns: 200, rows: 50},
  {name: 'timeout-storm-mono-80x24', incident: 'timeout-storm', columns: 80, rows: 24, colour: false},
  {name: 'detail-120x40', incident: 'timeout-storm', columns: 120, rows: 40, keys: ['\t', '\r']},
  {name: 'guide-100x30', incident: 'timeout-storm', columns: 100, rows: 30, keys: ['d']},
  {name: 'guide-boot-failure-80x24', incident: 'boot-failure', columns: 80, rows: 24, keys: ['d']},
  {name: 'sources-100x30', incident: 'timeout-storm', columns: 100, rows: 30, keys: ['e']},
  {name: 'quiet-recycle-120x30', incident: 'quiet-recycle', columns: 120, rows: 30},
  {name: 'reload-120x30', incident: 'reload', columns: 120, rows: 30},
  {name: 'boot-failure-120x40', incident: 'boot-failure', columns: 120, rows: 40},
];
