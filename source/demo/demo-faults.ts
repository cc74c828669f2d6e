/**
 * The faults of the demo, in the order of its tour: one row drives the menu page, the page that causes the fault, and
 * the tour.
 *
 * What the request itself can do is a page of the application, under another name; what only somebody outside the
 * server can do, the application asks the launcher for. The inspector takes no part in either.
 */
export type DemoFault = {
  /** The page is `/faults/<id>`. */
  readonly id: string;
  /** What happens, in one line of the menu. */
  readonly menu: string;
  /** The application's page that does it. Absent where the launcher does it. */
  readonly page?: string;
  /** What the page answers before it does so; `%d` is the pid of the worker that serves it. */
  readonly says?: string;
};

export const demoFaults = [
  {
    id: 'timeout',
    menu: 'a request waits for an upstream that never answers',
    page: '/upstream',
    says: 'worker %d now waits for an upstream that never answers',
  },
  {
    id: 'c-code',
    menu: 'a request computes in C code and holds the interpreter lock',
    page: '/c-spin?s=600',
    says: 'worker %d now computes in C code, where no signal handler can run',
  },
  {id: 'silent-client', menu: 'a client connects and never says a word'},
  {
    id: 'crash',
    menu: 'a request reads address 0, and the interpreter crashes',
    page: '/segfault?after=1',
    says: 'worker %d will read address 0 in a second',
  },
  {
    id: 'exit',
    menu: 'a request calls os._exit(7)',
    page: '/exit?code=7&after=1',
    says: 'worker %d will call os._exit(7) in a second',
  },
  {id: 'kill', menu: 'somebody kills an idle worker with kill -9'},
  {id: 'recycle', menu: 'a burst of requests brings a worker to its max_requests'},
  {id: 'reload', menu: 'somebody sends the master HUP'},
  {id: 'scale-down', menu: 'somebody sends the master TTOU: one worker fewer'},
  {id: 'scale-up', menu: 'somebody sends the master TTIN: one worker more'},
  {id: 'boot', menu: 'a deploy with a missing module: HUP, then a boot loop until it is mended'},
] as const satisfies readonly DemoFault[];

export type DemoFaultId = (typeof demoFaults)[number]['id'];

/** Faults that the issue of restarts knows and this demo does not cause, each with the reason. */
export const leftOutFaults = [
  {id: 'memory', why: 'it needs a memory limit on a control group, and the demo changes nothing on the machine'},
] as const;
