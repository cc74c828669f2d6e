import {database, type Teller} from '../history.js';
import {
  booting,
  ends,
  everywhere,
  isSync,
  leaves,
  quiet,
  replaced,
  since,
  before,
  type Ending,
  type Gunicorn,
} from './ending.js';

/** Ends that someone wanted. Master 812 has the workers 9101, 9102 and 9103; the next generation is 9104 to 9106. */

const old = [9101, 9102, 9103];
const young = [9104, 9105, 9106];
const isUvicorn = ({workerClass}: Gunicorn): boolean => workerClass.includes('uvicorn');

const each = (teller: Teller, pids: readonly number[], step: (teller: Teller, pid: number) => Teller): Teller =>
  pids.reduce(step, teller);

/** A worker that was told to stop: uvicorn raises the signal again, and SIGTERM twice in a row can hit any other. */
function stops(teller: Teller, gunicorn: Gunicorn, pid: number, twice = false): Teller {
  if (isUvicorn(gunicorn)) return ends(teller, gunicorn, pid, 'SIGTERM');
  return leaves(teller, gunicorn, pid, twice ? 'SIGTERM' : 0);
}

function hup(teller: Teller): Teller {
  return each(
    teller.log('[812] [INFO] Handling signal: hup', '[812] [INFO] Hang up: Master').wait(0.003),
    young,
    booting,
  );
}

const boot = (teller: Teller, pid: number): Teller => teller.boots(pid);

function term(teller: Teller): Teller {
  return teller.log('[812] [INFO] Handling signal: term').wait(0.005);
}

function shutsDown(teller: Teller): Teller {
  return teller.wait(0.1).log('[812] [INFO] Shutting down: Master').wait(0.02).masterDies();
}

export const deliberateEnds: readonly Ending[] = [
  {
    id: 'max-requests',
    happensIn: (gunicorn) => !isUvicorn(gunicorn),
    tell: (gunicorn) =>
      replaced(
        leaves(
          quiet(gunicorn, undefined, {maxRequests: 500})
            .works(9101, database)
            .wait(0.05)
            .log('[9101] [INFO] Autorestarting worker after current request.')
            .wait(0.2),
          gunicorn,
          9101,
        ),
        9104,
      ),
    truth: () => ({9101: 'max-requests'}),
  },
  {
    id: 'code-reload',
    happensIn: isSync,
    tell: (gunicorn) =>
      replaced(
        leaves(
          quiet(gunicorn, undefined, {reload: true})
            .log('[9101] [INFO] Worker reloading: /srv/shop/views.py modified')
            .wait(0.1),
          gunicorn,
          9101,
        ),
        9104,
      ),
    truth: () => ({9101: 'code-reload'}),
  },
  {
    id: 'reload',
    happensIn: everywhere,
    tell: (gunicorn) =>
      each(
        each(hup(quiet(gunicorn)).wait(0.3), old, (teller, pid) => stops(teller, gunicorn, pid)),
        young,
        boot,
      ).wait(12),
    truth: () => ({9101: 'reload', 9102: 'reload', 9103: 'reload'}),
  },
  {
    id: 'reload-in-one-sample',
    happensIn: since('24.0'),
    tell: (gunicorn) =>
      each(
        each(hup(quiet(gunicorn)).wait(0.01), old, (teller, pid) => stops(teller, gunicorn, pid)),
        young,
        boot,
      ).wait(12),
    truth: () => ({9101: 'reload', 9102: 'reload', 9103: 'reload'}),
  },
  {
    id: 'reload-with-double-sigterm',
    happensIn: before('24.0'),
    tell: (gunicorn) =>
      each(
        each(hup(quiet(gunicorn)).wait(0.2), old, (teller, pid) => stops(teller, gunicorn, pid, true)),
        young,
        boot,
      ),
    truth: () => ({9101: 'reload', 9102: 'reload', 9103: 'reload'}),
  },
  {
    id: 'reload-and-a-kill',
    happensIn: everywhere,
    tell: (gunicorn) =>
      each(
        ends(stops(hup(quiet(gunicorn).works(9101)).wait(0.2), gunicorn, 9102), gunicorn, 9101, 'SIGKILL'),
        [9103],
        (teller, pid) => stops(teller, gunicorn, pid),
      ),
    truth: () => ({9101: 'killed', 9102: 'reload', 9103: 'reload'}),
  },
  {
    id: 'reload-then-a-sigterm-to-one',
    happensIn: isSync,
    tell: (gunicorn) => {
      const reloaded = each(hup(quiet(gunicorn)).wait(0.02), old, (teller, pid) => stops(teller, gunicorn, pid));
      return replaced(leaves(each(reloaded.wait(0.5), young, boot).wait(20), gunicorn, 9105), 9107);
    },
    truth: () => ({9101: 'reload', 9102: 'reload', 9103: 'reload', 9105: 'signalled'}),
  },
  {
    id: 'scale-down',
    happensIn: everywhere,
    tell: (gunicorn) =>
      stops(quiet(gunicorn).log('[812] [INFO] Handling signal: ttou').wait(0.01), gunicorn, 9101).wait(12),
    truth: () => ({9101: 'scale-down'}),
  },
  {
    id: 'scale-down-twice-and-up',
    happensIn: everywhere,
    tell: (gunicorn) => {
      const first = stops(quiet(gunicorn).log('[812] [INFO] Handling signal: ttou').wait(0.01), gunicorn, 9101);
      const second = stops(first.wait(0.4).log('[812] [INFO] Handling signal: ttou').wait(0.01), gunicorn, 9102);
      return booting(second.wait(0.6).log('[812] [INFO] Handling signal: ttin').wait(0.002), 9104).wait(1).boots(9104);
    },
    truth: () => ({9101: 'scale-down', 9102: 'scale-down'}),
  },
  {
    id: 'scale-down-then-a-sigterm-to-one',
    happensIn: isSync,
    tell: (gunicorn) => {
      const down = stops(quiet(gunicorn).log('[812] [INFO] Handling signal: ttou').wait(0.01), gunicorn, 9101);
      return replaced(leaves(down.wait(20), gunicorn, 9102), 9104).wait(12);
    },
    truth: () => ({9101: 'scale-down', 9102: 'signalled'}),
  },
  {
    id: 'a-ttou-without-effect',
    happensIn: isSync,
    tell: (gunicorn) =>
      replaced(
        leaves(quiet(gunicorn, [9101]).log('[812] [INFO] Handling signal: ttou').wait(3), gunicorn, 9101),
        9104,
      ).wait(12),
    truth: () => ({9101: 'signalled'}),
  },
  {
    id: 'shutdown',
    happensIn: everywhere,
    tell: (gunicorn) => shutsDown(each(term(quiet(gunicorn)), old, (teller, pid) => stops(teller, gunicorn, pid))),
    truth: () => ({9101: 'shutdown', 9102: 'shutdown', 9103: 'shutdown'}),
  },
  {
    id: 'shutdown-with-one-stuck',
    happensIn: isSync,
    tell: (gunicorn) => {
      const rest = each(term(quiet(gunicorn).works(9101).wait(5)), [9102, 9103], (teller, pid) =>
        stops(teller, gunicorn, pid),
      );
      const killed = rest.wait(10).dies(9101, 'SIGKILL');
      return killed.wait(0.01).log('[812] [INFO] Shutting down: Master').wait(0.02).masterDies();
    },
    truth: () => ({9101: 'shutdown', 9102: 'shutdown', 9103: 'shutdown'}),
  },
  {
    id: 'shutdown-by-control-group',
    happensIn: isSync,
    tell: (gunicorn) => shutsDown(term(each(quiet(gunicorn), old, (teller, pid) => leaves(teller, gunicorn, pid)))),
    truth: () => ({9101: 'shutdown', 9102: 'shutdown', 9103: 'shutdown'}),
  },
  {
    id: 'shutdown-after-a-sigterm-to-one',
    happensIn: isSync,
    tell: (gunicorn) => {
      const one = replaced(leaves(quiet(gunicorn), gunicorn, 9101), 9104);
      return shutsDown(each(term(one.wait(0.4)), [9102, 9103, 9104], (teller, pid) => stops(teller, gunicorn, pid)));
    },
    truth: () => ({9101: 'signalled', 9102: 'shutdown', 9103: 'shutdown', 9104: 'shutdown'}),
  },
  {
    id: 'service-restart',
    happensIn: everywhere,
    tell: (gunicorn) =>
      shutsDown(each(term(quiet(gunicorn)), old, (teller, pid) => stops(teller, gunicorn, pid)))
        .wait(8)
        .log('[950] [INFO] Starting gunicorn ' + gunicorn.version)
        .wait(0.5)
        .attach(950)
        .born(9201)
        .wait(0.5)
        .boots(9201),
    truth: () => ({9101: 'service-restart', 9102: 'service-restart', 9103: 'service-restart'}),
  },
  {
    id: 'upgrade',
    happensIn: everywhere,
    tell: (gunicorn) => {
      const second = quiet(gunicorn)
        .log('[812] [INFO] Handling signal: usr2')
        .wait(0.01)
        .born(940, 'undecided')
        .wait(0.3)
        .becomes(940, 'successor')
        .log(`[940] [INFO] Starting gunicorn ${gunicorn.version}`, '[941] [INFO] Booting worker with pid: 941')
        .wait(6);
      return shutsDown(each(term(second), old, (teller, pid) => stops(teller, gunicorn, pid)));
    },
    truth: () => ({9101: 'upgrade', 9102: 'upgrade', 9103: 'upgrade'}),
  },
  {
    id: 'shutdown-after-a-failed-upgrade',
    happensIn: everywhere,
    tell: (gunicorn) => {
      const failed = quiet(gunicorn)
        .log('[812] [INFO] Handling signal: usr2')
        .wait(0.01)
        .born(940, 'undecided')
        .wait(0.3)
        .becomes(940, 'successor')
        .log(
          `[940] [INFO] Starting gunicorn ${gunicorn.version}`,
          '[941] [INFO] Booting worker with pid: 941',
          '[941] [ERROR] Exception in worker process',
          'Traceback (most recent call last):',
          '  File "/srv/shop/shop.py", line 1, in <module>',
          "ModuleNotFoundError: No module named 'payments'",
          '[941] [INFO] Worker exiting (pid: 941)',
          '[940] [ERROR] Worker (pid:941) exited with code 3.',
          'Traceback (most recent call last):',
          '  File "/srv/shop/venv/bin/gunicorn", line 8, in <module>',
          "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>",
        )
        .wait(0.3)
        .dies(940, 1);
      return shutsDown(each(term(failed.wait(8)), old, (teller, pid) => stops(teller, gunicorn, pid)));
    },
    truth: () => ({9101: 'shutdown', 9102: 'shutdown', 9103: 'shutdown'}),
  },
  {
    id: 'master-lost',
    happensIn: isSync,
    tell: (gunicorn) =>
      each(quiet(gunicorn).masterDies().wait(2), old, (teller, pid) =>
        teller
          .wait(0.7)
          .log(
            `[${pid}] [INFO] Parent changed, shutting down: <Worker ${pid}>`,
            `[${pid}] [INFO] Worker exiting (pid: ${pid})`,
          )
          .wait(0.02)
          .dies(pid, 0),
      ),
    truth: () => ({9101: 'master-lost', 9102: 'master-lost', 9103: 'master-lost'}),
  },
];
