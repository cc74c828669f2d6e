import {database, onCpu, silentClient, type Teller} from '../history.js';
import {
  before,
  booting,
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

/** Timeouts of worker 9101, which a worker 9104 replaces. The limit is 10 s, and the arbiter looks once a second. */

const lateSeconds = 10.5;

const timeoutLine = '[812] [CRITICAL] WORKER TIMEOUT (pid:9101)';

/** The request and its traceback, which gunicorn prints since 22.0 when it aborts a sync worker. */
const abortedRequest = (gunicorn: Gunicorn): readonly string[] => [
  `[9101] [ERROR] Error handling request ${since('25.2')(gunicorn) ? 'POST ' : ''}/checkout`,
  'Traceback (most recent call last):',
  '  File "/srv/shop/venv/lib/python3.11/site-packages/gunicorn/workers/sync.py", line 134, in handle',
  '    self.handle_request(listener, req, client, addr)',
  '  File "/srv/shop/views.py", line 88, in charge_card',
  '    reply = sock.recv(4096)',
  '  File "/srv/shop/venv/lib/python3.11/site-packages/gunicorn/workers/base.py", line 204, in handle_abort',
  '    sys.exit(1)',
  'SystemExit: 1',
];

function aborted(teller: Teller, gunicorn: Gunicorn): Teller {
  const isOld = before('22.0')(gunicorn);
  const told = teller.log(timeoutLine).wait(0.01);
  return leaves(isOld ? told : told.log(...abortedRequest(gunicorn)), gunicorn, 9101, isOld ? 1 : 0);
}

/** SIGABRT does not reach Python: one loop of the arbiter later it sends SIGKILL. */
function killedByMaster(teller: Teller, gunicorn: Gunicorn, afterSeconds = 1): Teller {
  return ends(teller.log(timeoutLine).wait(afterSeconds), gunicorn, 9101, 'SIGKILL');
}

function timeout(id: string, happensIn: Ending['happensIn'], tell: Ending['tell']): Ending {
  return {id, happensIn, tell, truth: () => ({9101: 'timeout'})};
}

export const timeouts: readonly Ending[] = [
  timeout('timeout-in-request', isSync, (gunicorn) =>
    replaced(aborted(quiet(gunicorn).works(9101, database).wait(lateSeconds), gunicorn), 9104),
  ),
  timeout(
    'timeout-client-holds',
    (gunicorn) => isSync(gunicorn) && since('26.0')(gunicorn),
    (gunicorn) =>
      replaced(
        ends(
          quiet(gunicorn)
            .works(9101, database)
            .wait(lateSeconds)
            .log(timeoutLine)
            .wait(0.01)
            .log(...abortedRequest(gunicorn))
            .wait(1),
          gunicorn,
          9101,
          'SIGKILL',
        ),
        9104,
      ),
  ),
  timeout('timeout-in-c-code', everywhere, (gunicorn) =>
    replaced(
      killedByMaster(quiet(gunicorn).works(9101, onCpu).hangs(9101, onCpu, 'R').wait(lateSeconds), gunicorn),
      9104,
    ),
  ),
  timeout('timeout-in-disk-sleep', isSync, (gunicorn) =>
    replaced(
      killedByMaster(
        quiet(gunicorn)
          .works(9101, {kind: 'disk', what: '/mnt/share/x'})
          .hangs(9101, {kind: 'disk'}, 'D')
          .wait(lateSeconds),
        gunicorn,
        18,
      ),
      9104,
    ),
  ),
  timeout('timeout-silent-client', isSync, (gunicorn) => {
    const told = quiet(gunicorn).works(9101, silentClient).wait(lateSeconds).log(timeoutLine).wait(0.01);
    const isOld = before('22.0')(gunicorn);
    const said = isOld
      ? told
      : told.log(
          '[9101] [ERROR] Error handling request (no URI read)',
          'Traceback (most recent call last):',
          'SystemExit: 1',
        );
    return replaced(leaves(said, gunicorn, 9101, isOld ? 1 : 0), 9104);
  }),
  timeout('timeout-stopped', everywhere, (gunicorn) =>
    replaced(killedByMaster(quiet(gunicorn).stops(9101).wait(lateSeconds), gunicorn), 9104),
  ),
  timeout(
    'timeout-uvicorn',
    ({workerClass}) => workerClass.includes('uvicorn'),
    (gunicorn) =>
      replaced(
        ends(
          quiet(gunicorn).hangs(9101, onCpu, 'R').wait(lateSeconds).log(timeoutLine).wait(0.01),
          gunicorn,
          9101,
          'SIGABRT',
        ),
        9104,
      ),
  ),
  timeout(
    'timeout-while-draining',
    ({workerClass}) => workerClass === 'gthread',
    (gunicorn) =>
      replaced(
        killedByMaster(
          quiet(gunicorn, undefined, {maxRequests: 500})
            .works(9101)
            .log('[9101] [INFO] Autorestarting worker after current request.')
            .hangs(9101, {kind: 'lock', via: 'futex'})
            .wait(lateSeconds),
          gunicorn,
        ),
        9104,
      ),
  ),
  {
    id: 'timeout-of-a-reload',
    happensIn: isSync,
    tell: (gunicorn) => {
      const told = quiet(gunicorn)
        .works(9101, database)
        .wait(0.3)
        .log('[812] [INFO] Handling signal: hup', '[812] [INFO] Hang up: Master')
        .wait(0.01);
      const forked = [9104, 9105, 9106].reduce((teller, pid) => booting(teller, pid), told);
      const left = [9102, 9103].reduce((teller, pid) => leaves(teller, gunicorn, pid), forked.wait(0.02));
      const grown = [9104, 9105, 9106].reduce((teller, pid) => teller.boots(pid), left.wait(1));
      return killedByMaster(grown.wait(lateSeconds), gunicorn);
    },
    truth: () => ({9101: 'timeout', 9102: 'reload', 9103: 'reload'}),
  },
];
