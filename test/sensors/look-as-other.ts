/** What a user sees who may not look into the target: run by other-user.real.test.ts under another uid. */
import {now} from '../../source/sensors/clock.js';
import {masterOf} from '../../source/sensors/masters.js';
import {openSampler} from '../../source/sensors/open-sampler.js';
import {parseTarget, resolveTarget} from '../../source/sensors/targets.js';

async function look(pid: number, embeddedPid: number): Promise<unknown> {
  const master = masterOf(pid);
  if (master === undefined) return {master};

  const sampler = openSampler(master);
  const sample = sampler.sample(now(), 0);
  const seen = {
    master,
    sources: sampler.sources(),
    sample,
    settings: sampler.attached('', now()).master.settings,
    embedded: await resolveTarget(parseTarget(String(embeddedPid))),
  };
  sampler.closeAll();
  return seen;
}

void look(Number(process.argv[2]), Number(process.argv[3])).then((seen) => process.stdout.write(JSON.stringify(seen)));
