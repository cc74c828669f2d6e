/** Steps 1 to 4 of the guide: each takes the incident and says what it finds in it. */
import {changeText} from './boot-change.js';
import type {Finding, GuideCase, Missing} from './guide-case.js';
import {mostCommon} from './most-common.js';
import {bytes, roughly} from './prose.js';
import {patternNeeds} from './thresholds.js';
import type {Branch, PatternId, PressureVerdict} from './verdict.js';

const nothingYet: Finding = {state: 'quiet', text: 'no restart in the last 15 minutes'};

const branchWords: Readonly<Record<Branch, string>> = {
  boot: 'at boot',
  runtime: 'at runtime',
  recycle: 'by an expected recycle',
  platform: 'with the master or the machine',
  unknown: 'in a way that cannot be told',
};

/** Step 1. */
export function branchFinding({recent, without}: GuideCase): Finding {
  if (recent.length === 0) return nothingYet;
  const counted = counts(recent.map(({branch}) => branch)).map(([branch, count]) => `${count} ${branchWords[branch]}`);
  const text = `${counted.join(', ')}: ${causesOf(recent)}`;
  const isUnknown = recent.every(({branch}) => branch === 'unknown');
  const missing = recent.some(({branch}) => branch === 'unknown')
    ? without(['log', 'exits', 'heartbeat'], 'how they ended')
    : [];
  return {state: isUnknown ? 'missing' : 'found', text, ...(missing.length > 0 && {missing})};
}

const timingWords: Readonly<Record<Exclude<PatternId, 'too-few' | 'mixed'>, string>> = {
  'on-boot': 'they end while booting, whatever the traffic',
  'after-traffic-spike': 'they come after traffic spikes',
  'fixed-interval': 'they come after a fixed time',
  'fixed-request-count': 'they come after a fixed number of requests',
  'after-memory-climb': 'they come after memory climbed',
  deliberate: 'they come when they were asked for',
};

const pressureWords: Readonly<Record<PressureVerdict, string>> = {
  'timeout-first': 'timeout pressure rose first',
  'memory-first': 'memory pressure rose first',
  'cpu-first': 'CPU pressure rose first',
  neither: 'neither memory nor timeout pressure rose',
  unknown: 'what rose first is not known',
};

/** Step 2. */
export function timingFinding({recent, faults, pattern, without}: GuideCase): Finding {
  if (recent.length === 0) return nothingYet;
  const missing = [
    ...without(['traffic'], 'the accept queue, for traffic'),
    ...without(['memory'], 'memory and its limit'),
    ...without(['heartbeat'], 'since when a worker was silent'),
  ];
  const judged = faults.length > 0 ? faults : recent;
  const pressures = counts(
    judged.map(({questions}) => questions.find(({id}) => id === 'pressure')?.verdict as PressureVerdict),
  );
  const pressure = pressures.map(([verdict, count]) => `${pressureWords[verdict]} in ${count} of ${judged.length}`);
  const isTold = pattern.pattern !== 'too-few' && pattern.pattern !== 'mixed';
  const timing = isTold
    ? timingWords[pattern.pattern]
    : pattern.pattern === 'mixed'
      ? `no one pattern in their times${scatterText(faults)}`
      : `${faults.length} unexpected, and a pattern needs ${patternNeeds}`;
  const isFound = isTold || pressures.some(([verdict]) => verdict !== 'unknown');
  return {
    state: isFound ? 'found' : 'missing',
    text: [timing, ...pressure].join('; '),
    ...(missing.length > 0 && {missing}),
  };
}

/** ": at ages from 11 s to 4 min, after 49 to 812 requests": what shows that neither is fixed. */
function scatterText(faults: GuideCase['faults']): string {
  const ages = faults.map(({worker}) => worker.ageSeconds);
  const requests = faults.flatMap(({worker}) => worker.requests ?? []);
  const told = [
    `at ages from ${roughly(Math.min(...ages))} to ${roughly(Math.max(...ages))}`,
    ...(requests.length < faults.length ? [] : [`after ${Math.min(...requests)} to ${Math.max(...requests)} requests`]),
  ];
  return `: ${told.join(', ')}`;
}

/** Memory is looked into twice a second. */
const shortHow =
  "put %(p)s into gunicorn's access log format: a request that lasts less than half a second is seldom seen in memory";

const requestHow = "run gunspect where it may read the workers' memory, or put %(p)s into gunicorn's access log format";

/** Step 3. */
export function pathFinding({recent, faults, pattern, heavyPaths, without}: GuideCase): Finding {
  if (recent.length === 0) return nothingYet;
  if (faults.length === 0) return {state: 'quiet', text: 'every restart was expected'};
  const served = faults.filter(({branch}) => branch !== 'boot');
  const heavy = heavyPaths.filter(({faults: deaths}) => deaths > 0).slice(0, pathsTold);
  if (served.length === 0 || (pattern.branch === 'boot' && heavy.length === 0))
    return {state: 'quiet', text: 'they failed before they served, so no path is at fault'};
  const unnamed = served.filter(isUnnamed).length;
  const how = without(['peek'], '').length > 0 ? requestHow : shortHow;
  const missing: readonly Missing[] = [
    ...without(['activity'], 'what workers wait for'),
    ...(unnamed > 0 ? [{what: `the request of ${unnamed} of ${faults.length} faults`, how}] : []),
  ];
  const blocked = mostCommon(served.flatMap(({blockedOn}) => blockedOn ?? []));
  const text = [
    ...heavy.map((path) => `${path.path} in ${path.faults} of ${faults.length} faults${weight(path)}`),
    ...(blocked === undefined ? [] : [`waiting for ${blocked}`]),
  ].join('; ');
  if (text === '' && unnamed === 0) return {state: 'quiet', text: 'no worker ended in a request'};
  return {
    state: text === '' ? 'missing' : 'found',
    text: text || 'no path is known',
    ...(missing.length > 0 && {missing}),
  };
}

/** Whether it ended in a request, as far as can be told, and nobody knows in which. */
function isUnnamed({request, questions}: GuideCase['faults'][number]): boolean {
  const doing = questions.find(({id}) => id === 'doing')?.verdict;
  return request?.path === undefined && (doing === 'request' || doing === 'unknown');
}

const pathsTold = 3;

/** What such requests took, as far as they were seen. */
function weight({longestSeconds, typicalSeconds, grewBytes}: GuideCase['heavyPaths'][number]): string {
  const parts = [
    ...(typicalSeconds === undefined || typicalSeconds.toFixed(1) === longestSeconds?.toFixed(1)
      ? []
      : [`typically ${typicalSeconds.toFixed(1)} s`]),
    ...(longestSeconds === undefined ? [] : [`up to ${longestSeconds.toFixed(1)} s`]),
    ...(grewBytes === undefined ? [] : [`a worker grew by ${bytes(grewBytes)} in one`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** Step 4. */
export function bootFinding({recent, faults, bootLoop, without}: GuideCase): Finding {
  if (recent.length === 0 && !bootLoop) return nothingYet;
  const failed = faults.filter(({branch}) => branch === 'boot');
  if (failed.length === 0 && !bootLoop)
    return {state: 'quiet', text: 'every worker that went away had booted; no boot failed'};
  const traceback = bootLoop?.traceback ?? failed.find((restart) => restart.traceback)?.traceback;
  const raised = traceback?.exception && [traceback.exception, traceback.message].filter(Boolean).join(': ');
  const many = bootLoop ? `${bootLoop.atLeast ? 'at least ' : ''}${bootLoop.count}` : String(failed.length);
  const changed = changesBefore(failed);
  const missing: readonly Missing[] = [
    ...without(['log'], 'the traceback'),
    ...(changed.length > 0 ? [] : without(['changes'], 'what was changed before')),
  ];
  const why = raised ?? failed[0]?.summary;
  return {
    state: why === undefined ? 'missing' : 'found',
    text: [`${many} failed ${many === '1' ? 'boot' : 'boots'}: ${why ?? 'no traceback is known'}`, ...changed].join(
      '; ',
    ),
    ...(missing.length > 0 && {missing}),
  };
}

/** What had changed on disk before the first of them; where that is not told, what stands in the evidence, each once. */
function changesBefore(failed: GuideCase['faults']): readonly string[] {
  const changed = changeText(failed);
  if (changed !== '') return [changed];
  const facts = failed.flatMap(({evidence}) => evidence.filter(({source}) => source === 'changes'));
  return [...new Set(facts.map(({fact}) => fact))].slice(0, pathsTold);
}

function causesOf(restarts: GuideCase['recent']): string {
  const counted = counts(restarts.map(({cause}) => cause));
  return counted.map(([cause, count]) => (counted.length === 1 ? cause : `${cause} ×${count}`)).join(', ');
}

/** How often each value comes, the most frequent first. */
function counts<Value extends string>(values: readonly Value[]): ReadonlyArray<readonly [Value, number]> {
  return [...new Set(values)]
    .map((value) => [value, values.filter((other) => other === value).length] as const)
    .toSorted((left, right) => right[1] - left[1]);
}
