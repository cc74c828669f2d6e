import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {startLightTraffic} from '../../source/demo/light-traffic.js';
import {waitFor} from '../helpers/fault-wait.js';

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('the traffic asks for each address in turn, over a connection of its own', async () => {
  const asked: string[] = [];
  const connections = new Set<number | undefined>();
  const address = await listen((request, response) => {
    asked.push(request.url!);
    connections.add(request.socket.remotePort);
    response.end('ok');
  });

  const traffic = startLightTraffic([`${address}/one`, `${address}/two`], 200);
  await waitFor('four answers', 10_000, () => traffic.count().answered >= 4);
  traffic.stop();

  expect(asked.slice(0, 4)).toEqual(['/one', '/two', '/one', '/two']);
  expect(connections.size).toBe(asked.length);
});

test('a server that hangs up is counted and raises nothing', async () => {
  const address = await listen((request) => request.socket.destroy());

  const traffic = startLightTraffic([address], 200);
  await waitFor('two broken connections', 10_000, () => traffic.count().broken >= 2);
  traffic.stop();

  expect(traffic.count().answered).toBe(0);
});

test('a server that never answers is asked 64 times at once and no more, and left when the traffic stops', async () => {
  let open = 0;
  const address = await listen((request) => {
    open += 1;
    request.socket.on('close', () => (open -= 1));
  });

  const traffic = startLightTraffic([address], 1000);
  await waitFor('64 waiting requests', 10_000, () => open === 64);
  const {asked} = traffic.count();
  traffic.stop();

  expect(asked).toBe(64);
  await waitFor('all connections to be closed', 10_000, () => open === 0);
});
