/** The incidents that the screenshots are made of: a real gunicorn with real faults, each a short story. */
import type {Shop, ShopOptions} from './shop.js';

export type Scene = {
  readonly name: string;
  readonly options: ShopOptions;
  readonly play: (shop: Shop, pause: (seconds: number) => Promise<void>) => Promise<void>;
};

const pages = ['/', '/products/17', '/cart', '/products/8', '/products/23'];

export const scenes: readonly Scene[] = [
  {
    name: 'timeout-storm',
    options: {
      workers: 4,
      timeoutSeconds: 10,
      memoryLimitMegabytes: 256,
      args: ['--max-requests', '90', '--max-requests-jitter', '60'],
    },
    play: async (shop, pause) => {
      shop.customers(8, pages);
      shop.customers(0.34, ['POST /checkout']);
      await pause(40);
      shop.stallDatabase();
      shop.customers(13, pages);
      await pause(57);
    },
  },
  {
    name: 'memory-climb',
    options: {workers: 3, timeoutSeconds: 30, memoryLimitMegabytes: 256},
    play: async (shop, pause) => {
      shop.customers(6, pages);
      await pause(20);
      shop.customers(0.45, ['/reports/sales']);
      await pause(70);
    },
  },
  {
    name: 'boot-loop',
    options: {workers: 3, timeoutSeconds: 30, memoryLimitMegabytes: 256},
    play: async (shop, pause) => {
      shop.customers(6, pages);
      await pause(20);
      shop.change('import stripe');
      await pause(2);
      shop.hangUp();
      await pause(22);
    },
  },
  {
    name: 'quiet-recycle',
    options: {
      workers: 3,
      timeoutSeconds: 30,
      memoryLimitMegabytes: 256,
      args: ['--max-requests', '100', '--max-requests-jitter', '30'],
    },
    play: async (shop, pause) => {
      shop.customers(12, pages);
      await pause(65);
    },
  },
  {
    name: 'reload',
    options: {workers: 3, timeoutSeconds: 30, memoryLimitMegabytes: 256},
    play: async (shop, pause) => {
      shop.customers(6, pages);
      await pause(25);
      shop.ask('/orders/export');
      await pause(2);
      shop.hangUp();
      await pause(5);
    },
  },
];
