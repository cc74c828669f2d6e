import {expect, test} from 'vitest';
import {beginInspection, observe, type Happening} from '../source/inspection.js';
import type {LogEvent} from '../source/gunicorn/log-event.js';
import type {Settings} from '../source/gunicorn/settings.js';
import type {Observation} from '../source/observation.js';
import type {Restart} from '../source/snapshot.js';
import {everyEnding} from './helpers/endings/endings.js';
import type {Story} from './helpers/history.js';
import {
  attached,
  eventsOf,
  moment,
  processId,
  sample,
  settingsOf,
  worker as workerSample,
} from './helpers/observations.js';

/** The restarts that are told of these events when they are all from before the attach, so many seconds after the beginning. */
function rebuilt(
  events: readonly LogEvent[],
  attachedSeconds: number,
  settings: Settings = {},
  parts = 7,
): readonly Restart[] {
  const at = moment(attachedSeconds);
  const size = Math.max(1, Math.ceil(events.length / parts));
  const pieces = Array.from({length: Math.max(1, Math.ceil(events.length / size))}, (_, index) =>
    events.slice(index * size, (index + 1) * size),
  );
  const observations: readonly Observation[] = [
    attached({settings}, at),
    sample(at, []),
    ...pieces.map((piece, index): Observation => ({
      kind: 'history',
      at,
      events: piece,
      isLast: index === pieces.length - 1,
    })),
  ];
  return restartsIn(observations);
}

function restartsIn(observations: readonly Observation[]): readonly Restart[] {
  let inspection = beginInspection('shop');
  const happenings: Happening[] = [];
  for (const observation of observations) {
    const result = observe(inspection, observation);
    inspection = result.inspection;
    happenings.push(...result.happenings);
  }
  return happenings.flatMap((happening) => (happening.kind === 'restart' ? [happening.restart] : []));
}

/** The lines of a story, after those with which its first workers began. */
function linesOf(story: Story): readonly string[] {
  const boots = story.setup.workers.map(
    (pid) => `[2026-11-22 13:58:00 +0000] [${pid}] [INFO] Booting worker with pid: ${pid}`,
  );
  return [...boots, ...story.lines.map(({text}) => text)];
}

const versions = ['20.1.0', '26.1.0'];
const endings = everyEnding(12).filter(({gunicorn: {version}}) => versions.includes(version));

/** Causes of which the log knows as much as anybody, so that nothing less may be said of them. */
const inTheLog = new Set(['max-requests', 'code-reload', 'reload', 'crash', 'gave-up', 'boot-error']);

test.each(endings)(
  'the past of $ending.id in $gunicorn.version is told without a wrong claim',
  ({ending, gunicorn}) => {
    const story = ending.tell(gunicorn).story();
    const settings = settingsOf({version: gunicorn.version, workerClass: gunicorn.workerClass});
    const restarts = rebuilt(eventsOf(linesOf(story)), story.endSeconds + 30, settings);

    for (const [pid, truth] of Object.entries(ending.truth(gunicorn))) {
      const told = restarts.find(({worker}) => worker.pid === Number(pid));
      if (told === undefined) continue;
      expect(told.reconstructed).toBe(true);
      expect(told.confidence).not.toBe('certain');
      const isHonest = told.cause === truth || told.confidence === 'possible';
      expect(isHonest, `#${pid} is ${truth}, and called ${told.cause} ${told.confidence}`).toBe(true);
      expect(told.evidence.every(({source}) => source === 'log' || source === 'settings')).toBe(true);
    }
  },
);

test('most deaths are named from the log alone', () => {
  const deaths = endings.flatMap(({ending, gunicorn}) => {
    const story = ending.tell(gunicorn).story();
    const settings = settingsOf({version: gunicorn.version, workerClass: gunicorn.workerClass});
    const restarts = rebuilt(eventsOf(linesOf(story)), story.endSeconds + 30, settings);
    return Object.entries(ending.truth(gunicorn))
      .filter(([, truth]) => inTheLog.has(truth))
      .map(([pid, truth]) => restarts.find(({worker}) => worker.pid === Number(pid))?.cause === truth);
  });

  expect(deaths.filter(Boolean).length / deaths.length).toBeGreaterThan(0.95);
});

const failedBoot = [
  '[2026-11-22 13:00:00 +0000] [812] [INFO] Starting gunicorn 23.0.0',
  '[2026-11-22 13:00:00 +0000] [9101] [INFO] Booting worker with pid: 9101',
  '[2026-11-22 13:10:00 +0000] [812] [CRITICAL] WORKER TIMEOUT (pid:9101)',
  '[2026-11-22 13:10:01 +0000] [812] [ERROR] Worker (pid:9101) was sent SIGKILL! Perhaps out of memory?',
  '[2026-11-22 13:10:01 +0000] [9102] [INFO] Booting worker with pid: 9102',
];

test('a restart is told with the time of its line, its age and who took its place', () => {
  const [restart] = rebuilt(eventsOf(failedBoot), 0);

  expect(restart).toMatchObject({
    cause: 'timeout',
    confidence: 'likely',
    branch: 'runtime',
    revision: 1,
    reconstructed: true,
    worker: {pid: 9101, exit: {signal: 'SIGKILL'}},
    replacement: {pid: 9102},
  });
  expect(new Date(restart!.atMs).toISOString().slice(0, 19)).toBe('2026-11-22T13:10:01');
  expect(Math.round(restart!.worker.ageSeconds)).toBe(601);
  expect(restart!.trail).toBeUndefined();
});

test('a worker that lives at the attach, and one that vanished without a word, are no restarts', () => {
  expect(rebuilt(eventsOf(failedBoot.slice(0, 2)), 0)).toEqual([]);
  expect(rebuilt(eventsOf([...failedBoot.slice(0, 2), failedBoot[1]!.replace('13:00:00', '13:20:00')]), 0)).toEqual([]);
});

test('a death that was watched as well is told once, and one of the day before yesterday not at all', () => {
  const at = moment(0);
  const startedSeconds = (Date.UTC(2026, 10, 22, 13, 0, 0) - at.wallMs) / 1000;
  const started = processId(812, startedSeconds);
  const events = eventsOf(failedBoot);
  const observations: readonly Observation[] = [
    attached({id: started, startedWallMs: at.wallMs + startedSeconds * 1000}, at),
    sample(at, [workerSample(processId(9101, startedSeconds))], {
      master: {id: started, processState: 'S', deadChildrenMinorFaults: 0},
    }),
    {kind: 'history', at, events, isLast: true},
  ];

  expect(restartsIn(observations)).toEqual([]);
  expect(rebuilt(events, 3 * 86_400)).toEqual([]);
});

test('how the past is cut into parts changes nothing, and lines without a time or a sense do no harm', () => {
  const events = eventsOf([
    'Worker (pid:1) was sent SIGKILL!',
    ...endings.flatMap(({ending, gunicorn}) => linesOf(ending.tell(gunicorn).story())).slice(0, 400),
  ]);
  const whole = rebuilt(events, 600, {}, 1);

  expect(rebuilt(events, 600, {}, 40)).toEqual(whole);
  expect(rebuilt([{event: 'worker-exiting', pid: 9, text: 'Worker exiting (pid: 9)'}], 0)).toEqual([]);
});
