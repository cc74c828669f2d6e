import {expect, test} from 'vitest';
import {take} from '../../source/ledger/take.js';
import {attached, beat, eventsOf, moment, processId, sample, worker} from '../helpers/observations.js';
import {fold} from './fold.js';

/** A worker that is born every second and lives for three, beside one that lives for ever and says something each time. */
function ledgerAfter(samples: number) {
  let ledger = fold([attached()]);
  const [said] = eventsOf(['[2026-11-22 14:00:00 +0000] [9101] [ERROR] Error handling request /a']);
  const [stray] = eventsOf(['[2026-11-22 14:00:00 +0000] [77] [INFO] Booting worker with pid: 77']);
  const [signal] = eventsOf(['[2026-11-22 14:00:00 +0000] [812] [INFO] Handling signal: ttin']);
  for (let index = 0; index < samples; index++) {
    const at = moment(index / 4);
    const brief = Math.floor(index / 4);
    for (const event of [said, stray, signal]) if (event) ledger = take(ledger, {kind: 'log', at, event});
    ledger = take(
      ledger,
      sample(at, [
        worker(processId(9101, -60), {heartbeat: beat(at), rssBytes: 1e8 + index}),
        ...[0, 1, 2].map((back) => worker(processId(10_000 + ((brief - back) % 5000), brief - back))),
      ]),
    );
  }
  return ledger;
}

function sizes(ledger: ReturnType<typeof ledgerAfter>) {
  const lives = [...ledger.living, ...ledger.ended];
  return {
    living: ledger.living.length,
    ended: ledger.ended.length,
    masterLog: ledger.masterLog.length,
    unclaimed: ledger.unclaimed.length,
    unseen: ledger.unseen.length,
    pulses: ledger.pulses.length,
    glimpses: Math.max(...lives.map(({glimpses}) => glimpses.length)),
    trend: Math.max(...lives.map(({trend}) => trend.length)),
    trail: Math.max(...lives.map(({trail}) => trail.length)),
    log: Math.max(...lives.map(({log}) => log.length)),
    births: ledger.masters[0]?.birthsOrdered.length ?? 0,
  };
}

test('a hundred thousand samples with a birth, a death and records each second leave nothing that grows', () => {
  const early = sizes(ledgerAfter(4016));

  const late = sizes(ledgerAfter(100_000));

  expect(late).toEqual(early);
  expect(late).toMatchObject({
    ended: 150,
    glimpses: 40,
    trend: 60,
    trail: 60,
    log: 30,
    masterLog: 200,
    unseen: 200,
    pulses: 600,
  });
}, 120_000);
