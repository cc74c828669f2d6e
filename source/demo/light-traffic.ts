import http from 'node:http';

/** What a traffic has done so far. `broken` counts connections that ended without an answer. */
export type TrafficCount = {readonly asked: number; readonly answered: number; readonly broken: number};

/** A running traffic: how far it is, and its end, which waits for no answer. */
export type LightTraffic = {readonly count: () => TrafficCount; readonly stop: () => void};

/**
 * Asks for the given `http://` addresses in turn, `ratePerSecond` times a second, each over a connection of its own,
 * until `stop` is called. A slow or broken answer delays nothing and raises nothing.
 *
 * It is a few clients, not a load test: one timer, one request a tick, and never more than 64 waiting for an answer.
 */
export function startLightTraffic(addresses: readonly string[], ratePerSecond: number): LightTraffic {
  const mostWaiting = 64;
  const waiting = new Set<http.ClientRequest>();
  let asked = 0;
  let answered = 0;
  let broken = 0;

  const timer = setInterval(() => {
    const address = addresses[asked % addresses.length];
    if (address === undefined || waiting.size >= mostWaiting) {
      return;
    }

    asked += 1;
    const request = http.get(address, {agent: false});
    waiting.add(request);
    request.on('response', (response) => {
      answered += 1;
      response.on('error', () => undefined);
      response.resume();
    });
    request.on('error', () => (broken += 1));
    request.on('close', () => waiting.delete(request));
  }, 1000 / ratePerSecond);

  return {
    count: () => ({asked, answered, broken}),
    stop() {
      clearInterval(timer);
      for (const request of waiting) {
        request.destroy();
      }
    },
  };
}
