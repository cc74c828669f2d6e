import {setTimeout as pause} from 'node:timers/promises';
import {ofEveryVersion} from './class-facts.js';
import {killAndBreak, killedWorker, newborn} from './failed-boots.js';
import type {Fault} from './fault.js';
import {saysExiting, saysTimeout} from './gunicorn-lines.js';

/** A worker whose imports take longer than `timeout`: gunicorn 21 and older end it, 22 and newer let it hang. */

const timeoutSeconds = 4;
const deadlineMs = 20_000;
/** By then the newborn reads how it is to boot, and its timeout is not near. */
const importBegunMs = 1500;
const killsWhileBooting: Fault['happensIn'] = (target) => ofEveryVersion(target) && target.major < 22;
const letsHang: Fault['happensIn'] = (target) => ofEveryVersion(target) && target.major >= 22;

const bootTimeout: Fault = {
  id: 'boot-timeout',
  happensIn: killsWhileBooting,
  server: {timeoutSeconds},
  async cause(stage) {
    const {killed, newborn: pid} = await killAndBreak(stage, 'sleep 60');
    await pause(importBegunMs);
    stage.server.breakBoot('');
    await stage.witness.waitForDeath(pid, deadlineMs);
    await stage.server.waitForWorkers(2);
    return [
      {pid: killed, role: 'killed'},
      {pid, role: 'newborn'},
    ];
  },
  proof: (_, deaths) =>
    deaths.filter(({role}) => role === 'newborn').flatMap(({pid}) => [saysTimeout(pid), saysExiting(pid)]),
  deaths: (target) => ({
    killed: killedWorker(target),
    newborn: {
      cause: 'boot-timeout',
      ...newborn,
      pressure: ['timeout-first', 'neither', 'unknown'],
      exits: [{code: 1}],
      replaced: 'yes',
    },
  }),
};

const hungBoot: Fault = {
  id: 'hung-boot',
  happensIn: letsHang,
  server: {timeoutSeconds},
  async cause(stage) {
    const {killed} = await killAndBreak(stage, 'sleep 60');
    await pause((timeoutSeconds + 4) * 1000);
    return [{pid: killed, role: 'killed'}];
  },
  proof: () => [],
  deaths: (target) => ({killed: killedWorker(target)}),
  showsState: 'hung-boot',
};

export const slowBoots: readonly Fault[] = [bootTimeout, hungBoot];
