/**
 * The faults of the demo, in the order of its tour: one row drives the menu page, the launcher that causes the fault,
 * and the tour. The inspector takes no part in causing them.
 */
export type DemoFault = {
  /** The page is `/faults/<id>`. */
  readonly id: string;
  /** What happens, in one line of the menu. */
  readonly menu: string;
  /** The application's page that does it, when a customer of the launcher's asks for it; `{upstream}` is a port where somebody listens and says nothing. */
  readonly page?: string;
  /** It needs gunicorn to run inside a memory limit, which takes a control group of the demo's own. */
  readonly needsMemoryLimit?: true;
};

export const demoFaults = [
  {
    id: 'timeout',
    menu: 'a request waits for an upstream that never answers',
    page: '/upstream?port={upstream}',
  },
  {
    id: 'c-code',
    menu: 'a request computes in C code and holds the interpreter lock',
    page: '/c-spin?s=600',
  },
  {id: 'silent-client', menu: 'a client connects and never says a word'},
  {
    id: 'crash',
    menu: 'a request reads address 0, and the interpreter crashes',
    page: '/segfault?after=1',
  },
  {
    id: 'exit',
    menu: 'a request calls os._exit(7)',
    page: '/exit?code=7&after=1',
  },
  {
    id: 'memory',
    menu: 'a request keeps more and more memory, until the limit is reached',
    page: '/leak?mb=8&every=0.1',
    needsMemoryLimit: true,
  },
  {id: 'kill', menu: 'somebody kills an idle worker with kill -9'},
  {id: 'recycle', menu: 'a burst of requests brings a worker to its max_requests'},
  {id: 'reload', menu: 'somebody sends the master HUP'},
  {id: 'scale-down', menu: 'somebody sends the master TTOU: one worker fewer'},
  {id: 'scale-up', menu: 'somebody sends the master TTIN: one worker more'},
  {id: 'boot', menu: 'a deploy with a missing module: HUP, then a boot loop until it is mended'},
] as const satisfies readonly DemoFault[];

export type DemoFaultId = (typeof demoFaults)[number]['id'];

/** Why a fault that needs a memory limit cannot be caused on this machine. */
export const withoutMemoryLimit = 'it needs a memory limit, and no control group can be made here (on Linux, root can)';
