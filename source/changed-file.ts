/** What lies on disk around an application, and what systemd says of its service. */

/** A file or a package by its name and when it was last changed on disk (ctime). What is in it is never read. */
export type ChangedFile = {
  readonly what: 'application' | 'config' | 'package' | 'unit';
  /** A path below the application's folder, "stripe 5.0.0" for a package, the whole path for a unit's file. */
  readonly name: string;
  readonly changedWallMs: number;
};

/** What systemd says of the service. */
export type UnitState = {
  readonly name: string;
  /** How often it was started again by systemd (NRestarts). */
  readonly restarts?: number;
  /** Another one after every start. */
  readonly invocationId?: string;
  /** Of the last run: "success", "exit-code", "oom-kill" and others (systemd.service(5)). */
  readonly result?: string;
  /** Whether one worker that is killed for memory takes the others with it: "stop", "kill" or "continue". */
  readonly oomPolicy?: string;
};
