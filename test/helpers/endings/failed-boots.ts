import type {Teller} from '../history.js';
import {before, booting, ends, everywhere, isSync, leaves, quiet, since, type Ending, type Gunicorn} from './ending.js';

/** Workers that cannot start. 9101 is killed by hand, and what should replace it fails: 9104 first. */

const traceback = (pid: number): readonly string[] => [
  `[${pid}] [ERROR] Exception in worker process`,
  'Traceback (most recent call last):',
  '  File "/srv/shop/venv/lib/python3.11/site-packages/gunicorn/workers/base.py", line 147, in load_wsgi',
  '    self.wsgi = self.app.wsgi()',
  '  File "/srv/shop/shop.py", line 3, in <module>',
  '    import payments_client',
  "ModuleNotFoundError: No module named 'payments_client'",
];

function killed(gunicorn: Gunicorn): Teller {
  return ends(quiet(gunicorn), gunicorn, 9101, 'SIGKILL').wait(0.002);
}

/** The others are told to stop, and only then the master says why it gives up. */
function givesUp(teller: Teller, gunicorn: Gunicorn, reason: string, others: readonly number[] = [9102, 9103]): Teller {
  const level = since('21.0')(gunicorn) ? 'ERROR' : 'INFO';
  return others
    .reduce((told, pid) => leaves(told, gunicorn, pid), teller.wait(0.003))
    .wait(0.1)
    .log(`[812] [${level}] Shutting down: Master`, `[812] [${level}] Reason: ${reason}`)
    .wait(0.02)
    .masterDies();
}

const bootFailure = (id: string, bootSeconds: number): Ending => ({
  id,
  happensIn: everywhere,
  tell: (gunicorn) => {
    const failing = booting(killed(gunicorn), 9104)
      .wait(bootSeconds)
      .log(...traceback(9104));
    return givesUp(leaves(failing, gunicorn, 9104, 3), gunicorn, 'Worker failed to boot.');
  },
  truth: () => ({9101: 'killed', 9104: 'boot-error', 9102: 'gave-up', 9103: 'gave-up'}),
});

export const failedBoots: readonly Ending[] = [
  bootFailure('boot-import-error', 1.1),
  {...bootFailure('boot-import-error-at-once', 0.06), mayMiss: [9104]},
  {
    id: 'boot-no-app',
    happensIn: everywhere,
    tell: (gunicorn) => {
      const failing = booting(killed(gunicorn), 9104).wait(0.8).log("Failed to find attribute 'app' in 'shop'.");
      return givesUp(leaves(failing, gunicorn, 9104, 4), gunicorn, 'App failed to load.');
    },
    truth: () => ({9101: 'killed', 9104: 'boot-error', 9102: 'gave-up', 9103: 'gave-up'}),
  },
  {
    id: 'boot-two-fail-at-once',
    happensIn: everywhere,
    tell: (gunicorn) => {
      const both = booting(
        booting(ends(killed(gunicorn), gunicorn, 9102, 'SIGKILL').wait(0.04), 9104).wait(0.05),
        9105,
      );
      const failed = both
        .wait(0.9)
        .log(...traceback(9104))
        .wait(0.01)
        .log(...traceback(9105))
        .wait(0.01);
      return leaves(leaves(failed, gunicorn, 9104, 3), gunicorn, 9105, 3)
        .log(
          'Traceback (most recent call last):',
          '  File "/srv/shop/venv/bin/gunicorn", line 8, in <module>',
          '    sys.exit(run())',
          "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>",
        )
        .wait(0.02)
        .masterDies()
        .wait(4)
        .log('[9103] [INFO] Parent changed, shutting down: <Worker 9103>', '[9103] [INFO] Worker exiting (pid: 9103)')
        .wait(0.02)
        .dies(9103, 0);
    },
    truth: () => ({9101: 'killed', 9102: 'killed', 9104: 'boot-error', 9105: 'boot-error', 9103: 'gave-up'}),
  },
  {
    id: 'sys-exit-3-in-request',
    happensIn: (gunicorn) => isSync(gunicorn) && before('22.0')(gunicorn),
    tell: (gunicorn) =>
      givesUp(leaves(quiet(gunicorn).works(9101).wait(0.1), gunicorn, 9101, 3), gunicorn, 'Worker failed to boot.'),
    truth: () => ({9101: 'app-exit', 9102: 'gave-up', 9103: 'gave-up'}),
  },
  {
    id: 'boot-timeout',
    happensIn: before('22.0'),
    tell: (gunicorn) =>
      leaves(
        booting(killed(gunicorn), 9104).wait(10.5).log('[812] [CRITICAL] WORKER TIMEOUT (pid:9104)').wait(0.02),
        gunicorn,
        9104,
        1,
      ),
    truth: () => ({9101: 'killed', 9104: 'boot-timeout'}),
  },
  {
    id: 'boot-exit-9',
    happensIn: everywhere,
    tell: (gunicorn) => {
      const failing = booting(killed(gunicorn), 9104).wait(0.7);
      return booting(ends(failing, gunicorn, 9104, 9).wait(0.002), 9105)
        .wait(1)
        .boots(9105);
    },
    truth: () => ({9101: 'killed', 9104: 'boot-exit'}),
  },
  {
    id: 'boot-exit-1',
    happensIn: everywhere,
    tell: (gunicorn) => {
      const failing = booting(killed(gunicorn), 9104).wait(0.7);
      return booting(leaves(failing, gunicorn, 9104, 1).wait(0.002), 9105)
        .wait(1)
        .boots(9105);
    },
    truth: () => ({9101: 'killed', 9104: 'boot-exit'}),
  },
  {
    id: 'lifespan-failed',
    happensIn: ({workerClass}) => workerClass.includes('uvicorn'),
    tell: (gunicorn) => {
      const failing = booting(killed(gunicorn), 9104)
        .wait(0.4)
        .log('[9104] [ERROR] Application startup failed. Exiting.');
      return givesUp(leaves(failing, gunicorn, 9104, 3), gunicorn, 'Worker failed to boot.');
    },
    truth: () => ({9101: 'killed', 9104: 'boot-error', 9102: 'gave-up', 9103: 'gave-up'}),
  },
];
