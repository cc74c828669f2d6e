import type {Attached, Moment, Observation} from '../../source/observation.js';
import type {FoundMaster} from '../../source/sensors/masters.js';
import type {ResolvedTarget} from '../../source/sensors/targets.js';
import type {ReadySampler, Sensors} from '../../source/session/sensors.js';

/** A master that a test brings up, takes down, and looks at. */
export type FakeMaster = {
  readonly found: FoundMaster;
  /** The ticks it was sampled with. */
  readonly ticks: Array<{readonly at: Moment; readonly lateMs: number}>;
  alive: boolean;
  orphans: number;
  closed: boolean;
  /** The worker that somebody looks at. */
  attended: string | undefined;
};

export function fakeMaster(pid: number, app = 'shop:app'): FakeMaster {
  const found: FoundMaster = {
    id: {pid, startTicks: pid * 10},
    parentPid: 1,
    role: 'master',
    recognisedBy: 'heartbeat-file',
    workers: [],
    app,
    commandLine: `gunicorn ${app}`,
  };
  return {found, ticks: [], alive: true, orphans: 0, closed: false, attended: undefined};
}

function samplerOf(master: FakeMaster): ReadySampler {
  const attached = (target: string, at: Moment): Attached => ({
    kind: 'attached',
    at,
    target,
    master: {
      id: master.found.id,
      startedWallMs: at.wallMs - 1000,
      parentPid: 1,
      settings: {bind: {value: ['127.0.0.1:8000'], source: 'command-line'}},
    },
    sources: [],
  });
  const sample = (at: Moment, lateMs: number) => ({
    kind: 'sample' as const,
    at,
    lateMs,
    ...(master.alive && {master: {id: master.found.id, processState: 'S', deadChildrenMinorFaults: 0}}),
    workers: [],
  });
  return {
    attached,
    sources: () => [],
    history: [],
    sample,
    observe(at, lateMs): readonly Observation[] {
      master.ticks.push({at, lateMs});
      return [sample(at, lateMs)];
    },
    masterIsGone: () => !master.alive,
    watched: () => (master.alive ? 1 : 0) + master.orphans,
    attend(workerId) {
      master.attended = workerId;
    },
    closeAll() {
      master.closed = true;
    },
  };
}

/** The world of a test: its living masters are what every target names. `opened` are the masters attached to, in order. */
export function fakeSensors(masters: FakeMaster[]) {
  const opened: number[] = [];
  const asked: string[] = [];
  const sensors: Sensors = {
    async resolve(target): Promise<ResolvedTarget> {
      asked.push(target.text);
      const found = masters.filter(({alive}) => alive).map((master) => master.found);
      const [first] = found;
      if (!first) {
        return {kind: 'none', why: 'nothing is there'};
      }
      return found.length === 1 ? {kind: 'found', masters: [first]} : {kind: 'ambiguous', masters: found};
    },
    open(found) {
      opened.push(found.id.pid);
      return samplerOf(masters.find((master) => master.found === found)!);
    },
    controlGroups: () => undefined,
  };
  return {sensors, opened, asked};
}
