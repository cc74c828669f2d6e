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

/** While one is about to be killed, and others are on their way there. */
const storm = {incident: 'timeout-storm', beforeEnd: 4} as const;

export const pictures: readonly Picture[] = [
  {...storm, name: 'timeout-storm-120x40', columns: 120, rows: 40},
  {...storm, name: 'timeout-storm-80x24', columns: 80, rows: 24},
  {...storm, name: 'timeout-storm-60x15', columns: 60, rows: 15},
  {...storm, name: 'timeout-storm-200x50', columns: 200, rows: 50},
  {...storm, name: 'timeout-storm-mono-80x24', columns: 80, rows: 24, colour: false},
  {...storm, name: 'detail-120x40', columns: 120, rows: 40, keys: ['\r']},
  {...storm, name: 'guide-120x40', columns: 120, rows: 40, keys: ['d']},
  {...storm, name: 'sources-100x30', columns: 100, rows: 30, keys: ['e']},
  {name: 'memory-ahead-80x24', incident: 'memory-climb', columns: 80, rows: 24, beforeEnd: 25},
  {name: 'memory-climb-120x40', incident: 'memory-climb', columns: 120, rows: 40},
  {name: 'boot-loop-120x40', incident: 'boot-loop', columns: 120, rows: 40, beforeEnd: 2},
  {name: 'guide-boot-loop-80x24', incident: 'boot-loop', columns: 80, rows: 24, beforeEnd: 2, keys: ['d']},
  {name: 'quiet-recycle-120x30', incident: 'quiet-recycle', columns: 120, rows: 30},
  {name: 'reload-120x30', incident: 'reload', columns: 120, rows: 30},
];
