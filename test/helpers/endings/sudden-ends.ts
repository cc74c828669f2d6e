import {database, type Teller} from '../history.js';
import {
  before,
  ends,
  everywhere,
  isSync,
  leaves,
  quiet,
  replaced,
  since,
  type Ending,
  type Gunicorn,
} from './ending.js';

/** Sudden ends of worker 9101, which a worker 9104 replaces. */

type Exit = Parameters<typeof ends>[3];

function sudden(
  id: string,
  cause: ReturnType<Ending['truth']>[number],
  tell: (teller: Teller, gunicorn: Gunicorn) => Teller,
  happensIn: Ending['happensIn'] = everywhere,
): Ending {
  return {
    id,
    happensIn,
    tell: (gunicorn) => replaced(tell(quiet(gunicorn), gunicorn), 9104),
    truth: () => ({9101: cause}),
  };
}

const endsBy =
  (exit: Exit) =>
  (teller: Teller, gunicorn: Gunicorn): Teller =>
    ends(teller, gunicorn, 9101, exit);

const inRequest =
  (tell: (teller: Teller, gunicorn: Gunicorn) => Teller, seconds = 0.1) =>
  (teller: Teller, gunicorn: Gunicorn): Teller =>
    tell(teller.works(9101, database).wait(seconds), gunicorn);

const leavesBy =
  (exit: string | number) =>
  (teller: Teller, gunicorn: Gunicorn): Teller =>
    leaves(teller, gunicorn, 9101, exit);

/** sys.exit in a request ends the worker of these classes and versions only. */
function sysExitEnds(gunicorn: Gunicorn): boolean {
  const {workerClass} = gunicorn;
  return isSync(gunicorn) ? before('22.0')(gunicorn) : workerClass === 'gthread' && since('24.0')(gunicorn);
}

export const suddenEnds: readonly Ending[] = [
  sudden('kill-9-idle', 'killed', endsBy('SIGKILL')),
  sudden('kill-9-busy', 'killed', inRequest(endsBy('SIGKILL'), 3)),
  sudden('kill-9-late', 'killed', inRequest(endsBy('SIGKILL'), 9.8), isSync),
  sudden('out-of-memory', 'out-of-memory', (teller, gunicorn) =>
    ends(
      teller
        .weighs(9101, 900 * 1024 * 1024)
        .wait(4)
        .oomKill('cgroup')
        .wait(0.1),
      gunicorn,
      9101,
      'SIGKILL',
    ),
  ),
  sudden('segfault', 'crash', inRequest(endsBy('SIGSEGV'))),
  sudden('abort', 'crash', inRequest(endsBy('SIGABRT'))),
  sudden('os-exit-7', 'app-exit', inRequest(endsBy(7))),
  sudden('os-exit-0', 'app-exit', inRequest(endsBy(0))),
  sudden('os-exit-1', 'app-exit', inRequest(endsBy(1))),
  sudden('sys-exit-7', 'app-exit', inRequest(leavesBy(7)), sysExitEnds),
  sudden('sys-exit-0', 'app-exit', inRequest(leavesBy(0)), sysExitEnds),
  sudden('escaped-exception', 'app-exit', (teller, gunicorn) =>
    leaves(
      teller.log(
        '[9101] [ERROR] Exception in worker process',
        'Traceback (most recent call last):',
        '  File "/srv/shop/venv/lib/python3.11/site-packages/gunicorn/workers/sync.py", line 124, in run',
        '    self.run_for_one(timeout)',
        'OSError: [Errno 24] Too many open files',
      ),
      gunicorn,
      9101,
      255,
    ),
  ),
  sudden('sigterm-to-one', 'signalled', (teller, gunicorn) =>
    gunicorn.workerClass.includes('uvicorn') ? ends(teller, gunicorn, 9101, 'SIGTERM') : leaves(teller, gunicorn, 9101),
  ),
  sudden('sigabrt-to-one', 'signalled', leavesBy(1), isSync),
  sudden('sighup-to-one', 'signalled', endsBy('SIGHUP')),
];
