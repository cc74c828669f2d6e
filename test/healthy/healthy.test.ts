import {test} from 'vitest';
import {nameOf, watchHealthy, type HealthyServer} from './healthy-server.js';

/** How long each server is watched, and the names of which of them: all, unless words of them are given. */
const minutes = Number(process.env.HEALTHY_MINUTES ?? 1);
const words = process.env.HEALTHY_ONLY?.split(';') ?? [''];

const everyServer = (['sync', 'gthread', 'gevent', 'asgi', 'uvicorn'] as const).flatMap((workerClass) =>
  (['idle', 'loaded'] as const).flatMap((load) =>
    [0, 30, 300].map((timeoutSeconds): HealthyServer => ({workerClass, load, timeoutSeconds})),
  ),
);

for (const healthy of everyServer.filter((each) => words.some((word) => nameOf(each).includes(word)))) {
  test.concurrent(`no alarm is raised about ${nameOf(healthy)} in ${minutes} min`, async (context) => {
    const {samples, answered, alarms} = await watchHealthy(healthy, minutes);

    process.stdout.write(`${nameOf(healthy)}: ${samples} samples, ${answered} answers, ${alarms.length} alarms\n`);
    context.expect(alarms).toEqual([]);
    // A machine that has more to do samples late, but it samples.
    context.expect(samples).toBeGreaterThan(minutes * 60);
    context.expect(answered > 0).toBe(healthy.load === 'loaded');
  });
}
