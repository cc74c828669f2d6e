/** The incidents that the screenshots are made of: real gunicorns with real faults, each a short story. */
import type {GunicornOptions, GunicornServer} from '../../test/helpers/gunicorn-server.js';

export type Scene = {
  readonly name: string;
  readonly options: Omit<GunicornOptions, 'environment' | 'workerClass'>;
  readonly play: (server: GunicornServer, pause: (seconds: number) => Promise<void>) => Promise<void>;
};

async function traffic(server: GunicornServer, requests: number): Promise<void> {
  for (let request = 0; request < requests; request++) {
    // oxlint-disable-next-line no-await-in-loop -- one after another is what light traffic is
    await server.request('/').answer;
  }
}

export const scenes: readonly Scene[] = [
  {
    name: 'timeout-storm',
    options: {workers: 4, timeoutSeconds: 6},
    play: async (server, pause) => {
      await traffic(server, 20);
      for (let hung = 0; hung < 4; hung++) {
        server.request('/upstream');
        // oxlint-disable-next-line no-await-in-loop -- they come one after another
        await pause(2.5);
      }
      const [idle] = server.workerPids().toReversed();
      server.signal('SIGKILL', idle);
      await pause(4);
      server.request('/upstream');
      server.request('/sleep?s=60');
      await pause(5.2);
    },
  },
  {
    name: 'quiet-recycle',
    options: {workers: 3, timeoutSeconds: 30, args: ['--max-requests', '30', '--max-requests-jitter', '5']},
    play: async (server, pause) => {
      for (let round = 0; round < 10; round++) {
        // oxlint-disable-next-line no-await-in-loop -- traffic over some seconds
        await traffic(server, 20);
        // oxlint-disable-next-line no-await-in-loop -- traffic over some seconds
        await pause(0.5);
      }
      await pause(3);
    },
  },
  {
    name: 'reload',
    options: {workers: 3, timeoutSeconds: 30},
    play: async (server, pause) => {
      server.request('/sleep?s=25');
      await pause(2);
      server.signal('SIGHUP');
      await pause(4);
    },
  },
  {
    name: 'boot-failure',
    options: {workers: 3, timeoutSeconds: 30},
    play: async (server, pause) => {
      await traffic(server, 5);
      server.breakBoot('import-error');
      server.signal('SIGKILL', server.workerPids()[0]);
      await pause(5);
    },
  },
];
