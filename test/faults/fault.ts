import type {GunicornVersion} from '../helpers/python.js';
import type {FaultClass} from '../helpers/worker-class.js';
import type {GunicornOptions, GunicornServer} from '../helpers/gunicorn-server.js';
import type {Witness, WitnessedExit} from '../helpers/fault-witness.js';

/** What a fault is caused in: a version and a worker class, and whether gunspect can read the error log. */
export type Target = {
  readonly version: GunicornVersion;
  /** The first number of the version that it really is. */
  readonly major: number;
  readonly workerClass: FaultClass;
  readonly log: 'file' | 'pipe';
};

/** A target as gunspect sees it from one place: `log` and `sees` say which sources it can read there. */
export type Seen = Target & {
  readonly sees: {
    readonly exits: boolean;
    readonly heartbeat: boolean;
    readonly activity: boolean;
    readonly memory: boolean;
    readonly senders: boolean;
  };
};

/** A worker that the fault has ended, and its part in it: the key to what is expected of its verdict. */
export type Death = {readonly pid: number; readonly role: string};

/** What a verdict on one ended life has to say. Only `cause` may ever be called certain. */
export type DeathExpectation = {
  /** The truth. */
  readonly cause: string;
  /** Weaker answers that are still honest where less can be known. */
  readonly orHonestly?: readonly string[];
  readonly branch: 'boot' | 'runtime' | 'recycle' | 'platform';
  readonly variants?: readonly string[];
  /** What a drain that overran was for. */
  readonly during?: string;
  /** What the first verdict has to be, rightly, when what makes it the cause above happens only later. */
  readonly revisedFrom?: string;
  readonly doing: readonly string[];
  readonly phase: readonly string[];
  readonly pressure: readonly string[];
  /** The true answer; "probably" and `unknown` are honest too. */
  readonly withoutTraffic: 'yes' | 'no' | 'either';
  /** How the process can have ended in this version and class. */
  readonly exits: readonly WitnessedExit[];
  readonly replaced: 'yes' | 'no' | 'either';
  /** The page it was serving; when absent, the verdict must not name any request. */
  readonly page?: string;
  /** What gunicorn's log wrongly suggests and the evidence must contradict. */
  readonly contradicts?: string;
};

export type Stage = {readonly server: GunicornServer; readonly witness: Witness; readonly target: Target};

/** One fault as data: how it is caused for real, what proves that it happened, and what gunspect has to say of it. */
export type Fault = {
  readonly id: string;
  /** Whether it happens at all in this version and class. What does not end a worker there is a fault of its own kind. */
  readonly happensIn: (target: Target) => boolean;
  readonly server?: Pick<
    GunicornOptions,
    'timeoutSeconds' | 'workers' | 'args' | 'memoryLimitMegabytes' | 'processorGroup'
  >;
  /** What gunspect is told to watch: the master's pid where nothing else is said. */
  readonly watchBy?: 'port';
  /** Causes it, and resolves with the workers it ended once they are gone; with none, when it has had time to. */
  readonly cause: (stage: Stage) => Promise<readonly Death[]>;
  /** Lines of gunicorn's log that prove it. */
  readonly proof: (target: Target, deaths: readonly Death[]) => readonly RegExp[];
  /** What is expected of each role, by somebody who sees that much of it. */
  readonly deaths: (target: Seen) => Readonly<Record<string, DeathExpectation>>;
  /**
   * `master` lines that must come, in any order, and no other. Without the log none of them has to, and a master that
   * ended for whatever reason may be said to have `ended`.
   */
  readonly masterEvents?: readonly string[];
  /** A state that samples must show of exactly one worker, which the fault leaves alive. */
  readonly showsState?: string;
  /** Lives too short to be seen one by one: these roles may be counted in a `missed` line instead. */
  readonly mayMiss?: readonly string[];
  /** Uses a whole processor while it lasts. */
  readonly isHeavy?: true;
  /** What not every machine has, in the words of `not-here.json`. */
  readonly needs?: string;
};
