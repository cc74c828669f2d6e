/** What surrounds the workers at one moment: listeners, the network, memory and processors, as raw readings and counters. */

export type ListenerSample = {
  readonly address: string;
  /** Connections in the accept queue, not yet taken by a worker. */
  readonly backlog?: number;
  readonly backlogLimit?: number;
  /** Set when the limit is not the kernel's own word, but the smaller of gunicorn's `backlog` and `net.core.somaxconn`. */
  readonly backlogLimitInferred?: true;
  /** Connections that the kernel dropped at this listener so far, as it counts them for this one socket. */
  readonly drops?: number;
};

/** Counters of the network namespace that the target lives in, so far: all TCP listeners in it together (proc_pid_net(5)). */
export type NetworkSample = {
  /** Connections that listeners took up (Tcp PassiveOpens). */
  readonly passiveOpens?: number;
  /** Connections that found an accept queue full (TcpExt ListenOverflows). */
  readonly listenOverflows?: number;
  /** Those and others that a listener dropped (TcpExt ListenDrops). */
  readonly listenDrops?: number;
  /** TCP listeners of others in the same namespace: with none, the counters are the target's own. */
  readonly otherListeners?: number;
};

export type MemorySample = {
  /** OOM kills on this machine so far, memory cgroup kills included (/proc/vmstat oom_kill). */
  readonly oomKills?: number;
  /** The same for the target's own memory cgroup. */
  readonly cgroupOomKills?: number;
  /** Of the group whose limit will be hit first, the target's own or one above it. */
  readonly usedBytes?: number;
  readonly limitBytes?: number;
  /** The most that group ever used. */
  readonly peakBytes?: number;
  /** How often that group was at its limit so far (memory.events `max`, in version 1 memory.failcnt). */
  readonly limitHits?: number;
  /** Time in which some task of the target's group waited for memory so far, milliseconds (memory.pressure). */
  readonly groupPressureMs?: number;
  /** The same for the machine (/proc/pressure/memory). */
  readonly pressureMs?: number;
  /** What the machine has left to give away without swapping (MemAvailable), and all it has (MemTotal). */
  readonly availableBytes?: number;
  readonly machineBytes?: number;
  /** Names of running programs that kill for memory before the kernel does: "earlyoom", "systemd-oomd". */
  readonly oomDaemons?: readonly string[];
};

/** What the processors had to give, as counters so far. */
export type CpuSample = {
  readonly processors?: number;
  /** Time of all processors together, milliseconds: all of it, what was worked, and what the hypervisor gave to others (/proc/stat). */
  readonly totalMs?: number;
  readonly busyMs?: number;
  readonly stolenMs?: number;
  /** Time in which some task of the machine waited for a processor, milliseconds (/proc/pressure/cpu `some`). */
  readonly pressureMs?: number;
  /** The same for the target's own group (cpu.pressure). */
  readonly groupPressureMs?: number;
  /** The tightest quota on the target's group or one above it, in processors. Absent when there is none. */
  readonly quotaProcessors?: number;
  /** Of the group with that quota: periods in which it ran, those in which it used its quota up, and for how long it was held back. */
  readonly periods?: number;
  readonly throttledPeriods?: number;
  readonly throttledMs?: number;
};
