import {readFileSync} from 'node:fs';
import http from 'node:http';
import type {GunicornServer} from '../../test/helpers/gunicorn-server.js';

/** What a request costs the workers of a server, microseconds of processor time: all that they ran meanwhile, shared out. */
export async function targetCost(server: GunicornServer, requests: number): Promise<number> {
  const before = ranNanoseconds(server);
  for (let request = 0; request < requests; request++) {
    // oxlint-disable-next-line no-await-in-loop -- one client, one request after the other
    await get(server.port);
  }
  return (ranNanoseconds(server) - before) / 1000 / requests;
}

/** Time on a processor (the first number of `/proc/<pid>/schedstat`) of all workers together. */
function ranNanoseconds(server: GunicornServer): number {
  const ran = server.workerPids().map((pid) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]));
  return ran.reduce((sum, each) => sum + each, 0);
}

function get(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get({port, path: '/', agent: false}, (response) => {
        response.resume();
        response.on('end', resolve);
      })
      .on('error', reject);
  });
}
