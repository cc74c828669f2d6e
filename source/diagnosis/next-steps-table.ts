/**
 * The advice as a table: for each cause, and for each way a timeout comes about, the guide's steps that bear on it.
 *
 * Places in braces are filled with facts of the restart (next-steps.ts). No row says to change the number of workers
 * or the timeout: that is the mistake that the guide's order prevents.
 */
import type {Cause, TimeoutVariant} from './verdict.js';

/** The number of a step of the guide (guide-steps.ts). */
export type StepNumber = 1 | 2 | 3 | 4 | 5;

export type AdviceKey = Cause | `timeout/${TimeoutVariant}`;

export type Advice = {readonly step: StepNumber; readonly text: string; readonly commands?: readonly string[]};

const cgroup = "/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/{master}/cgroup)";
const journal = 'journalctl --since {since} --until {until}';

const queue: Advice = {
  step: 2,
  text: 'See whether clients queue up while workers are silent: Recv-Q is the accept queue',
  commands: ["ss -ltn 'sport = :{port}'"],
};
const stackNow: Advice = {
  step: 3,
  text: 'See where a worker is now, and what it waits for',
  commands: ['py-spy dump --pid {live}', "ss -tnpo | grep 'pid={live},'"],
};
const sameBackend: Advice = {
  step: 3,
  text: 'See how many connections stand to {peer}, and how long they wait',
  commands: ['ss -tnpo dst {peer}'],
};
const samePath: Advice = {
  step: 3,
  text: 'See how often {path} is asked for, and how long it takes',
  commands: ['grep -F {path} {accesslog} | tail -n 20'],
};
const bootLog: Advice = {
  step: 4,
  text: 'Read what was printed while it started',
  commands: ['tail -n 60 {errorlog}', `${journal} --no-pager`],
};
const changes: Advice = {
  step: 4,
  text: 'See what changed before: code, configuration, packages, and which environment variables there are',
  commands: [
    "find -L /proc/{master}/cwd/ -type f -newermt '-2 hours' -not -path '*/.git/*' | head -n 40",
    String.raw`tr '\0' '\n' < /proc/{master}/environ | cut -d= -f1 | sort`,
  ],
};
const whoAsked: Advice = {
  step: 1,
  text: 'See who or what was at work in that minute',
  commands: [`${journal} --no-pager`, 'last -F | head -n 5'],
};
const whichService: Advice = {
  step: 1,
  text: 'See which service it belongs to, and what its supervisor did',
  commands: ['systemctl status {master} --no-pager', `${journal} --no-pager`],
};
const kernelLog: Advice = {
  step: 1,
  text: 'Read what the kernel said in that minute',
  commands: ['journalctl -k --since {since} --until {until} --no-pager', 'dmesg -T | tail -n 40'],
};

const timeout: readonly Advice[] = [
  queue,
  stackNow,
  sameBackend,
  samePath,
  {
    step: 5,
    text: "Runtime pressure: give what the request waits for a time limit of its own, well below gunicorn's {timeout} s, or move the work out of the request",
  },
];

const deliberate: readonly Advice[] = [
  whoAsked,
  {step: 5, text: 'A normal recycle: nothing to repair, unless requests were lost or a worker was missing for long'},
];

export const adviceTable: Readonly<Record<Cause, readonly Advice[]>> &
  Readonly<Partial<Record<AdviceKey, readonly Advice[]>>> = {
  timeout,
  'timeout/silent-client': [
    {
      step: 2,
      text: 'See the clients that are connected and have sent nothing',
      commands: ["ss -tno state established 'sport = :{port}'"],
    },
    {step: 3, text: 'No path is at fault: no request line had come in'},
    {
      step: 5,
      text: 'Runtime pressure by slow clients: a sync worker reads its client itself, so put a proxy in front that buffers requests, or use a threaded or async worker class',
    },
  ],
  'timeout/loop-blocked': [
    queue,
    {
      step: 3,
      text: 'See what holds the event loop: the top frame of the main thread',
      commands: ['py-spy dump --pid {live}'],
    },
    samePath,
    {step: 5, text: 'Runtime pressure: call what blocks in a thread, or use its asynchronous form'},
  ],
  'timeout/draining': [
    {step: 1, text: 'It was told to leave for {during} and its requests did not end in graceful_timeout'},
    stackNow,
    samePath,
    {step: 5, text: 'A recycle that turned into a fault: find the request that does not end, and give it a time limit'},
  ],
  'timeout/stopped': [
    {
      step: 1,
      text: 'It was stopped from outside, by SIGSTOP, a debugger or a frozen container; see whether another one is',
      commands: ["grep -E 'State|TracerPid' /proc/{live}/status", `cat ${cgroup}/cgroup.events`],
    },
    whoAsked,
  ],
  'timeout/cpu-starved': [
    {
      step: 2,
      text: 'See whether the machine or its CPU limit is used up: throttled_usec counts',
      commands: ['cat /proc/pressure/cpu', `cat ${cgroup}/cpu.stat`, 'uptime'],
    },
    {step: 3, text: 'See what uses the processor', commands: ['top -b -n 1 | head -n 20', 'py-spy dump --pid {live}']},
    {step: 5, text: 'Runtime pressure for the processor: the heartbeat was late for want of it, not for a request'},
  ],
  'timeout/disk': [
    {
      step: 2,
      text: 'See whether the disk stands still',
      commands: ['cat /proc/pressure/io', 'journalctl -k --since {since} --until {until} --no-pager'],
    },
    stackNow,
    {step: 5, text: 'Runtime pressure by storage: no signal ends a process in disk sleep, also not SIGKILL'},
  ],
  'timeout/clock-step': [
    {
      step: 2,
      text: 'See who set the clock',
      commands: ['timedatectl', `${journal} -u systemd-timesyncd -u chronyd -u ntpd --no-pager`],
    },
    {step: 5, text: 'No request is at fault: this gunicorn takes the wall clock for its heartbeats'},
  ],
  'out-of-memory': [
    kernelLog,
    {
      step: 2,
      text: 'Compare with the limit: oom_kill counts the kills, memory.peak is the most that was used',
      commands: [`grep -H . ${cgroup}/memory.events ${cgroup}/memory.max ${cgroup}/memory.peak`],
    },
    {
      step: 3,
      text: 'See which requests make a worker grow',
      commands: ["grep -E 'VmRSS|VmHWM' /proc/{live}/status", 'py-spy dump --pid {live}'],
    },
    {step: 5, text: 'Runtime pressure for memory: find what grows; a recycle by max_requests only hides it'},
  ],
  crash: [
    kernelLog,
    {step: 3, text: 'Read the core dump, if one was kept', commands: ['coredumpctl info {pid} --no-pager']},
    {
      step: 4,
      text: 'See which compiled modules it loads, the newest first',
      commands: [String.raw`grep -o '/[^ ]*\.so[^ ]*' /proc/{live}/maps | sort -u | xargs -r ls -lt | head -n 20`],
    },
    {
      step: 5,
      text: 'The interpreter or a compiled module died: with PYTHONFAULTHANDLER=1 the next one prints its Python stack',
    },
  ],
  'app-exit': [
    {step: 3, text: 'Read what it printed last', commands: ['tail -n 60 {errorlog}']},
    {
      step: 4,
      text: 'See where the code leaves by itself',
      commands: [
        String.raw`grep -rnE 'sys\.exit|os\._exit|quit\(|exit\(' --include='*.py' /proc/{master}/cwd/ | head -n 20`,
      ],
    },
    {step: 5, text: 'A fault of the application while it served: the worker ended itself, gunicorn did not'},
  ],
  killed: [
    kernelLog,
    whichService,
    whoAsked,
    {step: 5, text: 'A kill from outside: neither memory nor the heartbeat gave a reason'},
  ],
  signalled: [
    whichService,
    whoAsked,
    {step: 5, text: 'A signal from outside to this worker: look for a pkill or a hook of a deploy'},
  ],
  'boot-error': [
    bootLog,
    changes,
    {
      step: 4,
      text: 'Try the import alone, in its directory and as its user; this runs the application',
      commands: ['gunicorn --check-config {app}'],
    },
    {step: 5, text: 'A startup failure: traffic has nothing to do with it'},
  ],
  'boot-timeout': [
    {
      step: 4,
      text: 'See where a starting worker stands, and which service it waits for',
      commands: ['py-spy dump --pid {live}', "ss -tnpo | grep 'pid={live},'"],
    },
    bootLog,
    changes,
    {step: 5, text: 'A startup failure: something that is needed to start does not answer'},
  ],
  'boot-exit': [bootLog, changes, {step: 5, text: 'A startup failure: it left by itself, without a traceback'}],
  'max-requests': [
    {
      step: 1,
      text: 'It reached its request limit, as configured; when many do so within seconds, max_requests_jitter is too small',
    },
    {step: 5, text: 'A normal recycle: nothing to repair, unless memory is why the limit is there'},
  ],
  reload: deliberate,
  upgrade: deliberate,
  'scale-down': deliberate,
  'code-reload': [
    {
      step: 4,
      text: 'A source file changed and --reload is on, which is meant for development',
      commands: ['tail -n 20 {errorlog}'],
    },
    {step: 5, text: 'A normal recycle; in production, leave --reload off'},
  ],
  shutdown: [
    whichService,
    whoAsked,
    {step: 5, text: 'A stop of the whole server: a person, a deploy, a health probe or a limit of its service'},
  ],
  'service-restart': [
    whichService,
    {step: 5, text: 'A restart by its supervisor: the reason is there, not in gunicorn'},
  ],
  'master-lost': [
    kernelLog,
    whichService,
    {step: 5, text: 'The master died and its workers left by themselves: what ended the master is the fault'},
  ],
  'gave-up': [
    bootLog,
    changes,
    {step: 5, text: 'A startup failure of one worker took the others with it: read that one'},
  ],
  'clean-exit': [
    {
      step: 1,
      text: 'It left with exit code 0 and nothing said why; e shows which sources would tell',
      commands: ['tail -n 60 {errorlog}'],
    },
    whoAsked,
  ],
  unknown: [
    {
      step: 1,
      text: 'There is not enough evidence; e shows which sources would tell',
      commands: ['tail -n 60 {errorlog}'],
    },
    kernelLog,
  ],
};
